"""The moves of a ticket."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import tickets
from bot.domain.events import EventKind, TicketId
from bot.domain.letters import Topic
from bot.domain.people import AgentId
from bot.domain.sites import SiteId
from bot.domain.tickets import AlreadyTaken, Priority, Status, Ticket
from tests.unit.test_repeats import FIRST

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA, BEN = AgentId(1), AgentId(2)
TICKET = Ticket(TicketId(1001), SiteId(1), "order:1", "Where is it?", Topic.TRACK_ORDER, NOW)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.NEW, Status.NEW),
        (Status.OPEN, Status.OPEN),
        (Status.PENDING, Status.OPEN),
        (Status.SOLVED, Status.OPEN),
    ],
)
def test_a_letter_opens_what_was_answered_or_solved(before: Status, after: Status) -> None:
    moved = tickets.letter_arrived(replace(TICKET, status=before, assignee=ANA), FIRST, NOW)
    assert (moved.ticket.status, moved.ticket.assignee) == (after, ANA)
    reopened = [event for event in moved.events if event.kind is EventKind.REOPENED]
    assert len(reopened) == (before is not after)


def test_only_one_takes_a_ticket() -> None:
    taken = tickets.take(TICKET, ANA, NOW).ticket
    assert (taken.assignee, taken.status) == (ANA, Status.OPEN)
    assert tickets.take(taken, ANA, NOW).events == ()
    with pytest.raises(AlreadyTaken) as refused:
        tickets.take(taken, BEN, NOW)
    assert refused.value.by_agent == ANA


def test_what_is_so_already_is_no_event() -> None:
    solved = tickets.resolve(TICKET, ANA, NOW).ticket
    assert solved.status is Status.SOLVED
    assert tickets.resolve(solved, BEN, NOW).events == ()
    assert tickets.reopen(TICKET, ANA, NOW).events == ()
    assert tickets.reopen(solved, ANA, NOW).ticket.status is Status.OPEN
    assert tickets.prioritise(TICKET, Priority.MEDIUM, ANA, NOW).events == ()
    (event,) = tickets.prioritise(TICKET, Priority.URGENT, ANA, NOW).events
    assert (event.before, event.after) == ("medium", "urgent")


def test_the_clock_runs_on_over_weekends() -> None:
    friday = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
    assert tickets.due(friday) - friday == timedelta(hours=48)
