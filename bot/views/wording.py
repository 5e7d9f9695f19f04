"""Words of the domain as people read them; each is translated where it is shown."""

from typing import assert_never

from bot.domain.conversation import Conversation
from bot.domain.letters import Topic
from bot.domain.tickets import Priority, Status
from bot.i18n import Texts
from bot.views.ticket_card import Badge, Tone


def status_badge(status: Status, _: Texts) -> Badge:
    match status:
        case Status.NEW:
            return Badge(_("New"), Tone.INFO)
        case Status.OPEN:
            return Badge(_("Open"), Tone.WARNING)
        case Status.PENDING:
            return Badge(_("Pending"), Tone.WAITING)
        case Status.SOLVED:
            return Badge(_("Solved"), Tone.GOOD)
        case _unknown:
            assert_never(_unknown)


def priority_badge(priority: Priority, _: Texts) -> Badge:
    match priority:
        case Priority.LOW:
            return Badge(_("Low"), Tone.NEUTRAL)
        case Priority.MEDIUM:
            return Badge(_("Medium"), Tone.NEUTRAL)
        case Priority.HIGH:
            return Badge(_("High"), Tone.WARNING)
        case Priority.URGENT:
            return Badge(_("Urgent"), Tone.BAD)
        case _unknown:
            assert_never(_unknown)


def topic(value: Topic, _: Texts) -> str:
    match value:
        case Topic.TRACK_ORDER:
            return _("Where is my order?")
        case Topic.CANCELLATION:
            return _("Cancellation")
        case Topic.RETURNS_REFUNDS:
            return _("Return or refund")
        case Topic.ITEM_ISSUE:
            return _("Problem with the item")
        case Topic.FEEDBACK:
            return _("Feedback")
        case Topic.OTHER:
            return _("Buyer message")
        case _unknown:
            assert_never(_unknown)


def ticket_title(talk: Conversation, _: Texts) -> str:
    return talk.ticket.title or topic(talk.ticket.topic, _)


def masked_buyer(talk: Conversation, _: Texts) -> str:
    """The channel reads the card, and a name is the buyer's own: one initial, as the card's recipient is masked."""
    name = (talk.ticket.buyer_name or "").strip()
    return _("Buyer {initial}.", initial=name[0]) if name else _("Buyer")


def relay_end(address: str) -> str:
    """The end of the masked part, enough to compare by eye: `…1401`."""
    return "…" + address.partition("@")[0][-4:]
