"""What each button does: one table from the act's name to its use case."""

from typing import assert_never

from bot.ports.chat import Answer, Nothing, Pressed, Submitted
from bot.ports.store import UnitOfWork
from bot.services import field_edits, outcomes, placing, replying, thread_sending, ticket_acts
from bot.services.acting import Acting, refuse_field
from bot.views.acts import ActName
from bot.views.fields_form import FIELDS_FORM
from bot.views.placement_form import ASSIGN_FORM
from bot.views.reply_form import NOTE_FORM, PRIORITY_FORM, REPLY_FORM

# What a viewer may press. Not the recipient: whoever only looks needs no buyer's address.
LOOKING = frozenset(
    {ActName.ORDER_DETAILS, ActName.WHOLE_LETTER, ActName.VIEW_REPLY, ActName.HISTORY, ActName.WHY_HERE, ActName.OPEN}
)

# Delivered twice, these only open the same thing again; everything else happens once.
OPENING = frozenset(
    {
        ActName.REPLY,
        ActName.NOTE,
        ActName.PRIORITY,
        ActName.ASSIGN,
        ActName.FIELDS,
        *LOOKING,
    }
)


def press(uow: UnitOfWork, pressed: Pressed, acting: Acting) -> Answer:  # noqa: C901, PLR0911, PLR0912  # a table
    ticket, about = pressed.act.ticket, pressed.act.about
    match pressed.act.name:
        case ActName.REPLY:
            return replying.open_reply_form(uow, ticket, acting)
        case ActName.TAKE:
            return placing.take(uow, ticket, acting)
        case ActName.RESOLVE:
            return ticket_acts.resolve(uow, ticket, acting)
        case ActName.REOPEN:
            return ticket_acts.reopen(uow, ticket, acting)
        case ActName.NOTE:
            return ticket_acts.open_note_form(uow, ticket, acting)
        case ActName.PRIORITY:
            return ticket_acts.open_priority_form(uow, ticket, acting)
        case ActName.ASSIGN:
            return placing.open_assign_form(uow, ticket, acting)
        case ActName.FIELDS:
            return field_edits.open_fields_form(uow, ticket, acting)
        case ActName.JUNK:
            return placing.junk(uow, ticket, acting)
        case ActName.RESTORE:
            return placing.restore(uow, ticket, acting)
        case ActName.SHOW_RECIPIENT:
            return ticket_acts.show_recipient(uow, ticket, acting)
        case ActName.ORDER_DETAILS:
            return ticket_acts.show_order(uow, ticket, acting)
        case ActName.WHOLE_LETTER:
            return ticket_acts.show_letter(uow, ticket, about, acting)
        case ActName.VIEW_REPLY:
            return ticket_acts.show_reply(uow, ticket, about, acting)
        case ActName.HISTORY:
            return ticket_acts.show_history(uow, ticket, acting)
        case ActName.WHY_HERE:
            return ticket_acts.show_why(uow, ticket, acting)
        case ActName.OPEN:
            return ticket_acts.open_ticket(uow, ticket, acting)
        case ActName.TRY_AGAIN:
            return outcomes.try_again(uow, ticket, about, acting)
        case ActName.IT_ARRIVED:
            return outcomes.it_arrived(uow, ticket, about, acting)
        case ActName.IT_DID_NOT_ARRIVE:
            return outcomes.it_did_not_arrive(uow, ticket, about, acting)
        case ActName.APPROVE_ADDRESS:
            return outcomes.approve_address(uow, ticket, about, acting)
        case ActName.SEND_TO_BUYER:
            return thread_sending.send_to_buyer(uow, ticket, about, acting)
        case ActName.DISMISS:
            return Nothing()
        case name:
            assert_never(name)


def submit(uow: UnitOfWork, submitted: Submitted, acting: Acting) -> Answer:
    match submitted.form:
        case form if form == REPLY_FORM:
            return replying.submit_reply(uow, submitted, acting)
        case form if form == NOTE_FORM:
            return ticket_acts.submit_note(uow, submitted, acting)
        case form if form == PRIORITY_FORM:
            return ticket_acts.submit_priority(uow, submitted, acting)
        case form if form == ASSIGN_FORM:
            return placing.submit_assignment(uow, submitted, acting)
        case form if form == FIELDS_FORM:
            return field_edits.submit_fields(uow, submitted, acting)
        case _unknown:
            raise refuse_field("", acting.texts("This form is from another release. Open it again from the card."))
