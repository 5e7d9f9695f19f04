"""The end of Walmart's wrapper: "**Note: …", "Thank you, Walmart Customer Service Team", the copy notice, "RefID: …".

A buyer may type any of these himself, and an older letter may be quoted below the newest one. So a footer ends the
buyer's words only if nothing but quoted history comes after it; else the last one does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from integrations.walmart.letters.labels import Label, is_introduction, read_label
from integrations.walmart.letters.quoted import starts_history

_LONGEST_PARAGRAPH = 8  # lines; the copy notice wraps over six


class Mark(IntEnum):
    """The paragraphs of a footer, in the order in which they come; each may be missing."""

    NOTE = 1
    THANKS = 2
    TEAM = 3
    COPY = 4
    REF_ID = 5


_NOTES = ("you have received this message", "respond within", "who has made a purchase", "ha recibido este mensaje")
_TEAMS = ("walmart customer service", "walmart customer care", "walmart.com customer", "walmart canada customer")
_COPIES = ("we will send a copy of your message", "a copy of this message will be sent to")

# A letter has one footer and a conversation has a few; a text with more of them is a joke or an attack.
_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Footer:
    start: int  # the line it begins with
    ref_id: str | None


def mark_of(lines: Sequence[str], at: int) -> Mark | None:
    line = lines[at].lstrip(" *_\t")[:300].lower()
    if line.startswith(("note:", "note :", "nota:")):
        below = lines[at + 1][:300].lower() if at + 1 < len(lines) else ""
        return Mark.NOTE if any(phrase in f"{line} {below}" for phrase in _NOTES) else None
    if line.startswith(("thank you,", "thanks,", "sincerely,", "gracias,", "merci,")) and len(line) <= 12:  # noqa: PLR2004
        below = next((rest for rest in lines[at + 1 : at + 3] if rest.strip()), "")
        return Mark.THANKS if below.strip(" *_").lower().startswith(_TEAMS) else None
    if line.startswith(_TEAMS) and len(line) < 40:  # noqa: PLR2004 - a signature, not a sentence
        return Mark.TEAM
    if line.startswith(_COPIES):
        return Mark.COPY
    found = read_label(lines[at][:200])
    return Mark.REF_ID if found and found[0] is Label.REF_ID and len(found[1].split()) == 1 else None


def find_footer(lines: Sequence[str], begin: int) -> Footer | None:
    """Return the footer that ends the buyer's words, which begin with line `begin`; the lines are cleaned ones."""
    marks = [mark_of(lines, at) if at >= begin and line else None for at, line in enumerate(lines)]
    filled = _next_filled(lines)
    ends = _chain_ends(lines, marks, filled)
    # A reference alone proves nothing in the middle of a text: a buyer can type one, and a letter with a known one
    # counts as a repeat.
    starts = [
        at
        for at, mark in enumerate(marks)
        if mark is not None and (mark is not Mark.REF_ID or filled[ends[at]] == len(lines))
    ]
    if not starts:
        return None
    last = next(at for at in starts if ends[at] == ends[starts[-1]])
    likely = (at for at in starts[:_CANDIDATES] if _nothing_but_history(lines, filled[ends[at]]))
    start = next(likely, last)
    return Footer(start, _ref_id(lines, marks, start, ends[start]))


def _next_filled(lines: Sequence[str]) -> list[int]:
    """Return for every position, the end included, the first line from it on that is not blank."""
    following = [len(lines)] * (len(lines) + 1)
    for at in range(len(lines) - 1, -1, -1):
        following[at] = at if lines[at] else following[at + 1]
    return following


def _chain_ends(lines: Sequence[str], marks: Sequence[Mark | None], filled: Sequence[int]) -> list[int]:
    """Return for every mark the end of the footer that it starts: paragraphs that follow each other in order."""
    ends = list(range(1, len(lines) + 2))
    for at in range(len(lines) - 1, -1, -1):
        mark = marks[at]
        if mark is None:
            continue
        end = at + 1
        # A paragraph ends with a blank line, the next mark, or the length that none of Walmart's has.
        while end < min(len(lines), at + _LONGEST_PARAGRAPH) and lines[end] and marks[end] is None:
            if mark in {Mark.TEAM, Mark.REF_ID}:
                break
            end += 1
        following = filled[end]
        later = marks[following] if following < len(lines) else None
        ends[at] = ends[following] if later is not None and later > mark else end
    return ends


def _nothing_but_history(lines: Sequence[str], at: int) -> bool:
    """Tell whether the letter is over at this line, or goes on with an older one."""
    return at >= len(lines) or starts_history(lines, at) or any(is_introduction(line) for line in lines[at : at + 4])


def _ref_id(lines: Sequence[str], marks: Sequence[Mark | None], start: int, end: int) -> str | None:
    found = next((read_label(lines[at]) for at in range(start, end) if marks[at] is Mark.REF_ID), None)
    return found[1].upper() if found else None
