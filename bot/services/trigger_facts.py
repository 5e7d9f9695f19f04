"""What the conditions of triggers may look at."""

from bot.domain.conversation import Conversation
from bot.domain.fields import folded
from bot.domain.tickets import OrderKnowledge
from bot.domain.triggers import Facts, Subject
from bot.views.order_facts import order_status

NONE = "none"


def facts_of(talk: Conversation) -> Facts:
    """By folded name. A field that is empty because nothing has been written into it yet is no fact."""
    ticket, letter = talk.ticket, talk.newest_letter
    site = talk.docked.site
    fields = {
        folded(field.field.name): field.value
        for field in talk.fields
        if field.written_at is not None or field.edited_at is not None
    }
    return {
        **fields,
        Subject.SITE: site.market.upper(),
        Subject.ACCOUNT: talk.docked.account.name,
        Subject.SELLER: site.seller_name,
        Subject.SOURCE: ticket.source,
        Subject.TEXT: f"{letter.subject}\n{letter.words or letter.whole_text}",
        Subject.TOPIC: ticket.topic,
        Subject.ORDER: _order(talk),
        Subject.STATUS: ticket.status,
        Subject.PRIORITY: ticket.priority.name.lower(),
        Subject.GROUP: talk.group.name if talk.group else NONE,
        Subject.ASSIGNEE: talk.name(ticket.assignee) if ticket.assignee is not None else NONE,
    }


def _order(talk: Conversation) -> str:
    if talk.order is not None:
        return order_status(talk.order)
    knowledge = talk.ticket.order_knowledge
    return OrderKnowledge.PENDING.value if knowledge is OrderKnowledge.KNOWN else knowledge.value
