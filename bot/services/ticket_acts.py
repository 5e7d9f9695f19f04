"""What an agent does to a ticket by pressing: resolve, re-open, note, priority, and looking."""

from datetime import timedelta

from bot.domain import placement, tickets
from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.people import AgentId, GroupId, by
from bot.domain.tickets import Moved, Priority, Ticket
from bot.ports.chat import Answer, Nothing, OnlyYou, ShowForm, ShowPage, ShowSheet, Submitted
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, refuse, refuse_field
from bot.services.conversations import conversation
from bot.services.reactions import record
from bot.views.acts import id_from
from bot.views.reply_form import note_form, priority_form
from bot.views.sheets import Named, history_sheet, letter_sheet, order_sheet, recipient_notice, reply_sheet
from bot.views.ticket_list import ticket_page
from bot.views.why_here import why_sheet

_SAVED_AGAIN = timedelta(minutes=1)


def resolve(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    return save(uow, tickets.resolve(not_junk(uow, ticket, acting), acting.agent.id, acting.now), acting)


def reopen(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    return save(uow, tickets.reopen(not_junk(uow, ticket, acting), acting.agent.id, acting.now), acting)


def not_junk(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Ticket:
    """The ticket, if it may be worked on."""
    found = uow.tickets.get(ticket)
    if found.junked_at is not None:
        raise refuse(acting.texts.line("{number} is in junk. Restore it first, on its card.", number=found.number))
    return found


def save(uow: UnitOfWork, moved: Moved, acting: Acting) -> Answer:
    if moved.events:
        uow.tickets.save(moved.ticket)
        record(uow, moved.ticket, moved.events, acting.now, acting.waits)
    return Nothing()


def open_note_form(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    return ShowForm(note_form(conversation(uow, ticket), "note", acting.texts))


def open_priority_form(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    return ShowForm(priority_form(conversation(uow, ticket), "priority", acting.texts))


def submit_note(uow: UnitOfWork, submitted: Submitted, acting: Acting) -> Answer:
    text = submitted.values.get("text", "").strip()
    if not text:
        raise refuse_field("text", acting.texts("Write something first. Nothing was saved."))
    add_note(uow, form_ticket(submitted, acting), text, acting)
    return Nothing()


def add_note(uow: UnitOfWork, ticket: TicketId, text: str, acting: Acting) -> None:
    """A note that was just saved with the same words by the same agent is this one: a Save whose answer came too late
    is pressed again."""
    since = acting.now - _SAVED_AGAIN
    if any(
        note.author == acting.agent.id and note.text == text and note.at > since for note in uow.notes.of_ticket(ticket)
    ):
        return
    note = uow.notes.add(ticket, acting.agent.id, text, acting.now)
    event = TicketEvent(ticket, acting.now, by(acting.agent.id), EventKind.NOTE_ADDED, about=note.id)
    record(uow, uow.tickets.get(ticket), [event], acting.now, acting.waits)


def submit_priority(uow: UnitOfWork, submitted: Submitted, acting: Acting) -> Answer:
    chosen = submitted.values.get("priority", "")
    if chosen not in Priority.__members__:
        raise refuse_field("priority", acting.texts("Choose one of the four."))
    ticket = uow.tickets.get(form_ticket(submitted, acting))
    return save(uow, placement.prioritise(ticket, Priority[chosen], by(acting.agent.id), acting.now), acting)


def form_ticket(submitted: Submitted, acting: Acting) -> TicketId:
    """The ticket that a small form was opened for, from the end of its token."""
    number = id_from(submitted.token.rpartition(".")[2])
    if number is None:
        raise refuse_field("", acting.texts("This form is broken. Nothing was saved: open it again from the card."))
    return TicketId(number)


def show_recipient(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    """Only to the one who asked, and recorded."""
    talk = conversation(uow, ticket)
    if talk.order is None or talk.order.recipient is None:
        raise refuse(acting.texts.line("Walmart told no recipient for this order."))
    event = TicketEvent(ticket, acting.now, by(acting.agent.id), EventKind.RECIPIENT_SHOWN)
    record(uow, talk.ticket, [event], acting.now, acting.waits)
    return OnlyYou(recipient_notice(talk.order.recipient, talk, acting.texts))


def show_order(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    talk = conversation(uow, ticket)
    if talk.order is None:
        raise refuse(acting.texts.line("The order has not been read from Walmart yet. Try again in a minute."))
    return ShowSheet(order_sheet(talk.order, talk, acting.texts, acting.now))


def show_letter(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Answer:
    talk = conversation(uow, ticket)
    letter = next((letter for letter in talk.letters if letter.id == _number(about, acting)), None)
    if letter is None:
        raise refuse(acting.texts.line("That message does not belong to this ticket."))
    return ShowSheet(letter_sheet(letter, talk, acting.texts))


def show_reply(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Answer:
    talk = conversation(uow, ticket)
    reply = next((reply for reply in talk.replies if reply.id == _number(about, acting)), None)
    if reply is None:
        raise refuse(acting.texts.line("That reply does not belong to this ticket."))
    return ShowSheet(reply_sheet(reply, talk, acting.texts))


def show_history(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    talk = conversation(uow, ticket)
    events = uow.events.of_ticket(ticket)
    agents = {event.actor.agent for event in events if event.actor.agent is not None}
    agents |= {AgentId(int(event.after)) for event in events if event.kind is EventKind.ASSIGNED and event.after}
    groups = {GroupId(int(event.after)) for event in events if event.kind is EventKind.GROUP_CHANGED and event.after}
    known = Named(
        {agent: uow.people.agent(agent).name for agent in agents},
        {group: uow.groups.get(group).name for group in groups},
    )
    return ShowSheet(history_sheet(talk, events, known, acting.texts))


def show_why(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    return ShowSheet(why_sheet(conversation(uow, ticket), uow.firings.of_ticket(ticket), acting.texts))


def open_ticket(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    """From a list: the card's facts and acts, for one person."""
    return ShowPage(ticket_page(conversation(uow, ticket), acting.texts, acting.now))


def _number(about: str, acting: Acting) -> int:
    number = id_from(about)
    if number is None:
        raise refuse(acting.texts.line("This button is broken. Nothing was done: use the ticket's card."))
    return number
