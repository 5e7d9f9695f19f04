"""Texts: places filled with pieces, plurals, money, and languages without a catalogue."""

import ast
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.events import EventKind
from bot.domain.money import Money
from bot.i18n import Texts, pieces
from bot.i18n.pieces import Link, Mention, Plain, Strong, When, plain
from bot.views.event_words import event_words

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BOT = Path(__file__).resolve().parents[2] / "bot"


def test_a_place_keeps_the_piece_that_fills_it() -> None:
    line = Texts().line("{who} replied {at}, {count} left", who=Strong("Ann"), at=When(NOON), count=2)
    assert line == (Strong("Ann"), Plain(" replied "), When(NOON), Plain(", "), Plain("2"), Plain(" left"))
    assert plain(line) == "Ann replied 2026-03-02 12:00 UTC, 2 left"


def test_what_fills_a_place_is_never_read_as_a_pattern() -> None:
    hostile = "{number} {0} %s <!channel>"
    assert Texts()("{text} said", text=hostile) == f"{hostile} said"
    assert plain(Texts().line("{text}", text=hostile)) == hostile


def test_a_line_without_places_is_one_piece_and_a_day_has_no_time() -> None:
    assert Texts().line("No reply due") == (Plain("No reply due"),)
    assert plain((When(NOON, day_only=True), Plain(" "), Link("there", "https://a.example"))) == "2026-03-02 there"


@pytest.mark.parametrize(("count", "said"), [(1, "1 day"), (2, "2 days"), (0, "0 days")])
def test_a_plural_is_chosen_by_its_count(count: int, said: str) -> None:
    assert Texts().many("{count} day", "{count} days", count) == said


@pytest.mark.parametrize(
    ("language", "money", "shown"),
    [
        ("en", Money(Decimal("1234.5"), "USD"), "$1,234.50"),
        ("en", Money(Decimal("10.00"), "CAD"), "CA$10.00"),
        ("zh_Hans", Money(Decimal("1234.5"), "USD"), "US$1,234.50"),
        ("zh_Hans", Money(Decimal(-3), "MXN"), "-MX$3.00"),
    ],
)
def test_money_is_shown_in_its_own_currency_for_the_reader(language: str, money: Money, shown: str) -> None:
    assert Texts(language).money(money) == shown


def test_a_language_without_a_catalogue_reads_english() -> None:
    assert Texts("fr")("No reply due") == "No reply due"
    assert Texts("fr").many("{count} day", "{count} days", 2) == "2 days"


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_has_words_of_its_own(kind: EventKind) -> None:
    others = {event_words(other, Texts()) for other in EventKind if other is not kind}
    assert event_words(kind, Texts())
    assert event_words(kind, Texts()) not in others


def test_what_is_translated_is_written_where_it_is_translated() -> None:
    """gettext's collector finds literal texts only: `_(variable)` would never be translated."""
    computed = [
        f"{path.relative_to(BOT)}:{call.lineno}"
        for path in BOT.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and _translates(call.func) and not isinstance(call.args[0], ast.Constant)
    ]
    assert computed == []


def _translates(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "_" and function.attr in {"line", "many"}
    return isinstance(function, ast.Name) and function.id == "_"


def test_every_kind_of_piece_has_a_word() -> None:
    assert {Plain, Strong, Link, When, Mention} == set(pieces.Piece.__args__)
