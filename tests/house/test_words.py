"""No file says what only its writer's machine or desk knew."""

import re

from tests.house.tree import ROOT, name, texts

# Written in pieces, so that this file does not hold what it looks for.
_OF_A_MACHINE = (
    r"/wor" + r"k/\w",
    r"/farm" + r"/",
    r"/(?:home|Use" + r"rs)/[a-z]\w*/",
    r"/ro" + r"ot/",
    r"/opt/(?:whe" + r"els|pypi)",
    r"farm-(?:stud" + r"io|bench)",
    r"pythonhos" + r"ted\.org|registry\.npm" + r"js",
)
_UNFINISHED = (r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b", r"raise NotImplement" + r"edError")


def _found(patterns: tuple[str, ...]) -> list[str]:
    pattern = re.compile("|".join(patterns))
    return [
        f"{name(path)}:{number} {line.strip()[:80]}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_files_are_found() -> None:
    names = {name(path) for path in texts()}
    assert {"README.md", "Makefile", ".ci/run", "requirements.lock", "bot/app.py"} <= names


def test_no_path_or_host_of_a_machine() -> None:
    assert _found(_OF_A_MACHINE) == []


def test_nothing_is_marked_as_unfinished() -> None:
    assert _found(_UNFINISHED) == []


def test_the_top_level_holds_what_the_design_lists() -> None:
    design = {
        *("bot", "integrations", "storage", "manifest", "tests", "docs", ".ci"),
        *("pyproject.toml", "README.md", "README.zh-CN.md", "Makefile", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
        *("requirements.lock", "requirements-dev.lock", ".gitignore", ".gitattributes"),
    }
    made = {"data", "dist", "build"}
    found = {path.name for path in ROOT.iterdir() if path.name.startswith(".") is False or path.name in design}
    assert found - design - made == set()
