"""What a person decides about a reply that did not simply leave, and about a letter without a relay address."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain import replies
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
from bot.services.reply_checks import refuse_unless_answerable
from bot.views.acts import id_from


def try_again(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Answer:
    """A reply that failed is queued again, to the address that holds now."""
    reply = _of_ticket(uow, ticket, about, acting)
    found = refuse_unless_answerable(conversation(uow, ticket), acting.rules, acting.role, acting.texts)
    return _turn(uow, replace(reply, recipient=found.recipient), replies.queue_again, acting)


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
    found = refuse_unless_answerable(conversation(uow, ticket), acting.rules, acting.role, acting.texts)
    actor = by(acting.agent.id)
    failed = replies.failed(reply, "an agent says that it has not left.", acting.now, actor)
    again = replies.queue_again(replace(failed.reply, recipient=found.recipient), acting.now, actor)
    uow.replies.save(again.reply)
    record(uow, uow.tickets.get(ticket), [*failed.events, *again.events], acting.now, acting.waits)
    return Nothing()


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
