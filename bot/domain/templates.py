"""What a ticket of one kind carries, and where it begins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.fields import CustomFieldId, Placement
from bot.domain.people import GroupId
from bot.domain.sites import Channel, TemplateId
from bot.domain.tickets import Priority


@dataclass(frozen=True, slots=True)
class Template:
    """`fields` come first on the ticket, in this order; those that no attribute fills are added for agents. `priority`,
    `group` and `channel` are what a new ticket has, where they are set; `channel` shows it beside the site's own.
    `name` is unique by its folded form; a deleted template is a tombstone."""

    id: TemplateId
    name: str
    fields: tuple[CustomFieldId, ...] = ()
    priority: Priority | None = None
    group: GroupId | None = None
    channel: Channel | None = None
    deleted: bool = False
    version: int = 1


def arranged(
    template: Template, mapped: Sequence[Placement], filled: Collection[CustomFieldId | None]
) -> tuple[Placement, ...]:
    """The fields of a new ticket. `mapped` are those of the attributes that are switched on; a template orders them
    and removes none. `filled` are all fields that some attribute fills: one whose attribute is switched off is not
    placed, whatever the template lists."""
    by_field = {placement.field: placement for placement in mapped}
    placed: dict[CustomFieldId, Placement] = {}
    for field in template.fields:
        if field in by_field:
            placed[field] = by_field[field]
        elif field not in filled:
            placed[field] = Placement(field, None, None)
    return tuple({**placed, **{field: each for field, each in by_field.items() if field not in placed}}.values())
