"""The words behind a command: whatever is typed is cut, and what is spelled is read back letter by letter."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.command import About, Command
from bot.commands.grammar import spelled, words
from bot.commands.nearest import distance, nearest
from bot.commands.parameters import Reader, Text
from bot.commands.reading import Asked, asked, line
from bot.domain.people import Platform, Role
from bot.i18n import Texts
from bot.ports.chat import Answer, Nothing
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting
from integrations.simulator.clock import MovableClock
from tests.fakes.store import FakeUnitOfWork
from tests.fakes.tables import Tables


@dataclass(frozen=True, slots=True)
class Say(Command):
    about: ClassVar = About("say it", "Say it", Role.VIEWER)

    first: Annotated[str, Text("First")]
    second: Annotated[str, Text("Second")]
    note_too: Annotated[str, Text("Note")] = ""

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return Nothing()


def reader() -> Reader:
    return Reader(FakeUnitOfWork(Tables(), MovableClock()), Platform.SLACK, Texts())


def read(text: str) -> dict[str, str]:
    found = asked(text, (Say,), reader())
    assert isinstance(found, Asked)
    return dict(found.given)


def values(text: str) -> list[str]:
    return [word.value for word in words(text).words]


@pytest.mark.parametrize(
    ("typed", "cut"),
    [
        ("  a\tb\nc ", ["a", "b", "c"]),
        ('"a b" c', ["a b", "c"]),
        ("“a b” „c d“ «e f» 「g h」", ["a b", "c d", "e f", "g h"]),
        ('“mixed by a phone"', ["mixed by a phone"]),
        ("'a b' don't Ann’s ’tis", ["a b", "don't", "Ann’s", "’tis"]),
        ('5" pipe', ['5"', "pipe"]),
        (r'"a \"b\" \\ c"', [r'a "b" \ c']),
        ('""', [""]),
        ('"never closed', ["never closed"]),
    ],
)
def test_words_are_cut_as_people_type_them(typed: str, cut: list[str]) -> None:
    assert values(typed) == cut


@given(st.text())
def test_anything_can_be_typed(text: str) -> None:
    asked(text, (Say,), reader())
    asked(f"say it {text}", (Say,), reader())


@given(st.text())
def test_what_is_spelled_is_read_back(value: str) -> None:
    assert values(spelled(value)) == [value]
    word = words(spelled(value, "note_too")).words[0]
    assert (word.key, word.value) == ("note_too", value)


@given(st.fixed_dictionaries({"first": st.text(), "second": st.text()}, optional={"note_too": st.text()}))
def test_a_line_of_a_command_is_read_back(given_: dict[str, str]) -> None:
    assert read(line(Say, given_)) == given_


def test_keys_are_typed_with_and_without_their_sign() -> None:
    whole = {"first": "a", "second": "b", "note_too": "c d"}
    assert read('say it a b note-too="c d"') == whole
    assert read('say it a b note-too "c d"') == whole
    assert read("say it note_too=“c d” second=b a") == whole
    assert read("SAY it a x=1") == {"first": "a", "second": "x=1"}, "what is no key is a word"


def test_the_nearest_word_is_few_letters_away() -> None:
    assert (distance("", "abc"), distance("site", "stie"), distance("fields", "feild")) == (3, 1, 2)
    assert nearest("feilds", ("sites", "fields", "help")) == "fields"
    assert nearest("qwertz", ("sites", "fields", "help")) == ""
    assert nearest("", ("sites",)) == ""
