"""A ticket's custom fields, as they stand apart from the live order."""

from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.fields import FieldValue
from bot.i18n import Texts
from bot.i18n.pieces import Line, Strong, When
from bot.views.sheet import SheetPart

# What a reader takes in at a glance; the rest stands in the order details.
_MOST_ON_CARD = 12
_ROOM_ON_CARD = 480
_LONGEST_ON_CARD = 60
_OURS = "Walmart "


def fields_line(talk: Conversation, _: Texts) -> Line:
    """The fields that say something, on one line; nothing personal, because the card stands in a channel."""
    shown = [each for each in talk.visible_fields if each.value and not _is_personal(each)]
    if not shown:
        return ()
    told: list[str] = []
    room = _ROOM_ON_CARD
    for place, each in enumerate(shown[:_MOST_ON_CARD]):
        # The word that nearly all of them begin with is said once.
        name = each.field.name.removeprefix(_OURS) if place else each.field.name
        told.append(f"{name} {_shortened(_value(each, _))}")
        room -= len(told[-1])
        if room < 0:
            del told[-1]
            break
    if left := len(shown) - len(told):
        told.append(_.many("and {count} more", "and {count} more", left))
    return _.line("Fields as of creation, {at}: {fields}", at=When(_as_of(shown)), fields=" | ".join(told))


def fields_part(talk: Conversation, _: Texts) -> tuple[SheetPart, ...]:
    """All visible fields with the time of each, for the order's sheet; nothing for a ticket without any."""
    lines = tuple(_field_line(each, _) for each in talk.visible_fields)
    return (SheetPart(_("Fields"), lines),) if lines else ()


def _field_line(each: FieldValue, _: Texts) -> Line:
    if _is_personal(each) and each.value:
        return _.line("{name}: (personal, shown by Show recipient only)", name=each.field.name)
    value = Strong(each.value or "-")
    if each.edited_at is not None:
        return _.line("{name}: {value}, edited {at}", name=each.field.name, value=value, at=When(each.edited_at))
    if each.written_at is None:
        return _.line("{name}: {value}", name=each.field.name, value=value)
    return _.line("{name}: {value}, as of {at}", name=each.field.name, value=value, at=When(each.written_at))


def _as_of(shown: list[FieldValue]) -> datetime:
    """When the last of them was written by the system; before that, or without any, when the last was edited."""
    written = [each.written_at for each in shown if each.written_at is not None]
    return max(written) if written else max(each.edited_at for each in shown if each.edited_at is not None)


def _value(each: FieldValue, _: Texts) -> str:
    return _("{value} (edited)", value=each.value) if each.edited_at is not None else each.value


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_ON_CARD else value[: _LONGEST_ON_CARD - 2].rstrip() + " …"


def _is_personal(each: FieldValue) -> bool:
    return each.attribute is not None and each.attribute.personal
