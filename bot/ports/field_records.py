"""Where custom fields, what fills them, and their values on tickets are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.events import TicketId
from bot.domain.fields import CustomField, CustomFieldId, FieldMapping, FieldValue, Permission, Placement
from bot.domain.walmart_fields import Attribute


class CustomFieldsReading(Protocol):
    def get(self, field: CustomFieldId) -> CustomField: ...

    def named(self, name: str) -> CustomField | None:
        """By its folded name."""
        ...

    def all(self) -> tuple[CustomField, ...]: ...


class CustomFields(CustomFieldsReading, Protocol):
    def add(self, name: str, permission: Permission) -> CustomField:
        """Raises `NameTaken` when there is a field whose name folds to the same; the unit of work stays usable."""
        ...

    def save(self, field: CustomField) -> None:
        """Raises `VersionConflict`, and `NameTaken` as `add` does."""
        ...


class FieldMappingsReading(Protocol):
    def all(self) -> tuple[FieldMapping, ...]:
        """One for each attribute, in their order; where nobody has said anything, without a field and with the
        default switch."""
        ...


class FieldMappings(FieldMappingsReading, Protocol):
    def put(self, mapping: FieldMapping) -> None:
        """The caller has seen to it that no other attribute has the same field."""
        ...


class FieldValuesReading(Protocol):
    def of_ticket(self, ticket: TicketId) -> tuple[FieldValue, ...]:
        """In the order in which they were placed."""
        ...


class FieldValues(FieldValuesReading, Protocol):
    def place(self, ticket: TicketId, placements: Sequence[Placement], at: datetime, open_until: datetime) -> None:
        """Give a new ticket its fields."""
        ...

    def write(self, ticket: TicketId, values: Mapping[Attribute, str], at: datetime) -> tuple[Attribute, ...]:
        """Write those that the ticket has, that are still open at `at` and that nobody has edited. Returns which."""
        ...

    def edit(self, ticket: TicketId, field: CustomFieldId, value: str, at: datetime) -> None:
        """What an agent typed. Raises `NotFound` when the ticket has no such field."""
        ...
