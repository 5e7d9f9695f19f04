"""Triggers at work, inside the transaction of their occasion: what they decide is as true as what caused it.

A trigger that fails is taken back by itself, recorded and passed over: it never holds up a letter, a reply or the
triggers behind it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain import placement
from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.jobs import NotifyAgent, SyncCard
from bot.domain.people import SYSTEM, AgentId, GroupId, Platform
from bot.domain.sites import Channel
from bot.domain.tickets import Moved, Priority, Ticket
from bot.domain.triggers import (
    Action,
    Facts,
    Firing,
    FiringId,
    Matched,
    Trigger,
    Verb,
    matches,
    occasion_of,
)
from bot.ports.store import NotFound, Snapshot, UnitOfWork, VersionConflict
from bot.services.conversations import conversation
from bot.services.trigger_facts import facts_of
from bot.views.trigger_words import TriggerNames, trigger_words

_log = structlog.get_logger(__name__)


class _CannotBeDone(Exception):
    """An action that names what is not there any more; the others are done all the same."""


def run_triggers(uow: UnitOfWork, ticket: TicketId, events: Sequence[TicketEvent], now: datetime) -> list[TicketEvent]:
    """Do what triggers want on these occasions, and return the events of it. The ticket must be saved already."""
    occasions = [occasion for occasion in map(occasion_of, events) if occasion is not None]
    waiting = [trigger for trigger in uow.triggers.all() if trigger.enabled] if occasions else []
    waiting = [trigger for trigger in waiting if trigger.occasion in occasions]
    if not waiting:
        return []
    try:
        facts = facts_of(conversation(uow, ticket))
    except NotFound:
        _log.exception("triggers were passed over", ticket=ticket)
        return []
    made: list[TicketEvent] = []
    for occasion in dict.fromkeys(occasions):
        for trigger in (each for each in waiting if each.occasion is occasion):
            done = _tried(uow, ticket, trigger, facts, now)
            made += done
            if done and trigger.stops:
                break
    return made


def _tried(uow: UnitOfWork, ticket: TicketId, trigger: Trigger, facts: Facts, now: datetime) -> list[TicketEvent]:
    """Nothing when the conditions do not hold, or when the trigger is broken."""
    try:
        matched = matches(trigger.conditions, facts, now)
        if matched is None:
            return []
        with uow.savepoint():
            return _fire(uow, ticket, trigger, matched, now)
    except VersionConflict:
        raise
    except Exception:  # noqa: BLE001  # whatever is wrong with one rule, the letter that set it off must be filed
        _log.exception("trigger failed", trigger=trigger.id, ticket=ticket)
        return []


def _fire(
    uow: UnitOfWork, ticket_id: TicketId, trigger: Trigger, matched: tuple[Matched, ...], now: datetime
) -> list[TicketEvent]:
    work = _Work(uow, trigger.name, now)
    before = ticket = uow.tickets.get(ticket_id)
    events: list[TicketEvent] = []
    problems: list[str] = []
    for action in trigger.actions:
        try:
            moved = work.do(action, ticket)
        except _CannotBeDone as problem:
            problems.append(str(problem))
            continue
        ticket, events = moved.ticket, [*events, *moved.events]
    if ticket != before:
        uow.tickets.save(ticket)
    rule = trigger_words(trigger, names_of(uow))
    firing = Firing(
        FiringId(0), ticket_id, trigger.id, trigger.version, trigger.name, rule, now, matched, "; ".join(problems)
    )
    kept = uow.firings.add(firing)
    fired = TicketEvent(ticket_id, now, SYSTEM, EventKind.TRIGGER_FIRED, "", trigger.name, kept.id)
    return [fired, *events]


@dataclass(frozen=True, slots=True)
class _Work:
    uow: UnitOfWork
    rule: str
    now: datetime

    def do(self, action: Action, ticket: Ticket) -> Moved:
        match action.verb:
            case Verb.GROUP:
                group = self._group(action)
                return placement.move_to_group(ticket, group, SYSTEM, self.now, rule=self.rule)
            case Verb.AGENT:
                return placement.assign(ticket, self._agent(action), SYSTEM, self.now)
            case Verb.PRIORITY:
                return placement.prioritise(ticket, Priority[action.target.upper()], SYSTEM, self.now)
            case Verb.JUNK:
                return placement.junk(ticket, SYSTEM, self.now)
            case Verb.CHANNEL:
                channel = channel_of(action)
                self.uow.jobs.enqueue(SyncCard(ticket.id, channel.platform, channel.id))
            case Verb.NOTIFY_AGENT:
                self._notify(ticket, [self._agent(action)])
            case Verb.NOTIFY_GROUP:
                self._notify(ticket, sorted(self.uow.groups.get(self._group(action)).members))
        return Moved(ticket)

    def _group(self, action: Action) -> GroupId:
        group = self.uow.groups.get(GroupId(int(action.target)))
        if group.deleted:
            raise _CannotBeDone(f"group:{group.name}")
        return group.id

    def _agent(self, action: Action) -> AgentId:
        agent = self.uow.people.agent(AgentId(int(action.target)))
        if not agent.enabled or not agent.identities:
            raise _CannotBeDone(f"agent:{agent.name}")
        return agent.id

    def _notify(self, ticket: Ticket, agents: Sequence[AgentId]) -> None:
        channels = self.uow.sites.get(ticket.site).channels
        for agent in agents:
            for user in self.uow.people.agent(agent).identities:
                here = next((channel for channel in channels if channel.platform is user.platform), None)
                if here is not None:
                    self.uow.jobs.enqueue(NotifyAgent(ticket.id, here.platform, here.id, user.id, self.rule))


def channel_of(action: Action) -> Channel:
    platform, _, identity = action.target.partition(":")
    return Channel(Platform(platform), identity)


def names_of(snapshot: Snapshot) -> TriggerNames:
    return TriggerNames(
        {group.id: group.name for group in snapshot.groups.all()},
        {agent.id: agent.name for agent in snapshot.agents.all()},
    )


def would_fire(
    snapshot: Snapshot, trigger: Trigger, tickets: Sequence[TicketId], now: datetime
) -> Iterator[tuple[Ticket, tuple[Matched, ...]]]:
    """The dry run: on which of these tickets, as they are now, the conditions hold. Nothing is changed."""
    for ticket in tickets:
        talk = conversation(snapshot, ticket)
        try:
            matched = matches(trigger.conditions, facts_of(talk), now)
        except ValueError:
            continue
        if matched is not None:
            yield talk.ticket, matched
