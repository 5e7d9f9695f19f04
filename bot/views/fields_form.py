"""The form in which an agent changes those fields of a ticket that agents may change."""

import hashlib
from collections.abc import Sequence

from bot.domain.conversation import Conversation
from bot.domain.fields import LONGEST_VALUE, CustomFieldId, FieldValue, Permission
from bot.i18n import Texts
from bot.views.acts import id_from
from bot.views.form import Form, TextField

FIELDS_FORM = "fields"
# A modal of Slack's takes a hundred blocks; nobody fills in so many.
MOST_FIELDS = 40
_NAME = "field_"
_LONG = 80


def editable(fields: Sequence[FieldValue]) -> list[FieldValue]:
    return [each for each in fields if each.field.permission is Permission.EDITABLE][:MOST_FIELDS]


def fields_form(talk: Conversation, _: Texts) -> Form:
    """The token carries what was shown, so that Save can tell whether somebody changed it meanwhile."""
    shown = editable(talk.fields)
    return Form(
        name=FIELDS_FORM,
        token=f"{FIELDS_FORM}.{shown_values(talk.fields)}.{talk.ticket.id}",
        title=_("Fields"),
        intro=(
            _.line(
                "Fields of {number} that agents may change. Nothing here leaves to the buyer.",
                number=talk.ticket.number,
            ),
        ),
        fields=tuple(
            TextField(
                f"{_NAME}{each.field.id}",
                each.field.name,
                each.value,
                long=len(each.value) > _LONG,
                required=False,
                most=LONGEST_VALUE,
            )
            for each in shown
        ),
        submit=_("Save"),
        cancel=_("Cancel"),
    )


def shown_values(fields: Sequence[FieldValue]) -> str:
    """What tells these values from any others."""
    told = "\0".join(f"{each.field.id}={each.value}" for each in editable(fields))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def was_shown(token: str) -> str:
    return token.split(".")[1] if token.count(".") > 1 else ""


def named_field(name: str) -> CustomFieldId | None:
    """The field behind a name in the form; None for anything else."""
    number = id_from(name.removeprefix(_NAME)) if name.startswith(_NAME) else None
    return CustomFieldId(number) if number is not None else None
