"""Whose a ticket is: taken, given to a colleague or a group, put into junk and back."""

from bot.domain import placement, tickets
from bot.domain.events import TicketId
from bot.domain.people import Agent, AgentId, Role, by
from bot.domain.tickets import Moved
from bot.ports.chat import Answer, ShowForm, Submitted
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.acting import Acting, refuse, refuse_field
from bot.services.conversations import conversation
from bot.services.ticket_acts import form_ticket, not_junk, save
from bot.views.placement_form import assign_form, chosen_agent, chosen_group, shown_assignee


def take(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    try:
        moved = tickets.take(not_junk(uow, ticket, acting), acting.agent.id, acting.now)
    except tickets.AlreadyTaken as taken:
        name = uow.people.agent(taken.by_agent).name
        raise refuse(acting.texts.line("{name} has this ticket already.", name=name)) from None
    return save(uow, moved, acting)


def assignable(snapshot: Snapshot) -> tuple[Agent, ...]:
    """By name: who may be given a ticket. Before people are configured, everybody who has worked on one."""
    configured = snapshot.agents.configured()
    able = (agent for agent in snapshot.agents.all() if _works(agent, configured=configured))
    return tuple(sorted(able, key=lambda agent: agent.name.casefold()))


def _works(agent: Agent, *, configured: bool) -> bool:
    has_role = agent.role is not None and agent.role >= Role.AGENT
    return agent.enabled and bool(agent.identities) and (has_role or not configured)


def open_assign_form(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    """Members of the ticket's group stand first."""
    not_junk(uow, ticket, acting)
    talk = conversation(uow, ticket)
    members = talk.group.members if talk.group else frozenset()
    agents = sorted(assignable(uow), key=lambda agent: agent.id not in members)
    return ShowForm(assign_form(talk, agents, uow.groups.all(), acting.texts))


def submit_assignment(uow: UnitOfWork, submitted: Submitted, acting: Acting) -> Answer:
    _ = acting.texts
    ticket = not_junk(uow, form_ticket(submitted, acting), acting)
    agent, group = chosen_agent(submitted.values.get("agent", "")), chosen_group(submitted.values.get("group", ""))
    if ticket.assignee not in {shown_assignee(submitted.token), agent}:
        raise refuse_field("agent", _taken_meanwhile(uow, ticket.assignee, acting))
    if agent is not None and agent != ticket.assignee and agent not in {able.id for able in assignable(uow)}:
        raise refuse_field("agent", _("This person does not work on tickets any more. Choose somebody else."))
    if group is not None and group != ticket.group and group not in {each.id for each in uow.groups.all()}:
        raise refuse_field("group", _("This group was deleted meanwhile. Choose another one."))
    actor = by(acting.agent.id)
    moved = placement.move_to_group(ticket, group, actor, acting.now)
    given = placement.assign(moved.ticket, agent, actor, acting.now)
    return save(uow, Moved(given.ticket, (*moved.events, *given.events)), acting)


def _taken_meanwhile(uow: UnitOfWork, assignee: AgentId | None, acting: Acting) -> str:
    if assignee is None:
        return acting.texts("This ticket was given back meanwhile. Nothing was saved: open the form again.")
    name = uow.people.agent(assignee).name
    return acting.texts("{name} has this ticket since then. Nothing was saved: open the form again.", name=name)


def junk(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    return save(uow, placement.junk(uow.tickets.get(ticket), by(acting.agent.id), acting.now), acting)


def restore(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    return save(uow, placement.restore(uow.tickets.get(ticket), by(acting.agent.id), acting.now), acting)
