"""What a person decides about a reply that did not simply leave, and about a letter without a relay address."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain import replies
from bot.domain.conversation import LEAVING, Conversation
from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.people import Actor, Role, by
from bot.domain.replies import Reply, ReplyState, Turned, WrongMove
from bot.domain.tickets import Caution
from bot.ports.chat import Answer, Nothing
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, refuse
from bot.services.conversations import conversation
from bot.services.delivery import left
from bot.services.reactions import record
from bot.services.reply_checks import Route, needs_vouching, refuse_unless_answerable
from bot.services.replying import newest, opened
from bot.views.acts import id_from


def try_again(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Answer:
    """A reply that failed is queued again as it was; if there is news since, its text is put before the agent first."""
    reply = _of_ticket(uow, ticket, about, acting)
    talk = conversation(uow, ticket)
    found = refuse_unless_answerable(talk, acting)
    if reply.state is ReplyState.FAILED and _has_news(talk, reply):
        return _looked_at_again(uow, talk, reply, found, acting)
    return _turn(uow, reply, replies.queue_again, acting)


def it_arrived(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Answer:
    reply = _of_ticket(uow, ticket, about, acting)
    if reply.state is not ReplyState.UNCERTAIN:
        raise _settled(acting)
    turned = replies.accepted(reply, acting.now, by(acting.agent.id))
    left(uow, turned, acting.now, acting.waits)
    return Nothing()


def it_did_not_arrive(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Answer:
    """The one act that may make a buyer get a reply twice; the person who presses was told so."""
    reply = _of_ticket(uow, ticket, about, acting)
    if reply.state is not ReplyState.UNCERTAIN:
        raise _settled(acting)
    talk = conversation(uow, ticket)
    found = refuse_unless_answerable(talk, acting)
    actor = by(acting.agent.id)
    failed = replies.failed(reply, "an agent says that it has not left.", acting.now, actor)
    if _has_news(talk, reply):
        uow.replies.save(failed.reply)
        record(uow, talk.ticket, failed.events, acting.now, acting.waits)
        return _looked_at_again(uow, talk, reply, found, acting)
    again = replies.queue_again(failed.reply, acting.now, actor)
    uow.replies.save(again.reply)
    record(uow, talk.ticket, [*failed.events, *again.events], acting.now, acting.waits)
    return Nothing()


def _has_news(talk: Conversation, reply: Reply) -> bool:
    """Whether its author would have been asked before sending it now: the newest letter may even be from another
    address, and what was written to one buyer never goes to another because somebody pressed Try again."""
    letter, _newest_reply = newest(talk)
    answered_since = any(other.id > reply.id and other.state in LEAVING for other in talk.replies)
    return letter != reply.shown_letter or answered_since or needs_vouching(talk)


def _looked_at_again(uow: UnitOfWork, talk: Conversation, reply: Reply, found: Route, acting: Acting) -> Answer:
    line = acting.texts.line("Something was written since this reply failed: read it, then send the text from here.")
    return opened(uow, talk, found, acting, news=(line,), text=reply.text)


def approve_address(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Answer:
    """An admin lets this one ticket be answered at an address outside Walmart's relay (old orders of Mexico)."""
    _ = acting.texts
    if acting.role < Role.ADMIN:
        raise refuse(_.line("Only an admin can approve an address outside Walmart's relay."))
    talk = conversation(uow, ticket)
    letter = talk.newest_letter
    if str(letter.id) != about:
        raise refuse(_.line("The buyer wrote again meanwhile: look at the new message first."))
    if not letter.sender:
        raise refuse(_.line("This mail names no sender, so there is no address to approve. Use Seller Center."))
    changed = replace(
        talk.ticket, approved_address=letter.sender, cautions=talk.ticket.cautions - {Caution.NO_REPLY_ADDRESS}
    )
    uow.tickets.save(changed)
    event = TicketEvent(ticket, acting.now, by(acting.agent.id), EventKind.ADDRESS_APPROVED, about=letter.id)
    record(uow, changed, [event], acting.now, acting.waits)
    return Nothing()


def _of_ticket(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Reply:
    number = id_from(about)
    reply = next((reply for reply in uow.replies.of_ticket(ticket) if reply.id == number), None)
    if reply is None:
        raise refuse(acting.texts.line("That reply does not belong to this ticket."))
    return reply


def _turn(uow: UnitOfWork, reply: Reply, move: Callable[[Reply, datetime, Actor], Turned], acting: Acting) -> Answer:
    try:
        turned = move(reply, acting.now, by(acting.agent.id))
    except WrongMove:
        raise _settled(acting) from None
    uow.replies.save(turned.reply)
    record(uow, uow.tickets.get(reply.ticket), turned.events, acting.now, acting.waits)
    return Nothing()


def _settled(acting: Acting) -> Exception:
    return refuse(acting.texts.line("That was settled meanwhile; the card shows how the reply stands now."))
