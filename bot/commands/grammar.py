"""The words behind a command, cut as people type them: blanks, quotes (a phone's typographic ones too), `key=value`.

Pure and total: whatever is typed is cut into words, and what cannot be meant so (a quote that nobody closed) is told
by `unclosed`. `spelled` is the inverse: it writes a value so that `words` reads it back, letter by letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What opens a quotation, and what closes it: each quote mark that a keyboard or a phone puts in its place.
_QUOTES: Mapping[str, str] = {
    '"': '"“”„',
    "“": '”“"',
    "”": '”"',
    "„": '“”"',
    "«": "»",
    "「": "」",
    "'": "'’",
    "‘": "’'",
}
# Alone before a word they are no quotation: ’tis.
_APOSTROPHES = "'‘"
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,40})=")
_PLAIN = re.compile(r"[^\s\"“”„«»「」'‘’\\=]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or quotation. `key` is what stood before its `=`; `start` is where it begins in the text."""

    value: str
    key: str = ""
    quoted: bool = False
    start: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """`text` is all that was typed; a parameter that takes the rest of a sentence takes it from there."""

    text: str
    words: tuple[Word, ...]
    unclosed: bool = False

    def rest(self, place: int) -> str:
        """What was typed from one word on, quotes and all."""
        return self.text[self.words[place].start :].strip() if place < len(self.words) else ""


def words(text: str) -> Words:
    found: list[Word] = []
    unclosed = False
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        start = place
        key = _KEY.match(text, place)
        if key is not None:
            place = key.end()
        if place < len(text) and text[place] in _QUOTES:
            value, after, closed = _quotation(text, place)
            if closed or text[place] not in _APOSTROPHES:
                place = after
                unclosed = unclosed or not closed
                found.append(Word(value, _named(key), quoted=True, start=start))
                continue
        end = place
        while end < len(text) and not text[end].isspace():
            end += 1
        found.append(Word(text[place:end], _named(key), start=start))
        place = end
    return Words(text, tuple(found), unclosed)


def _named(key: "re.Match[str] | None") -> str:
    return key[1].casefold().replace("-", "_") if key is not None else ""


def _quotation(text: str, place: int) -> tuple[str, int, bool]:
    """The value between quotes, where the text goes on, and whether the quotation was closed."""
    closing = _QUOTES[text[place]]
    letters: list[str] = []
    at = place + 1
    while at < len(text):
        letter = text[at]
        if letter == "\\" and at + 1 < len(text) and (text[at + 1] == "\\" or text[at + 1] in closing):
            letters.append(text[at + 1])
            at += 2
        elif letter in closing and (at + 1 == len(text) or text[at + 1].isspace()):
            # A quote mark in the middle of a word belongs to it: 5" pipe, Ann’s.
            return "".join(letters), at + 1, True
        else:
            letters.append(letter)
            at += 1
    return "".join(letters), at, False


def spelled(value: str, key: str = "") -> str:
    """Write a value so that it is read back as it is, as a word or as `key=value`."""
    shown = value
    if not _PLAIN.fullmatch(value):
        escaped = re.sub(r"([\\\"“”„])", r"\\\1", value)
        shown = f'"{escaped}"'
    return f"{key.replace('_', '-')}={shown}" if key else shown
