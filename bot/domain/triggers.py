"""Rules that act on tickets by themselves: on an occasion, if conditions hold, actions. Pure.

Rules are tried in order, one that stops ends the search. All rules of one occasion see the ticket as it was when the
occasion came, and what a rule changes is no occasion for another: so there are no loops.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NewType

from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.fields import folded
from bot.domain.opening_hours import in_hours, on_weekday
from bot.domain.people import ActorKind

TriggerId = NewType("TriggerId", int)
FiringId = NewType("FiringId", int)

# How a trigger is written, for whoever is asked for one.
EXAMPLE = 'when created if "Walmart Site" is US then assign group us-agents'

# Of a longer value only the beginning is kept with a firing.
LONGEST_VALUE = 200


class Occasion(StrEnum):
    """The values are the words in which triggers are written."""

    CREATED = "created"  # after what letter and docking tell has been written into the fields
    ORDER_FIELDS_WRITTEN = "order fields written"
    BUYER_WROTE = "buyer wrote"
    REPLIED = "replied"
    FIELD_CHANGED = "field changed"
    STATUS_CHANGED = "status changed"


class Comparison(StrEnum):
    IS = "is"
    IS_NOT = "is not"
    CONTAINS = "contains"
    DOES_NOT_CONTAIN = "does not contain"
    ABOVE = "above"
    BELOW = "below"


class Subject(StrEnum):
    """What every ticket has; any other subject is the name of a custom field."""

    SITE = "site"
    ACCOUNT = "account"
    SELLER = "seller"
    SOURCE = "source"
    TEXT = "text"  # what the buyer wrote last
    TOPIC = "topic"
    ORDER = "order"  # the state of its lines, none, pending or unknown
    STATUS = "status"
    PRIORITY = "priority"
    GROUP = "group"
    ASSIGNEE = "assignee"
    TIME = "time"  # 18:00-08:00 Europe/Berlin
    WEEKDAY = "weekday"  # sat-sun Europe/Berlin


class Verb(StrEnum):
    GROUP = "assign group"
    AGENT = "assign agent"
    CHANNEL = "channel"  # shows the ticket there too
    PRIORITY = "priority"
    NOTIFY_AGENT = "notify"
    NOTIFY_GROUP = "notify group"
    JUNK = "junk"


@dataclass(frozen=True, slots=True)
class Condition:
    """`subject` is one of `Subject` or a field's name; one of `values` has to pass, of a negative test all."""

    subject: str
    test: Comparison
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """`target` is a group's or agent's number, a channel as `slack:C1`, a priority; empty for junk."""

    verb: Verb
    target: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """`place` is its place in the order; `stops` ends the search when it has fired."""

    id: TriggerId
    name: str
    place: int
    occasion: Occasion
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]
    stops: bool = False
    enabled: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Matched:
    """What a condition looked at and found."""

    subject: str
    value: str


@dataclass(frozen=True, slots=True)
class Firing:
    """That a trigger has fired, as it was written then: `rule` are its words, in English, names and all.

    `problem` says what of it could not be done; empty when all was.
    """

    id: FiringId
    ticket: TicketId
    trigger: TriggerId
    version: int
    name: str
    rule: str
    at: datetime
    matched: tuple[Matched, ...]
    problem: str = ""


Facts = Mapping[str, str]

_NEGATIVE = frozenset({Comparison.IS_NOT, Comparison.DOES_NOT_CONTAIN})
_STATUS = frozenset({EventKind.SOLVED, EventKind.REOPENED, EventKind.JUNKED, EventKind.RESTORED})
_FIELD = frozenset(
    {
        EventKind.FIELD_EDITED,
        EventKind.PRIORITY_CHANGED,
        EventKind.TAKEN,
        EventKind.ASSIGNED,
        EventKind.GROUP_CHANGED,
    }
)


def occasion_of(event: TicketEvent) -> Occasion | None:
    """None for what no trigger waits for."""
    match event.kind:
        case EventKind.OPENED:
            return Occasion.CREATED
        case EventKind.LETTER_ADDED if event.actor.kind is ActorKind.BUYER:
            return Occasion.BUYER_WROTE
        case EventKind.ORDER_FIELDS_WRITTEN:
            return Occasion.ORDER_FIELDS_WRITTEN
        case EventKind.REPLY_SENT:
            return Occasion.REPLIED
        case kind if kind in _STATUS:
            return Occasion.STATUS_CHANGED
        case kind if kind in _FIELD:
            return Occasion.FIELD_CHANGED
        case _other:
            return None


def matches(conditions: Iterable[Condition], facts: Facts, now: datetime) -> tuple[Matched, ...] | None:
    """What each condition found, or None when one does not hold."""
    found: list[Matched] = []
    for condition in conditions:
        held = _held(condition, facts, now)
        if held is None:
            return None
        found.append(held)
    return tuple(found)


def _held(condition: Condition, facts: Facts, now: datetime) -> Matched | None:
    """A subject that the ticket does not have, or that nothing has been written into yet, passes no test: to guess
    that it "is not US" would send a ticket astray before its order is known."""
    subject = condition.subject
    value = now.isoformat() if subject in {Subject.TIME, Subject.WEEKDAY} else facts.get(folded(subject))
    if value is None:
        return None
    passed = [wanted for wanted in condition.values if _passes(condition.test, subject, value, wanted, now)]
    if condition.test in _NEGATIVE:
        return Matched(subject, value[:LONGEST_VALUE]) if len(passed) == len(condition.values) else None
    if not passed:
        return None
    # Of a buyer's text only the word that was looked for is kept with a firing.
    shown = passed[0] if subject == Subject.TEXT else value
    return Matched(subject, shown[:LONGEST_VALUE])


def _passes(test: Comparison, subject: str, value: str, wanted: str, now: datetime) -> bool:
    match test:
        case Comparison.IS:
            return _is(subject, value, wanted, now)
        case Comparison.IS_NOT:
            return not _is(subject, value, wanted, now)
        case Comparison.CONTAINS:
            return wanted.casefold() in value.casefold()
        case Comparison.DOES_NOT_CONTAIN:
            return wanted.casefold() not in value.casefold()
        case Comparison.ABOVE | Comparison.BELOW:
            numbers = _number(value), _number(wanted)
            if numbers[0] is None or numbers[1] is None:
                return False
            return numbers[0] > numbers[1] if test is Comparison.ABOVE else numbers[0] < numbers[1]


def _is(subject: str, value: str, wanted: str, now: datetime) -> bool:
    if subject == Subject.TIME:
        return in_hours(now, wanted)
    if subject == Subject.WEEKDAY:
        return on_weekday(now, wanted)
    return " ".join(value.split()).casefold() == " ".join(wanted.split()).casefold()


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
