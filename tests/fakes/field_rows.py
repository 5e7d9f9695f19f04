from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.events import TicketId
from bot.domain.fields import (
    CustomField,
    CustomFieldId,
    FieldMapping,
    FieldValue,
    Permission,
    Placement,
    by_default,
    folded,
)
from bot.domain.walmart_fields import Attribute
from bot.ports.store import NameTaken, NotFound
from tests.fakes.tables import Tables, got, save


class FakeCustomFields:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, field: CustomFieldId) -> CustomField:
        return got(self._tables.custom_fields, field)

    def named(self, name: str) -> CustomField | None:
        return next((field for field in self.all() if folded(field.name) == folded(name)), None)

    def all(self) -> tuple[CustomField, ...]:
        return tuple(self._tables.custom_fields.values())

    def add(self, name: str, permission: Permission) -> CustomField:
        if self.named(name) is not None:
            raise NameTaken(name)
        kept = CustomField(CustomFieldId(self._tables.number("custom field")), name, permission)
        self._tables.custom_fields[kept.id] = kept
        return kept

    def save(self, field: CustomField) -> None:
        holder = self.named(field.name)
        if holder is not None and holder.id != field.id:
            raise NameTaken(field.name)
        save(self._tables.custom_fields, field)


class FakeFieldMappings:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def all(self) -> tuple[FieldMapping, ...]:
        return tuple(self._tables.field_mappings.get(attribute) or by_default(attribute) for attribute in Attribute)

    def put(self, mapping: FieldMapping) -> None:
        self._tables.field_mappings[mapping.attribute] = mapping


class FakeFieldValues:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_ticket(self, ticket: TicketId) -> tuple[FieldValue, ...]:
        found = [
            replace(value, field=self._tables.custom_fields[value.field.id])
            for (of, _field), value in self._tables.field_values.items()
            if of == ticket
        ]
        return tuple(sorted(found, key=lambda value: value.position))

    def place(self, ticket: TicketId, placements: Sequence[Placement], at: datetime, open_until: datetime) -> None:
        for position, placement in enumerate(placements):
            self._tables.field_values[ticket, placement.field] = FieldValue(
                got(self._tables.custom_fields, placement.field),
                placement.attribute,
                position,
                placement.value or "",
                open_until,
                None if placement.value is None else at,
            )

    def write(self, ticket: TicketId, values: Mapping[Attribute, str], at: datetime) -> tuple[Attribute, ...]:
        written = []
        for known in self.of_ticket(ticket):
            still_open = known.written_at is None and known.edited_at is None and known.open_until >= at
            if still_open and known.attribute is not None and known.attribute in values:
                changed = replace(known, value=values[known.attribute], written_at=at)
                self._tables.field_values[ticket, known.field.id] = changed
                written.append(known.attribute)
        return tuple(written)

    def edit(self, ticket: TicketId, field: CustomFieldId, value: str, at: datetime) -> None:
        known = self._tables.field_values.get((ticket, field))
        if known is None:
            raise NotFound(f"ticket {ticket} has no field {field}")
        self._tables.field_values[ticket, field] = replace(known, value=value, edited_at=at)
