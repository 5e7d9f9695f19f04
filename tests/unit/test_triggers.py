"""What a trigger waits for, what its conditions find, and what it does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.jobs import NotifyAgent, SyncCard
from bot.domain.people import BUYER, SYSTEM, AgentId, Group, GroupId, by
from bot.domain.tickets import Priority
from bot.domain.triggers import (
    Action,
    Comparison,
    Condition,
    Matched,
    Occasion,
    Trigger,
    TriggerId,
    Verb,
    matches,
    occasion_of,
)
from bot.ports.store import UnitOfWork, VersionConflict
from bot.services.reactions import record
from bot.services.triggering import would_fire
from bot.services.waits import Waits
from integrations.simulator.clock import MovableClock
from tests.contract.store_places import START
from tests.contract.store_world import CHANNEL, conversation
from tests.fakes.store import FakeStore

FACTS = {
    "site": "US",
    "walmart order total": "54.12",
    "text": "Where is it?\nPlease CANCEL my  order",
    "topic": "other",
}
MONDAY = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("subject", "test", "values", "found"),
    [
        ("site", Comparison.IS, ("us",), "US"),
        ("Site", Comparison.IS, ("CA", "US"), "US"),
        ("site", Comparison.IS, ("CA",), None),
        ("site", Comparison.IS_NOT, ("CA", "MX"), "US"),
        ("site", Comparison.IS_NOT, ("CA", "US"), None),
        ("text", Comparison.CONTAINS, ("refund", "cancel"), "cancel"),
        ("text", Comparison.DOES_NOT_CONTAIN, ("refund",), FACTS["text"]),
        ("Walmart Order Total", Comparison.ABOVE, ("50",), "54.12"),
        ("Walmart Order Total", Comparison.BELOW, ("50",), None),
        ("topic", Comparison.ABOVE, ("50",), None),
        ("Walmart Site", Comparison.IS, ("US",), None),
        ("Walmart Site", Comparison.IS_NOT, ("US",), None),
        ("time", Comparison.IS, ("22:00-06:00",), MONDAY.isoformat()),
        ("time", Comparison.IS, ("22:00-06:00 America/New_York",), None),
        ("weekday", Comparison.IS, ("mon",), MONDAY.isoformat()),
        ("weekday", Comparison.IS, ("tuesday Europe/Berlin",), MONDAY.isoformat()),
        ("weekday", Comparison.IS, ("sat-mon",), MONDAY.isoformat()),
        ("weekday", Comparison.IS_NOT, ("sat-sun",), MONDAY.isoformat()),
    ],
)
def test_c10_a_condition_finds_what_it_looked_at(
    subject: str, test: Comparison, values: tuple[str, ...], found: str | None
) -> None:
    matched = matches([Condition(subject, test, values)], FACTS, MONDAY)
    assert matched == (None if found is None else (Matched(subject, found),))


def test_all_conditions_have_to_hold_and_none_always_does() -> None:
    us, large = Condition("site", Comparison.IS, ("US",)), Condition("walmart order total", Comparison.ABOVE, ("100",))
    assert matches([us, large], FACTS, MONDAY) is None
    assert matches([], FACTS, MONDAY) == ()


def test_c10_each_occasion_is_one_kind_of_event() -> None:
    def occasion(kind: EventKind, actor: object = BUYER) -> Occasion | None:
        return occasion_of(TicketEvent(TicketId(1), START, actor, kind))  # type: ignore[arg-type]

    assert occasion(EventKind.OPENED) is Occasion.CREATED
    assert occasion(EventKind.LETTER_ADDED) is Occasion.BUYER_WROTE
    assert occasion(EventKind.LETTER_ADDED, SYSTEM) is None, "a letter that was read again is no new one"
    assert occasion(EventKind.REPLY_SENT, SYSTEM) is Occasion.REPLIED
    assert occasion(EventKind.SOLVED, by(AgentId(1))) is Occasion.STATUS_CHANGED
    assert occasion(EventKind.PRIORITY_CHANGED, by(AgentId(1))) is Occasion.FIELD_CHANGED
    assert occasion(EventKind.TRIGGER_FIRED, SYSTEM) is None


RULE = Trigger(TriggerId(0), "US orders", 1, Occasion.CREATED, (Condition("site", Comparison.IS, ("US",)),), ())


def opened(unit: UnitOfWork, ticket: TicketId) -> None:
    event = TicketEvent(ticket, START, BUYER, EventKind.OPENED, about=1)
    record(unit, unit.tickets.get(ticket), [event], START, Waits())


async def test_c10_a_trigger_acts_in_the_transaction_of_its_occasion_and_says_what_it_matched() -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, _ = conversation(unit)
        group = unit.groups.add(Group(GroupId(0), "us-agents", frozenset({world.agent})))
        actions = (
            Action(Verb.GROUP, str(group.id)),
            Action(Verb.PRIORITY, "high"),
            Action(Verb.AGENT, str(world.agent)),
            Action(Verb.CHANNEL, "slack:C9"),
            Action(Verb.NOTIFY_GROUP, str(group.id)),
        )
        rule = unit.triggers.add(replace(RULE, actions=actions))
        opened(unit, ticket.id)
        placed = unit.tickets.get(ticket.id)
        assert (placed.group, placed.placed_by, placed.priority) == (group.id, "US orders", Priority.HIGH)
        assert placed.assignee == world.agent
        (firing,) = unit.firings.of_ticket(ticket.id)
        assert (firing.trigger, firing.version, firing.matched) == (rule.id, 1, (Matched("site", "US"),))
        assert firing.rule.startswith("when created if site is US then assign group us-agents and priority high and ")
        kinds = [event.kind for event in unit.events.of_ticket(ticket.id)]
        assert kinds == ["opened", "trigger fired", "group changed", "priority changed", "assigned"]

    store = FakeStore(MovableClock(start=START))
    await store.run(work)
    jobs = [row.job for row in store.tables.jobs.values()]
    assert NotifyAgent(TicketId(1001), CHANNEL.platform, CHANNEL.id, "U1", "US orders") in jobs
    cards = [job.channel for job in jobs if isinstance(job, SyncCard)]
    assert sorted(cards) == ["C1", "C9"], "one card each, however much a trigger did"


async def test_c10_rules_are_tried_in_order_one_that_stops_ends_the_search_and_none_sets_off_another() -> None:
    def work(unit: UnitOfWork) -> None:
        _, ticket, _ = conversation(unit)
        changed = replace(RULE, name="loop", occasion=Occasion.FIELD_CHANGED, actions=(Action(Verb.PRIORITY, "low"),))
        unit.triggers.add(changed)
        off = replace(RULE, name="off", place=0, enabled=False, actions=(Action(Verb.JUNK),))
        unit.triggers.add(off)
        unit.triggers.add(replace(RULE, name="third", place=3, actions=(Action(Verb.JUNK),)))
        unit.triggers.add(replace(RULE, name="second", place=2, stops=True, actions=(Action(Verb.PRIORITY, "urgent"),)))
        unit.triggers.add(replace(RULE, actions=(Action(Verb.PRIORITY, "high"),)))
        opened(unit, ticket.id)
        assert [firing.name for firing in unit.firings.of_ticket(ticket.id)] == ["US orders", "second"]
        after = unit.tickets.get(ticket.id)
        assert (after.priority, after.junked_at) == (Priority.URGENT, None)

    await FakeStore(MovableClock(start=START)).run(work)


async def test_c10_a_broken_trigger_holds_up_no_letter_and_says_what_it_could_not_do() -> None:
    def work(unit: UnitOfWork) -> None:
        _, ticket, _ = conversation(unit)
        gone = unit.groups.add(Group(GroupId(0), "gone", deleted=True))
        unit.triggers.add(
            replace(RULE, name="no span", conditions=(Condition("time", Comparison.IS, ("often",)),), place=0)
        )
        unit.triggers.add(
            replace(RULE, name="no agent", actions=(Action(Verb.JUNK), Action(Verb.AGENT, "99")), place=0)
        )
        unit.triggers.add(replace(RULE, actions=(Action(Verb.GROUP, str(gone.id)), Action(Verb.PRIORITY, "high"))))
        opened(unit, ticket.id)
        (firing,) = unit.firings.of_ticket(ticket.id)
        assert (firing.name, firing.problem) == ("US orders", "group:gone")
        after = unit.tickets.get(ticket.id)
        assert (after.priority, after.junked_at, after.group) == (Priority.HIGH, None, None), "taken back as a whole"

    await FakeStore(MovableClock(start=START)).run(work)


async def test_a_trigger_that_loses_a_race_starts_the_whole_work_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_ticket: object) -> None:
        raise VersionConflict

    def work(unit: UnitOfWork) -> None:
        _, ticket, _ = conversation(unit)
        unit.triggers.add(replace(RULE, actions=(Action(Verb.PRIORITY, "high"),)))
        monkeypatch.setattr(unit.tickets, "save", lost)
        opened(unit, ticket.id)

    with pytest.raises(VersionConflict):
        await FakeStore(MovableClock(start=START)).run(work)


async def test_c10_a_dry_run_changes_nothing() -> None:
    def work(unit: UnitOfWork) -> None:
        _, ticket, _ = conversation(unit)
        rule = replace(RULE, actions=(Action(Verb.JUNK),))
        found = list(would_fire(unit, rule, unit.finding.newest(50), START))
        assert found == [(ticket, (Matched("site", "US"),))]
        other = replace(rule, conditions=(Condition("site", Comparison.IS, ("MX",)),))
        assert list(would_fire(unit, other, unit.finding.newest(50), START)) == []
        assert unit.tickets.get(ticket.id) == ticket
        assert unit.firings.of_ticket(ticket.id) == ()

    await FakeStore(MovableClock(start=START)).run(work)
