"""`tests/traps.md` names a test for every trap, in the order of the notes, and every test that it names is there."""

import ast
import re
from functools import cache

import pytest

from tests.house.tree import ROOT, tree

TRAPS = ROOT / "tests" / "traps.md"
HEADINGS = ("Walmart: letters and mail", "Walmart: the API", "Slack", "Mail", "Storage and jobs")
NOT_BUILT = "Not built yet"
MAIL_FAILURES = 25
_TEST = re.compile(r"`(tests/[\w/.-]+\.py)::([\w:]+)(?:\[[^`]*\])?`")
_PLACE = re.compile(
    r"- (?P<party>walmart|slack|mail|storage)(?: (?P<section>[\d.]+)(?: (?:#(?P<number>\d+)|(?P<end>also|core)))?)?: "
)

Line = tuple[int, str]


def entries_by_heading(text: str) -> dict[str, list[Line]]:
    """The entries under each heading of the second level, with their line numbers."""
    found: dict[str, list[Line]] = {}
    under: list[Line] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            under = found.setdefault(line.removeprefix("## ").strip(), [])
        elif line.startswith("- "):
            under.append((number, line))
    return found


_UNDER = entries_by_heading(TRAPS.read_text(encoding="utf-8"))
_ENTRIES = [entry for heading in HEADINGS for entry in _UNDER.get(heading, [])]


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
    if not _PLACE.match(entry):
        return "names no place: write - walmart 4.2: what happens, or slack, mail 2 #7, storage"
    named = _TEST.findall(entry)
    if not named:
        return "names no test: write - walmart 4.2: what happens → `tests/path.py::test_name`"
    if " → " not in entry:
        return "has no arrow between trap and test"
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not test.rpartition("::")[2].startswith("test_") or test not in _tests(path)
    ]
    return f"names what is not there: {', '.join(missing)}" if missing else ""


def place(entry: str) -> tuple[str, tuple[int, ...]]:
    """The party, and where in its notes; what is marked core stands before the numbered failures, also after them."""
    found = _PLACE.match(entry)
    if found is None:
        return "", ()
    section = tuple(int(part) for part in (found["section"] or "0").split("."))
    number = int(found["number"] or 0) or {"also": MAIL_FAILURES + 1}.get(found["end"], 0)
    return found["party"], (*section, *(0,) * (2 - len(section)), number)


def out_of_order(entries: list[Line]) -> list[int]:
    """The numbers of the lines that stand behind a later place of the same party."""
    wrong: list[int] = []
    furthest: dict[str, tuple[int, ...]] = {}
    for number, entry in entries:
        party, where = place(entry)
        if where < furthest.get(party, ()):
            wrong.append(number)
        furthest[party] = max(where, furthest.get(party, ()))
    return wrong


def missing_failures(entries: list[Line]) -> list[int]:
    """Which of the numbered failure modes of mail have no line."""
    known = {int(found) for _number, entry in entries for found in re.findall(r"^- mail 2 #(\d+): ", entry)}
    return sorted(set(range(1, MAIL_FAILURES + 1)) - known)


def test_every_trap_has_a_test_that_exists() -> None:
    wrong = [f"tests/traps.md:{number} {found}" for number, line in _ENTRIES if (found := problem(line))]
    assert wrong == []


def test_every_heading_is_there_and_none_is_empty() -> None:
    assert tuple(_UNDER) == (*HEADINGS, NOT_BUILT)
    assert [heading for heading, entries in _UNDER.items() if not entries] == []


def test_all_failure_modes_of_mail_have_a_line() -> None:
    assert missing_failures(_UNDER["Mail"]) == []
    assert any(line.startswith("- mail 2 also: ") for _number, line in _UNDER["Mail"])


def test_the_lines_stand_in_the_order_of_the_notes() -> None:
    assert {heading: wrong for heading in HEADINGS if (wrong := out_of_order(_UNDER[heading]))} == {}


def test_what_is_not_built_says_which_facts_and_why() -> None:
    form = re.compile(r"- (walmart|slack|mail) [\w., #-]+: .{20,}\.$")
    assert [f"tests/traps.md:{number}" for number, line in _UNDER[NOT_BUILT] if not form.match(line)] == []


def test_no_trap_stands_twice() -> None:
    traps = [line.partition(" → ")[0] for _number, line in _ENTRIES]
    assert [trap for trap in set(traps) if traps.count(trap) > 1] == []


@pytest.mark.parametrize(
    "entry",
    [
        "- slack 1.2: a trap without a test",
        "- slack 1.2: a trap → `tests/house/test_traps.py::test_that_is_not_there`",
        "- slack 1.2: a trap → `tests/house/no_such_file.py::test_it`",
        "- slack 1.2: a trap → `tests/house/test_traps.py::problem`",
        "- slack 1.2: a trap `tests/house/test_traps.py::test_no_trap_stands_twice`",
        "- a trap of nobody → `tests/house/test_traps.py::test_no_trap_stands_twice`",
    ],
)
def test_a_line_that_proves_nothing_is_noticed(entry: str) -> None:
    assert problem(entry)


def test_a_parametrised_case_may_be_named() -> None:
    case = "`tests/house/test_traps.py::test_a_line_that_proves_nothing_is_noticed[entry0]`"
    assert problem(f"- mail 2 #7: a trap → {case}") == ""


def test_a_missing_failure_mode_is_noticed() -> None:
    lines = [(number, f"- mail 2 #{number}: x") for number in range(1, MAIL_FAILURES + 1) if number != 7]
    assert missing_failures(lines) == [7]


def test_a_line_in_the_wrong_place_is_noticed() -> None:
    lines = [
        "- mail 2 core: a",
        "- mail 2 #2: b",
        "- slack 1.2: c",
        "- mail 2 #1: d",
        "- mail 2 also: e",
        "- slack 3: f",
    ]
    assert out_of_order(list(enumerate(lines, 1))) == [4]


def test_an_empty_heading_is_noticed() -> None:
    found = entries_by_heading("# Traps\n\n- no heading\n\n## Slack\n\nwords\n\n## Mail\n\n- mail 2 #1: x\n")
    assert found == {"Slack": [], "Mail": [(11, "- mail 2 #1: x")]}
