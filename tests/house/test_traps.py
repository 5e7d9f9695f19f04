"""`tests/traps.md` names a test for every trap, and every test that it names is there."""

import ast
import re
from functools import cache

import pytest

from tests.house.tree import ROOT, tree

TRAPS = ROOT / "tests" / "traps.md"
_TEST = re.compile(r"`(tests/[\w/.-]+\.py)::([\w:]+)(?:\[[^`]*\])?`")
_ENTRIES = [
    (number, line)
    for number, line in enumerate(TRAPS.read_text(encoding="utf-8").splitlines(), 1)
    if line.startswith("- ")
]


@cache
def _tests(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    body = tree(file).body
    classes = [part for part in body if isinstance(part, ast.ClassDef)]
    return frozenset(
        [part.name for part in body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
        + [
            f"{holder.name}::{part.name}"
            for holder in classes
            for part in holder.body
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
    )


def problem(entry: str) -> str:
    """What is wrong with one line of the list; empty if nothing is."""
    named = _TEST.findall(entry)
    if not named:
        return "names no test: write - what happens → `tests/path.py::test_name`"
    if " → " not in entry:
        return "has no arrow between trap and test"
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not test.rpartition("::")[2].startswith("test_") or test not in _tests(path)
    ]
    return f"names what is not there: {', '.join(missing)}" if missing else ""


def test_every_trap_has_a_test_that_exists() -> None:
    wrong = [f"tests/traps.md:{number} {found}" for number, line in _ENTRIES if (found := problem(line))]
    assert wrong == []


def test_no_trap_stands_twice() -> None:
    traps = [line.partition(" → ")[0] for _number, line in _ENTRIES]
    assert [trap for trap in set(traps) if traps.count(trap) > 1] == []


@pytest.mark.parametrize(
    "entry",
    [
        "- a trap without a test",
        "- a trap → `tests/house/test_traps.py::test_that_is_not_there`",
        "- a trap → `tests/house/no_such_file.py::test_it`",
        "- a trap → `tests/house/test_traps.py::problem`",
    ],
)
def test_a_trap_without_its_test_is_noticed(entry: str) -> None:
    assert problem(entry)


def test_a_parametrised_case_may_be_named() -> None:
    assert problem("- a trap → `tests/house/test_traps.py::test_a_trap_without_its_test_is_noticed[entry0]`") == ""
