"""The moves of a ticket."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import placement, tickets
from bot.domain.events import EventKind, TicketId
from bot.domain.letters import Topic
from bot.domain.people import SYSTEM, AgentId, GroupId, by
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
    assert placement.prioritise(TICKET, Priority.MEDIUM, by(ANA), NOW).events == ()
    (event,) = placement.prioritise(TICKET, Priority.URGENT, by(ANA), NOW).events
    assert (event.before, event.after) == ("medium", "urgent")


def test_a_ticket_is_given_to_people_and_groups() -> None:
    given = placement.assign(TICKET, ANA, by(BEN), NOW)
    assert (given.ticket.assignee, given.ticket.status) == (ANA, Status.OPEN)
    assert [(event.kind, event.before, event.after) for event in given.events] == [(EventKind.ASSIGNED, "", "1")]
    assert placement.assign(given.ticket, ANA, by(BEN), NOW).events == ()
    back = placement.assign(given.ticket, None, by(BEN), NOW)
    assert (back.ticket.assignee, back.ticket.status) == (None, Status.OPEN)
    placed = placement.move_to_group(TICKET, GroupId(3), SYSTEM, NOW, rule="US orders").ticket
    assert (placed.group, placed.placed_by) == (3, "US orders")
    assert placement.move_to_group(placed, GroupId(4), by(ANA), NOW).ticket.placed_by == ""


def test_junk_is_put_back_as_it_was_and_a_new_letter_does_so_too() -> None:
    pending = replace(TICKET, status=Status.PENDING)
    junked = placement.junk(pending, by(ANA), NOW).ticket
    assert (junked.junked_at, junked.status) == (NOW, Status.PENDING)
    assert placement.junk(junked, by(BEN), NOW).events == ()
    assert placement.restore(junked, by(ANA), NOW).ticket == pending
    assert placement.restore(pending, by(ANA), NOW).events == ()
    moved = tickets.letter_arrived(junked, FIRST, NOW)
    assert (moved.ticket.junked_at, moved.ticket.status) == (None, Status.OPEN)
    assert [event.kind for event in moved.events] == ["letter added", "restored from junk", "re-opened"]


def test_the_clock_runs_on_over_weekends() -> None:
    friday = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
    assert tickets.due(friday) - friday == timedelta(hours=48)
