"""Subjects of buyer letters, and of the answers to them.

Walmart's own form is "Message from Walmart.com Customer:  <topic>, <order id>", with any number of blanks after the
colon; a plain question is a subject too.
"""

import re
from dataclasses import dataclass

from integrations.walmart.letters.lines import one_line
from integrations.walmart.letters.order_ids import normalise_order_id, order_id_in_words

_LONGEST = 300
_WALMART = re.compile(r"\bwalmart(?:\.com\.mx|\.com|\.ca|\.cl)? customer ?:", re.IGNORECASE)
_ANSWER = re.compile(
    r"(?:(?:re|aw|sv|vs|antw|odp|rif|ref|回复|答复|回覆|fw|fwd|wg|tr|rv|转发)(?:\[[0-9]{1,3}\])? ?[:：])", re.IGNORECASE
)
_FORWARDS = ("fw", "wg", "tr", "rv", "转发")


@dataclass(frozen=True, slots=True)
class Subject:
    topic_words: str
    order_id: str | None
    by_walmart: bool  # the form that Walmart itself writes


def read_subject(subject: str) -> Subject:
    bare = without_answer_marks(subject)
    match = _WALMART.search(bare)
    if match is None:
        return Subject(bare, order_id_in_words(bare), by_walmart=False)
    rest = bare[match.end() :].strip()
    topic, comma, tail = rest.rpartition(",")
    order_id = normalise_order_id(tail if comma else rest)
    if comma and order_id:
        return Subject(topic.strip(), order_id, by_walmart=True)
    return Subject("" if order_id and rest.strip("#- ").replace("-", "").isdigit() else rest, order_id, by_walmart=True)


def without_answer_marks(subject: str, *, forwards_too: bool = True) -> str:
    """Return the subject in one line without "RE:" and its sisters in other languages, however often repeated."""
    rest = one_line(subject, _LONGEST)
    while (match := _ANSWER.match(rest)) and (forwards_too or not match.group().lower().startswith(_FORWARDS)):
        rest = rest[match.end() :].lstrip()
    return rest


def answer_subject(subject: str) -> str:
    """Return "RE: " and the subject; the mark is never doubled."""
    return f"RE: {without_answer_marks(subject, forwards_too=False) or 'Your message on Walmart'}"
