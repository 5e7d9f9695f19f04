"""Where a ticket belongs, and whether it is one at all: assigning, groups, category, junk. Pure."""

from dataclasses import replace
from datetime import datetime

from bot.domain.categories import CategoryId
from bot.domain.events import EventKind, TicketEvent
from bot.domain.people import Actor, AgentId, GroupId
from bot.domain.tickets import Moved, Priority, Status, Ticket


def assign(ticket: Ticket, agent: AgentId | None, actor: Actor, now: datetime) -> Moved:
    """Give the ticket to `agent`, or to nobody. A new ticket that somebody has been given is open."""
    if ticket.assignee == agent:
        return Moved(ticket)
    status = Status.OPEN if ticket.status is Status.NEW and agent is not None else ticket.status
    event = TicketEvent(ticket.id, now, actor, EventKind.ASSIGNED, _word(ticket.assignee), _word(agent))
    return Moved(replace(ticket, assignee=agent, status=status), (event,))


def move_to_group(ticket: Ticket, group: GroupId | None, actor: Actor, now: datetime, *, rule: str = "") -> Moved:
    """`rule` names the trigger that moves it; empty when a person does."""
    if ticket.group == group:
        return Moved(ticket)
    event = TicketEvent(ticket.id, now, actor, EventKind.GROUP_CHANGED, _word(ticket.group), _word(group))
    return Moved(replace(ticket, group=group, placed_by=rule), (event,))


def categorise(ticket: Ticket, category: CategoryId | None, actor: Actor, now: datetime) -> Moved:
    if ticket.category == category:
        return Moved(ticket)
    event = TicketEvent(ticket.id, now, actor, EventKind.CATEGORY_CHANGED, _word(ticket.category), _word(category))
    return Moved(replace(ticket, category=category), (event,))


def junk(ticket: Ticket, actor: Actor, now: datetime) -> Moved:
    if ticket.junked_at is not None:
        return Moved(ticket)
    return Moved(replace(ticket, junked_at=now), (TicketEvent(ticket.id, now, actor, EventKind.JUNKED),))


def restore(ticket: Ticket, actor: Actor, now: datetime) -> Moved:
    """Back to where it was, with its original deadlines: at Walmart they never stopped."""
    if ticket.junked_at is None:
        return Moved(ticket)
    return Moved(replace(ticket, junked_at=None), (TicketEvent(ticket.id, now, actor, EventKind.RESTORED),))


def prioritise(ticket: Ticket, priority: Priority, actor: Actor, now: datetime) -> Moved:
    if ticket.priority is priority:
        return Moved(ticket)
    before, after = ticket.priority.name.lower(), priority.name.lower()
    event = TicketEvent(ticket.id, now, actor, EventKind.PRIORITY_CHANGED, before, after)
    return Moved(replace(ticket, priority=priority), (event,))


def _word(identity: int | None) -> str:
    return "" if identity is None else str(identity)
