"""What every store promises of lists of tickets, and of triggers and what they did."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.finding import PAGE, Listed, Queue
from bot.domain.people import AgentId, Group, GroupId
from bot.domain.tickets import Inquiry, InquiryId, Source, Status, due
from bot.domain.triggers import (
    Action,
    Comparison,
    Condition,
    Firing,
    FiringId,
    Matched,
    Occasion,
    Trigger,
    TriggerId,
    Verb,
)
from bot.ports.store import NameTaken, UnitOfWork, VersionConflict
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import a_ticket, conversation, dock

US = Trigger(
    TriggerId(0),
    "US orders",
    1,
    Occasion.CREATED,
    (Condition("Walmart Site", Comparison.IS, ("US", "CA")),),
    (Action(Verb.GROUP, "1"), Action(Verb.JUNK)),
    stops=True,
)


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


def keys(listed: Sequence[Listed]) -> list[str]:
    return [each.ticket.thread_key for each in listed]


async def test_each_queue_lists_what_belongs_into_it_the_next_deadline_first(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, late, (letter,) = conversation(unit)
        group = unit.groups.add(Group(GroupId(0), "us"))

        def add(key: str, hours: int | None = None, **changes: object) -> None:
            kept = unit.tickets.add(replace(a_ticket(world, key), **changes))  # type: ignore[arg-type]
            if hours is not None:
                at = START + timedelta(hours=hours)
                unit.inquiries.add(Inquiry(InquiryId(0), kept.id, letter.id, at, due(at)))

        unit.tickets.save(replace(late, thread_key="late"))
        unit.inquiries.add(Inquiry(InquiryId(0), late.id, letter.id, START, due(START)))
        add("mine", 5, assignee=world.agent, group=group.id)
        add("answered", status=Status.PENDING, assignee=world.agent)
        add("solved", 1, status=Status.SOLVED, group=group.id)
        add("junk", 2, junked_at=START)

        def queue(which: Queue, skip: int = 0) -> list[str]:
            return keys(unit.finding.in_queue(which, world.agent, Source.WALMART, START, skip))

        assert queue(Queue.OPEN) == ["late", "mine", "answered"]
        assert queue(Queue.OPEN, 1) == ["mine", "answered"]
        assert queue(Queue.MINE) == ["mine", "answered"]
        assert queue(Queue.UNASSIGNED) == ["late"]
        assert queue(Queue.DUE) == ["late", "mine"]
        assert queue(Queue.JUNK) == ["junk"]
        later = START + timedelta(seconds=1)
        assert unit.finding.in_queue(Queue.JUNK, world.agent, Source.WALMART, later, 0) == ()
        first = unit.finding.in_queue(Queue.DUE, world.agent, Source.WALMART, START, 0)[0]
        assert first == Listed(unit.tickets.get(late.id), due(START))
        assert unit.finding.of_group(group.id) == 1
        assert [ticket.thread_key for ticket in unit.finding.of_agent(world.agent)] == ["mine", "answered"]
        assert unit.finding.of_agent(AgentId(99)) == ()

    await place.store.run(work)


async def test_a_list_shows_one_more_than_a_page(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        assert unit.finding.newest(50) == ()
        kept = [unit.tickets.add(a_ticket(world, f"order:{number}")) for number in range(PAGE + 3)]
        assert len(unit.finding.in_queue(Queue.OPEN, world.agent, Source.WALMART, START, 0)) == PAGE + 1
        assert unit.finding.newest(2) == (kept[-1].id, kept[-2].id)

    await place.store.run(work)


async def test_tickets_are_found_by_order_and_by_word(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, first, _ = conversation(unit)
        lamp = replace(a_ticket(world, "lamp"), title="", item_name="Garlic_press 100%", order_id="200012345678901")
        unit.tickets.add(lamp)
        unit.tickets.add(replace(lamp, thread_key="old", status=Status.SOLVED, buyer_name="Maria", item_name=None))

        def word(text: str) -> list[str]:
            return keys(unit.finding.with_word(text, Source.WALMART, 0))

        assert keys(unit.finding.about_order("200012345678901", Source.WALMART, 0)) == ["old", "lamp"]
        assert word("WHERE is") == [first.thread_key], "a letter's words"
        assert word("maria") == ["old"]
        assert word("c_p") == ["lamp"], "what the database takes for a wildcard is a letter like any other"
        assert word("cxp") == []
        assert word("0%") == ["lamp"]

    await place.store.run(work)


async def test_triggers_keep_their_order_and_firings_outlive_them(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        _, ticket, _ = conversation(unit)
        second = unit.triggers.add(replace(US, name="second", place=2))
        first = unit.triggers.add(US)
        with pytest.raises(NameTaken):
            unit.triggers.add(US)
        assert unit.triggers.all() == (first, second)
        unit.triggers.save(replace(second, place=0, enabled=False))
        assert [trigger.name for trigger in unit.triggers.all()] == ["second", "US orders"]
        with pytest.raises(VersionConflict):
            unit.triggers.save(second)
        found = (Matched("Walmart Site", "US"),)
        firing = Firing(FiringId(0), ticket.id, first.id, 1, first.name, "when created then junk", START, found)
        kept = unit.firings.add(firing)
        unit.triggers.delete(first.id)
        assert unit.triggers.find(first.id) is None
        assert unit.firings.of_ticket(ticket.id) == (kept,) == (replace(firing, id=kept.id),)

    await place.store.run(work)
