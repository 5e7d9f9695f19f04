"""What every store promises about sites: tombstones, what they have received, and letters that opened no ticket."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.sites import Market, Site, SiteId, SiteState
from bot.domain.tickets import Status
from bot.ports.mail import Folder
from bot.ports.mail_records import InboundId, InboundState
from bot.ports.site_records import DeadLetter
from bot.ports.store import NameTaken, UnitOfWork
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import CHANNEL, a_batch, a_reply, conversation, dock, fetch

LATER = START + timedelta(hours=1)


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


async def test_a_deleted_site_makes_room_for_one_of_its_market(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        again = Site(SiteId(0), world.account, Market.US, "Blue Lamp", world.mailbox, (CHANNEL,))
        with pytest.raises(NameTaken), unit.savepoint():
            unit.sites.add(again)
        unit.sites.save(replace(unit.sites.get(world.site), state=SiteState.DELETED))
        second = unit.sites.add(again)
        unit.sites.save(replace(second, state=SiteState.DELETED))
        third = unit.sites.add(replace(again, state=SiteState.REHEARSAL, rehearsal_address="ann@office.example"))
        assert unit.sites.get(third.id).rehearsal_address == "ann@office.example"
        assert [docked.site.id for docked in unit.sites.of_mailbox(world.mailbox)] == [world.site, second.id, third.id]

    await place.store.run(work)


async def test_a_rehearsed_reply_is_kept_as_one(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, (letter,) = conversation(unit)
        kept = unit.replies.add(replace(a_reply(world, ticket, letter), rehearsal=True))
        assert unit.replies.get(kept.id).rehearsal
        assert not unit.replies.add(a_reply(world, ticket, letter, "t2")).rehearsal

    await place.store.run(work)


async def test_a_site_knows_its_open_tickets_and_when_its_mail_came(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, letters = conversation(unit, letters=3)
        unit.inbound.keep(world.mailbox, Folder.JUNK, a_batch(9), LATER)
        assert unit.site_mail.open_tickets(world.site) == (ticket.id,)
        came = tuple(START + timedelta(minutes=minute) for minute in (3, 2, 1))
        assert unit.site_mail.receipts(world.site, most=5) == came
        assert unit.site_mail.receipts(world.site, most=2) == came[:2]
        unit.tickets.save(replace(ticket, status=Status.SOLVED))
        assert unit.site_mail.open_tickets(world.site) == ()
        assert len(letters) == 3

    await place.store.run(work)


async def test_dead_letters_are_kept_told_and_handed_over(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        other = unit.sites.add(Site(SiteId(0), world.account, Market.CA, "Blue Lamp", world.mailbox, ()))
        fetch(unit, world, 1, 2, 3)
        for number in (1, 2, 3):
            unit.inbound.settle(InboundId(number), InboundState.DEAD_LETTER, "an earlier release said why")
        received = START + timedelta(minutes=1)
        first = DeadLetter(InboundId(1), world.site, received, "Where is it?", "Blue Lamp US was deleted")
        unit.site_mail.set_aside(first)
        unit.site_mail.set_aside(replace(first, inbound=InboundId(2), site=other.id))
        told = unit.site_mail.dead_letters(most=10)
        assert [letter.inbound for letter in told] == [3, 2, 1]
        assert told[2] == first
        assert (told[0].site, told[0].reason) == (None, "an earlier release said why")
        assert [letter.inbound for letter in unit.site_mail.dead_letters(most=1)] == [3]
        assert unit.site_mail.dead_letter_counts() == {None: 1, world.site: 1, other.id: 1}
        assert unit.site_mail.handed_to(InboundId(1)) is None

        assert unit.site_mail.hand_over(world.site, other.id, LATER) == {world.mailbox: 1}
        assert unit.site_mail.hand_over(None, other.id, LATER) == {world.mailbox: 1}
        assert unit.site_mail.hand_over(world.site, other.id, LATER) == {}
        assert [mail.id for mail in unit.inbound.unread(world.mailbox, LATER, most=5)] == [1, 3]
        assert [unit.site_mail.handed_to(InboundId(number)) for number in (1, 2, 3)] == [other.id, None, other.id]
        assert unit.site_mail.dead_letter_counts() == {other.id: 1}

        # It finds no ticket there either, and is set aside anew.
        unit.inbound.settle(InboundId(1), InboundState.DEAD_LETTER, "off")
        unit.site_mail.set_aside(replace(first, site=other.id))
        assert unit.site_mail.handed_to(InboundId(1)) is None

    await place.store.run(work)
