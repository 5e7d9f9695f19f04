"""What is asked of the store when a backup was restored, in the fake and in both databases."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.events import EventKind, TicketEvent
from bot.domain.people import SYSTEM
from bot.domain.replies import ReplyState
from bot.domain.sites import MailAccountId
from bot.domain.tickets import Inquiry, InquiryId
from bot.ports.mail import Folder
from bot.ports.store import UnitOfWork
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import a_reply, conversation

LATER = START + timedelta(hours=1)


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


async def test_messages_whose_clock_runs_are_found_by_mailbox_and_stopped_once(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, letters = conversation(unit, letters=2)
        for letter in letters:
            clock = Inquiry(InquiryId(0), ticket.id, letter.id, letter.received_at, letter.received_at)
            unit.inquiries.add(clock)
        (first, message_id), second = unit.inquiries.open_in(world.mailbox)
        assert (first.letter, message_id) == (letters[0].id, letters[0].message_id)
        assert unit.inquiries.open_in(MailAccountId(99)) == ()

        assert unit.inquiries.answered_elsewhere(first.id, LATER)
        assert not unit.inquiries.answered_elsewhere(first.id, LATER + timedelta(hours=1))
        stopped = unit.inquiries.of_ticket(ticket.id)[0]
        assert (stopped.answered_at, stopped.answered_by) == (LATER, None)
        assert unit.inquiries.open_in(world.mailbox) == (second,)

    await place.store.run(work)


async def test_failed_replies_are_found(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, (letter,) = conversation(unit)
        unit.replies.add(a_reply(world, ticket, letter))
        failed = unit.replies.add(replace(a_reply(world, ticket, letter, "t2"), state=ReplyState.FAILED))
        assert unit.replies.failed() == (failed,)

    await place.store.run(work)


async def test_tickets_to_which_something_has_happened_are_found(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        _world, ticket, _letters = conversation(unit)
        for at in (START, LATER):
            unit.events.add([TicketEvent(ticket.id, at, SYSTEM, EventKind.OPENED)])
        assert unit.events.tickets_since(LATER) == (ticket.id,)
        assert unit.events.tickets_since(LATER + timedelta(seconds=1)) == ()

    await place.store.run(work)


async def test_a_mailbox_whose_place_was_forgotten_is_looked_into_as_at_first_contact(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, _ticket, _letters = conversation(unit)
        assert unit.inbound.cursor(world.mailbox, Folder.INBOX) is not None
        unit.inbound.forget_cursors()
        assert unit.inbound.cursor(world.mailbox, Folder.INBOX) is None
        assert unit.inbound.newest_receipt(world.mailbox, Folder.INBOX) is not None

    await place.store.run(work)
