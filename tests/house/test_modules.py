"""Modules are small, and named for what lives in them."""

import ast
from statistics import median

from tests.house.tree import PACKAGES, modules, name, tree

LONGEST = 300
MEDIAN = 100
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "common", "misc", "base", "core"}


def _lines() -> dict[str, int]:
    return {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*PACKAGES)}


def test_no_module_is_longer_than_a_reader_holds() -> None:
    assert {path: lines for path, lines in _lines().items() if lines > LONGEST} == {}


def test_most_modules_are_short() -> None:
    assert median(lines for path, lines in _lines().items() if not path.endswith("__init__.py")) < MEDIAN


def test_every_name_says_what_lives_there() -> None:
    parts = {part for path in modules(*PACKAGES, "tests") for part in name(path).removesuffix(".py").split("/")}
    assert parts & SAYS_NOTHING == set()


def test_a_port_has_at_most_six_methods() -> None:
    sizes = {
        f"{name(path)} {found.name}": _methods(found)
        for path in modules("bot/ports")
        for found in ast.walk(tree(path))
        if isinstance(found, ast.ClassDef) and any(ast.unparse(base).startswith("Protocol") for base in found.bases)
    }
    assert len(sizes) > 10, "the ports were not found"
    assert {port: size for port, size in sizes.items() if size > 6} == {}


def _methods(port: ast.ClassDef) -> int:
    """A property gives access to another port; it is not something that this one does."""
    return sum(
        isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        and "property" not in {ast.unparse(decorator) for decorator in part.decorator_list}
        for part in port.body
    )


def test_the_application_is_typed_to_the_end() -> None:
    """mypy refuses an `Any` that is written; one that nobody can write needs no trust."""
    found = [
        name(path)
        for path in modules("bot")
        for part in ast.walk(tree(path))
        if isinstance(part, ast.ImportFrom) and part.module == "typing" and "Any" in {each.name for each in part.names}
    ]
    assert found == []
