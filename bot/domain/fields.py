"""Custom fields of tickets, and which attribute of a Walmart order fills which of them.

All custom fields are texts. What the system puts into one is frozen: written once, at the ticket's creation or at the
first look-up of its order that succeeds within a day, and by the system never again (design 4).
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.walmart_fields import Attribute

CustomFieldId = NewType("CustomFieldId", int)

LONGEST_NAME = 60
LONGEST_VALUE = 2000
# After that a look-up would tell of another order than the one that the buyer wrote about.
OPEN_FOR = timedelta(hours=24)


class Permission(StrEnum):
    """What agents may do with a field. Triggers read it in every case."""

    READ_ONLY = "read-only"
    EDITABLE = "editable"
    HIDDEN = "hidden"  # on no card, in no form and in no sheet


@dataclass(frozen=True, slots=True)
class CustomField:
    """`name` is unique by `folded`."""

    id: CustomFieldId
    name: str
    permission: Permission = Permission.READ_ONLY
    version: int = 1


def tidy(name: str) -> str:
    """A name as it is kept: on one line, without doubled spaces."""
    return " ".join(name.split())


def folded(name: str) -> str:
    """Two names that a reader cannot tell apart fold to the same text."""
    return tidy(unicodedata.normalize("NFKC", name)).casefold()


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """An attribute is placed on new tickets if it is `enabled` and has a `field`; no two attributes share one."""

    attribute: Attribute
    field: CustomFieldId | None
    enabled: bool


def by_default(attribute: Attribute) -> FieldMapping:
    return FieldMapping(attribute, None, enabled=not attribute.personal)


@dataclass(frozen=True, slots=True)
class Placement:
    """A field that a ticket gets at its creation. `value` is None for what is not known yet and may be written later;
    without an `attribute` the field is filled by agents only."""

    field: CustomFieldId
    attribute: Attribute | None
    value: str | None


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A custom field of one ticket.

    `written_at` is when the system has written it, None as long as it has not; it may do so until `open_until`.
    `edited_at` is when an agent changed it last, after which the system writes nothing either.
    """

    field: CustomField
    attribute: Attribute | None
    position: int
    value: str
    open_until: datetime
    written_at: datetime | None = None
    edited_at: datetime | None = None

    @property
    def visible(self) -> bool:
        return self.field.permission is not Permission.HIDDEN
