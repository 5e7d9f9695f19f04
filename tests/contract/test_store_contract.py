"""What every store promises: transactions. What its repositories promise is in the files beside."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.jobs import EnrichTicket
from bot.domain.people import SYSTEM
from bot.domain.sites import AccountId, Market, SecretId, Site, SiteId
from bot.ports.jobs import Pace
from bot.ports.mail import Cursor, Folder
from bot.ports.store import NameTaken, NotFound, Snapshot, ThreadTaken, TokenTaken, UnitOfWork, VersionConflict
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import ANN, a_batch, a_mailbox, a_reply, a_ticket, conversation, dock, moved

PACE = Pace("slack:chat.postMessage:C1", timedelta(seconds=1))


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


class SomethingFailed(Exception):
    pass


async def test_a_rollback_leaves_nothing(place: Place) -> None:
    world = await place.store.run(dock)

    def work(unit: UnitOfWork) -> None:
        ticket = unit.tickets.add(a_ticket(world))
        unit.events.add([TicketEvent(ticket.id, START, SYSTEM, EventKind.OPENED)])
        unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(1), START)
        unit.jobs.enqueue(EnrichTicket(ticket.id))
        unit.interactions.record("click-1", "pressed", ANN, START)
        unit.slots.reserve(PACE, START)
        raise SomethingFailed

    with pytest.raises(SomethingFailed):
        await place.store.run(work)

    assert await place.store.read(lambda unit: unit.tickets.find(TicketId(1001))) is None
    assert await place.store.read(lambda unit: unit.inbound.cursor(world.mailbox, Folder.INBOX)) is None
    assert (await place.runner.backlog()).waiting == 0
    assert await place.store.run(lambda unit: unit.interactions.record("click-1", "pressed", ANN, START))
    assert await place.store.run(lambda unit: unit.slots.reserve(PACE, START)) == START


async def test_a_savepoint_takes_back_its_own_part_only(place: Place) -> None:
    world = await place.store.run(dock)

    def fail_after_adding(unit: UnitOfWork) -> None:
        with unit.savepoint():
            unit.tickets.add(a_ticket(world, "second"))
            raise SomethingFailed

    def work(unit: UnitOfWork) -> None:
        unit.tickets.add(a_ticket(world, "first"))
        with pytest.raises(SomethingFailed):
            fail_after_adding(unit)
        unit.tickets.add(a_ticket(world, "third"))

    def find(unit: Snapshot) -> list[bool]:
        keys = ("first", "second", "third")
        return [unit.tickets.by_thread([world.site], key) is not None for key in keys]

    await place.store.run(work)
    assert await place.store.read(find) == [True, False, True]


async def test_work_that_met_a_newer_version_is_run_again(place: Place) -> None:
    world = await place.store.run(dock)
    stale = await place.store.run(lambda unit: unit.tickets.add(a_ticket(world)))
    await place.store.run(lambda unit: unit.tickets.save(moved(stale, "one")))
    runs = 0

    def work(unit: UnitOfWork) -> None:
        nonlocal runs
        runs += 1
        ticket = stale if runs == 1 else unit.tickets.get(stale.id)
        unit.tickets.save(moved(ticket, "two"))

    await place.store.run(work)
    assert runs == 2
    ticket = await place.store.read(lambda unit: unit.tickets.get(stale.id))
    assert (ticket.title, ticket.version) == ("two", 3)


async def test_after_three_more_runs_the_conflict_is_told(place: Place) -> None:
    world = await place.store.run(dock)
    stale = await place.store.run(lambda unit: unit.tickets.add(a_ticket(world)))
    await place.store.run(lambda unit: unit.tickets.save(stale))
    runs = 0

    def work(unit: UnitOfWork) -> None:
        nonlocal runs
        runs += 1
        unit.jobs.enqueue(EnrichTicket(stale.id))
        unit.tickets.save(stale)

    with pytest.raises(VersionConflict):
        await place.store.run(work)
    assert runs == 4
    assert (await place.runner.backlog()).waiting == 0


async def test_every_versioned_record_is_guarded(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, (letter,) = conversation(unit)
        reply = unit.replies.add(a_reply(world, ticket, letter))
        account, mailbox, site = (
            unit.accounts.get(world.account),
            unit.mailboxes.get(world.mailbox),
            unit.sites.get(world.site),
        )
        unit.replies.save(reply)
        unit.accounts.save(account)
        unit.mailboxes.save(mailbox)
        unit.sites.save(site)
        with pytest.raises(VersionConflict):
            unit.replies.save(reply)
        with pytest.raises(VersionConflict):
            unit.accounts.save(account)
        with pytest.raises(VersionConflict):
            unit.mailboxes.save(mailbox)
        with pytest.raises(VersionConflict):
            unit.sites.save(site)

    await place.store.run(work)


async def test_many_writers_at_once_lose_nothing(place: Place) -> None:
    world = await place.store.run(dock)
    ticket = await place.store.run(lambda unit: unit.tickets.add(a_ticket(world)))

    def count_up(unit: UnitOfWork) -> None:
        kept = unit.tickets.get(ticket.id)
        unit.tickets.save(moved(kept, kept.title + "!"))

    await asyncio.gather(*(place.store.run(count_up) for _ in range(40)))
    kept = await place.store.read(lambda unit: unit.tickets.get(ticket.id))
    assert (kept.title, kept.version) == (ticket.title + "!" * 40, 41)


async def test_the_loser_of_a_race_for_a_thread_goes_on_with_the_winners_ticket(place: Place) -> None:
    world = await place.store.run(dock)

    def open_or_join(unit: UnitOfWork) -> TicketId:
        try:
            return unit.tickets.add(a_ticket(world)).id
        except ThreadTaken:
            found = unit.tickets.by_thread([world.site], a_ticket(world).thread_key)
            assert found is not None
            unit.events.add([TicketEvent(found.id, START, SYSTEM, EventKind.LETTER_ADDED)])
            return found.id

    ids = await asyncio.gather(*(place.store.run(open_or_join) for _ in range(5)))
    assert ids == [1001] * 5
    assert len(await place.store.read(lambda unit: unit.events.of_ticket(TicketId(1001)))) == 4


async def test_a_ticket_cannot_be_moved_onto_anothers_thread(place: Place) -> None:
    world = await place.store.run(dock)

    def work(unit: UnitOfWork) -> None:
        unit.tickets.add(a_ticket(world, "here"))
        other = unit.tickets.add(a_ticket(world, "there"))
        with pytest.raises(ThreadTaken):
            unit.tickets.save(replace(other, thread_key="here"))
        unit.tickets.save(replace(other, thread_key="elsewhere"))

    await place.store.run(work)


async def test_a_name_is_given_once(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        with pytest.raises(NameTaken):
            unit.accounts.add("Main", "other", SecretId(1))
        with pytest.raises(NameTaken):
            unit.mailboxes.add(a_mailbox())
        with pytest.raises(NameTaken):
            unit.sites.add(Site(SiteId(0), world.account, Market.US, "Other", world.mailbox, ()))
        unit.sites.add(Site(SiteId(0), world.account, Market.CA, "Blue Lamp", world.mailbox, ()))

    await place.store.run(work)


async def test_a_second_submission_of_a_form_is_the_same_reply(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, (letter,) = conversation(unit)
        first = unit.replies.add(a_reply(world, ticket, letter))
        with pytest.raises(TokenTaken):
            unit.replies.add(a_reply(world, ticket, letter))
        assert unit.replies.by_token(ticket.id, "t1") == first
        assert unit.replies.of_ticket(ticket.id) == (first,)

    await place.store.run(work)


async def test_a_human_act_takes_effect_once(place: Place) -> None:
    answers = await asyncio.gather(
        *(place.store.run(lambda unit: unit.interactions.record("click-1", "pressed", ANN, START)) for _ in range(5))
    )
    assert sorted(answers) == [False, False, False, False, True]


async def test_a_firing_has_one_winner(place: Place) -> None:
    answers = await asyncio.gather(*(place.store.run(lambda unit: unit.ticks.win("poll", START)) for _ in range(5)))
    assert sorted(answers) == [False, False, False, False, True]
    assert await place.store.run(lambda unit: unit.ticks.win("poll", START + timedelta(minutes=1)))
    assert await place.store.run(lambda unit: unit.ticks.win("digest", START))


async def test_what_is_not_there_is_said_so(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        with pytest.raises(NotFound):
            unit.tickets.get(TicketId(5))
        with pytest.raises(NotFound):
            unit.accounts.get(AccountId(5))
        with pytest.raises(NotFound):
            unit.sites.docked(SiteId(5))
        with pytest.raises(NotFound):
            unit.secrets.sealed(SecretId(5))

    await place.store.run(work)


async def test_a_mail_is_kept_once_and_the_cursor_only_moves_forward(place: Place) -> None:
    world = await place.store.run(dock)

    async def keep(*uids: int, validity: int = 7) -> tuple[int, Cursor | None]:
        def work(unit: UnitOfWork) -> tuple[int, Cursor | None]:
            new = unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(*uids, validity=validity), START)
            return new, unit.inbound.cursor(world.mailbox, Folder.INBOX)

        return await place.store.run(work)

    assert await keep(1, 2, 5) == (3, Cursor(7, 5))
    assert await keep(1, 2) == (0, Cursor(7, 5))
    assert await keep(4, 6) == (2, Cursor(7, 6))
    # The server has renumbered its mails: its count starts again, and nothing is taken for known.
    assert await keep(1, validity=8) == (1, Cursor(8, 1))


async def test_the_same_uid_in_another_folder_is_another_mail(place: Place) -> None:
    world = await place.store.run(dock)

    def work(unit: UnitOfWork) -> tuple[int, int]:
        return (
            unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(1), START),
            unit.inbound.keep(world.mailbox, Folder.JUNK, a_batch(1), START),
        )

    assert await place.store.run(work) == (1, 1)


async def test_rate_slots_are_given_out_once_each(place: Place) -> None:
    slots = await asyncio.gather(*(place.store.run(lambda unit: unit.slots.reserve(PACE, START)) for _ in range(5)))
    assert sorted(slots) == [START + timedelta(seconds=number) for number in range(5)]
    later = START + timedelta(minutes=1)
    assert await place.store.run(lambda unit: unit.slots.reserve(PACE, later)) == later


async def test_no_slot_is_given_out_before_the_platform_allows(place: Place) -> None:
    until = START + timedelta(seconds=30)
    await place.store.run(lambda unit: unit.slots.hold(PACE.key, until))
    assert await place.store.run(lambda unit: unit.slots.reserve(PACE, START)) == until
    # An earlier date does not shorten what was promised already.
    await place.store.run(lambda unit: unit.slots.hold(PACE.key, START))
    assert await place.store.run(lambda unit: unit.slots.reserve(PACE, START)) == until + PACE.interval
