"""The audit of every store: what was changed, refused and done to tickets, read as one, and never changed again."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.audit import REFUSED, AuditEntry, AuditFilter, AuditKind, AuditLine
from bot.domain.events import EventKind, TicketEvent
from bot.domain.people import BUYER, OPERATOR, SYSTEM, ChatUser, Platform, by
from bot.ports.store import UnitOfWork
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import ANN, a_person, conversation

BOB = ChatUser(Platform.SLACK, "U2")
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


def told(lines: tuple[AuditLine, ...]) -> list[str]:
    return [line.kind for line in lines]


async def test_settings_refusals_and_acts_on_tickets_are_read_as_one_the_newest_first(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, _letters = conversation(unit)
        ann = by(world.agent)
        unit.people.put(a_person(BOB, "Bob"))
        renamed = AuditEntry(
            START, ann, AuditKind.CHANGED, "site:1", "Blue Lamp US", "seller name", "Blue Lamp", "Red Lamp"
        )
        unit.audit.record(renamed)
        unit.audit.record(replace(renamed, at=START + 4 * MINUTE, actor=OPERATOR, kind=AuditKind.ADDED))
        unit.interactions.refuse("site seller", BOB, "needs admin", START + MINUTE)
        unit.events.add(
            [
                TicketEvent(ticket.id, START + 2 * MINUTE, ann, EventKind.RECIPIENT_SHOWN),
                TicketEvent(ticket.id, START + 2 * MINUTE, BUYER, EventKind.REOPENED),
                TicketEvent(ticket.id, START + 2 * MINUTE, SYSTEM, EventKind.ORDER_READ),
                TicketEvent(ticket.id, START + 3 * MINUTE, SYSTEM, EventKind.REPLY_SENT, "sending", "sent"),
            ]
        )
        everything = unit.audit.lines(AuditFilter(), most=9)
        assert [(line.who, line.kind) for line in everything] == [
            ("operator", "added"),
            ("system", "reply sent"),
            ("Ann", "recipient shown"),
            ("Bob", REFUSED),
            ("Ann", "changed"),
        ]
        changed = AuditLine(START, "Ann", "changed", "site:1", "Blue Lamp US", "seller name", "Blue Lamp", "Red Lamp")
        assert everything[-1] == changed
        assert everything[3] == AuditLine(START + MINUTE, "Bob", REFUSED, "", "site seller", after="needs admin")
        assert everything[2].target == f"ticket:{ticket.id}"
        assert unit.audit.lines(AuditFilter(), most=2, skip=1) == everything[1:3]

        def kinds(**wanted: object) -> list[str]:
            return told(unit.audit.lines(AuditFilter(**wanted), most=9))  # type: ignore[arg-type]

        assert kinds(who=ANN) == ["recipient shown", "changed"]
        assert kinds(who=BOB) == [REFUSED]
        assert kinds(kind="changed") == ["changed"]
        assert kinds(kind="recipient shown") == ["recipient shown"]
        assert kinds(ticket=ticket.id) == ["reply sent", "recipient shown"]
        assert kinds(since=START + 3 * MINUTE) == ["added", "reply sent"]
        assert kinds(until=START + MINUTE) == ["changed"]

    await place.store.run(work)


async def test_what_a_transaction_takes_back_was_never_recorded_and_long_values_are_cut(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        entry = AuditEntry(START, OPERATOR, AuditKind.CHANGED, "site:1", "x" * 900, after="y" * 900)
        with contextlib.suppress(ZeroDivisionError), unit.savepoint():
            unit.audit.record(entry)
            raise ZeroDivisionError
        assert unit.audit.lines(AuditFilter(), most=9) == ()
        unit.audit.record(entry)
        (line,) = unit.audit.lines(AuditFilter(), most=9)
        assert (len(line.name), len(line.after)) == (500, 500)

    await place.store.run(work)


async def test_a_record_can_be_added_and_read_and_nothing_else(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        assert {name for name in dir(unit.audit) if not name.startswith("_")} == {"record", "lines"}

    await place.store.run(work)
