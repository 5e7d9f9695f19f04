"""`relaydesk reread`: kept mail goes through the present letter reader again."""

from datetime import datetime

from bot.ports.mail_records import InboundState
from bot.ports.store import UnitOfWork


def read_again(uow: UnitOfWork, since: datetime) -> int:
    """Mark mails received since then as unread, whatever was made of them; returns how many. Letters keep their
    ticket, clock and place; a mail that was not taken for a buyer's may become a ticket now."""
    states = (InboundState.TICKETED, InboundState.REPEAT, InboundState.NOT_FOR_US, InboundState.DEAD_LETTER)
    return uow.inbound.read_again(states, since)
