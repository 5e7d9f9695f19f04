"""An agent changes a ticket's fields: those that agents may change, and no others (M12)."""

from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.fields import LONGEST_VALUE, FieldValue, Permission
from bot.domain.people import by
from bot.ports.chat import Answer, FormErrors, Nothing, ShowForm, Submitted
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, only_you, refuse_field
from bot.services.conversations import conversation
from bot.services.reactions import record
from bot.services.ticket_acts import form_ticket, not_junk
from bot.views.fields_form import editable, fields_form, named_field, shown_values, was_shown

_READ_ONLY = "read-only"


def open_fields_form(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    """Where agents may change nothing, say so; that they tried is recorded."""
    not_junk(uow, ticket, acting)
    talk = conversation(uow, ticket)
    if editable(talk.fields):
        return ShowForm(fields_form(talk, acting.texts))
    uow.interactions.refuse("fields", acting.user, _READ_ONLY, acting.now)
    line = acting.texts.line(
        "The fields of {number} are read-only for agents. Nothing was changed. An admin can allow it with "
        "`/walmart fields permission`.",
        number=talk.ticket.number,
    )
    return only_you(line)


def submit_fields(uow: UnitOfWork, submitted: Submitted, acting: Acting) -> Answer:
    """All that was typed, or nothing. What is typed as it stood is no edit."""
    _ = acting.texts
    ticket = not_junk(uow, form_ticket(submitted, acting), acting)
    known = {each.field.id: each for each in uow.field_values.of_ticket(ticket.id)}
    edits: list[tuple[FieldValue, str]] = []
    for name, typed in submitted.values.items():
        field = named_field(name)
        shown = known.get(field) if field is not None else None
        if shown is None or not shown.visible:
            raise refuse_field("", _("This ticket has no such field. Nothing was saved: open the form again."))
        value = typed.strip()[:LONGEST_VALUE]
        if value != shown.value:
            edits.append((shown, value))
    if forbidden := [shown for shown, _value in edits if shown.field.permission is not Permission.EDITABLE]:
        # Returned, not raised: the record of the attempt has to stay.
        uow.interactions.refuse("fields", acting.user, _READ_ONLY, acting.now)
        names = ", ".join(shown.field.name for shown in forbidden)
        return FormErrors({"": _("Read-only for agents: {names}. Nothing was saved; ask an admin.", names=names)})
    if edits and was_shown(submitted.token) != shown_values(tuple(known.values())):
        raise refuse_field("", _("Somebody changed these fields meanwhile. Nothing was saved: open the form again."))
    events = [_edited(uow, ticket.id, shown, value, acting) for shown, value in edits]
    if events:
        record(uow, ticket, events, acting.now, acting.waits)
    return Nothing()


def _edited(uow: UnitOfWork, ticket: TicketId, shown: FieldValue, value: str, acting: Acting) -> TicketEvent:
    uow.field_values.edit(ticket, shown.field.id, value, acting.now)
    # A history outlives what is personal.
    personal = shown.attribute is not None and shown.attribute.personal
    before, after = ("", "") if personal else (shown.value, value)
    return TicketEvent(
        ticket, acting.now, by(acting.agent.id), EventKind.FIELD_EDITED, before, after, about=shown.field.id
    )
