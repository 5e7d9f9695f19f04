"""Gathering a conversation from what is kept."""

from bot.domain.conversation import Conversation
from bot.domain.events import TicketId
from bot.domain.tickets import Caution
from bot.ports.store import Snapshot
from bot.services.site_matching import is_served


def conversation(snapshot: Snapshot, ticket_id: TicketId) -> Conversation:
    """Raises `NotFound` for a number that no ticket has."""
    ticket = snapshot.tickets.get(ticket_id)
    docked = snapshot.sites.docked(ticket.site)
    replies = snapshot.replies.of_ticket(ticket_id)
    notes = snapshot.notes.of_ticket(ticket_id)
    agents = {*(reply.author for reply in replies), *(note.author for note in notes)}
    if ticket.assignee is not None:
        agents.add(ticket.assignee)
    unsure = Caution.SITE_UNSURE in ticket.cautions
    others = snapshot.sites.of_mailbox(docked.site.mailbox) if unsure else ()
    return Conversation(
        ticket=ticket,
        docked=docked,
        letters=snapshot.letters.of_ticket(ticket_id),
        inquiries=snapshot.inquiries.of_ticket(ticket_id),
        replies=replies,
        notes=notes,
        order=snapshot.orders.get(ticket.site, ticket.order_id) if ticket.order_id else None,
        names={agent: snapshot.people.agent(agent).name for agent in agents},
        group=snapshot.groups.get(ticket.group) if ticket.group is not None else None,
        rivals=tuple(other.site for other in others if is_served(other) and other.site.id != ticket.site),
        category=snapshot.categories.path(ticket.category) if ticket.category is not None else (),
        fields=snapshot.field_values.of_ticket(ticket_id),
    )
