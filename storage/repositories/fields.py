"""Custom fields, what fills them, and their values on tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Update, bindparam, insert, select, update

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
from storage.records import Rows, Shape, put
from storage.schema import fields as schema

FIELDS = Shape(schema.custom_field, CustomField, beside=["folded"])
MAPPINGS = Shape(schema.field_mapping, FieldMapping)

_ROWS = Rows(schema.custom_field)
_PUT_MAPPING = put(schema.field_mapping)

_VALUE = schema.ticket_field.c
_VALUES = (
    select(schema.ticket_field, *FIELDS.select.selected_columns)
    .join(schema.custom_field, schema.custom_field.c.id == _VALUE.field)
    .where(_VALUE.ticket == bindparam("ticket"))
    .order_by(_VALUE.position)
)
_COLUMNS = len(schema.ticket_field.columns)
_WRITE = (
    update(schema.ticket_field)
    .where(
        _VALUE.ticket == bindparam("this"),
        _VALUE.attribute == bindparam("given"),
        _VALUE.written_at.is_(None),
        _VALUE.edited_at.is_(None),
        _VALUE.open_until >= bindparam("now"),
    )
    .values(value=bindparam("text"), written_at=bindparam("now"))
)
_EDIT = (
    update(schema.ticket_field)
    .where(_VALUE.ticket == bindparam("this"), _VALUE.field == bindparam("given"))
    .values(value=bindparam("text"), edited_at=bindparam("now"))
)


class SqlCustomFields:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, field: CustomFieldId) -> CustomField:
        return FIELDS.get(self._connection, field)

    def named(self, name: str) -> CustomField | None:
        return FIELDS.one(self._connection, FIELDS.select.where(schema.custom_field.c.folded == folded(name)))

    def all(self) -> tuple[CustomField, ...]:
        return FIELDS.every(self._connection, FIELDS.select.order_by(schema.custom_field.c.id))

    def add(self, name: str, permission: Permission) -> CustomField:
        new = CustomField(CustomFieldId(0), name, permission)
        identity = _ROWS.add(self._connection, _values(new))
        if identity is None:
            raise NameTaken(name)
        return replace(new, id=CustomFieldId(identity))

    def save(self, field: CustomField) -> None:
        holder = self.named(field.name)
        if holder is not None and holder.id != field.id:
            raise NameTaken(field.name)
        _ROWS.save(self._connection, field.id, field.version, _values(field))


def _values(field: CustomField) -> dict[str, object]:
    return {**FIELDS.values(field), "folded": folded(field.name)}


class SqlFieldMappings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[FieldMapping, ...]:
        kept = {mapping.attribute: mapping for mapping in MAPPINGS.every(self._connection, MAPPINGS.select)}
        return tuple(kept.get(attribute) or by_default(attribute) for attribute in Attribute)

    def put(self, mapping: FieldMapping) -> None:
        self._connection.execute(_PUT_MAPPING.on(self._connection), MAPPINGS.values(mapping))


class SqlFieldValues:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId) -> tuple[FieldValue, ...]:
        found = []
        for row in self._connection.execute(_VALUES, {"ticket": ticket}):
            _ticket, _field, attribute, position, value, open_until, written_at, edited_at = row[:_COLUMNS]
            field = CustomField(*row[_COLUMNS:])
            found.append(FieldValue(field, attribute, position, value, open_until, written_at, edited_at))
        return tuple(found)

    def place(self, ticket: TicketId, placements: Sequence[Placement], at: datetime, open_until: datetime) -> None:
        rows = [
            {
                "ticket": ticket,
                "field": placement.field,
                "attribute": placement.attribute,
                "position": position,
                "value": placement.value or "",
                "open_until": open_until,
                "written_at": None if placement.value is None else at,
            }
            for position, placement in enumerate(placements)
        ]
        if rows:
            self._connection.execute(insert(schema.ticket_field), rows)

    def write(self, ticket: TicketId, values: Mapping[Attribute, str], at: datetime) -> tuple[Attribute, ...]:
        # Looked for first: of the many look-ups of a ticket only one finds anything open.
        attributes = [value.attribute for value in self.of_ticket(ticket) if value.written_at is None]
        return tuple(
            attribute
            for attribute in attributes
            if attribute is not None
            and attribute in values
            and self._changed(_WRITE, this=ticket, given=attribute, now=at, text=values[attribute])
        )

    def edit(self, ticket: TicketId, field: CustomFieldId, value: str, at: datetime) -> None:
        if not self._changed(_EDIT, this=ticket, given=field, now=at, text=value):
            raise NotFound(f"ticket {ticket} has no field {field}")

    def _changed(self, statement: Update, **given: object) -> bool:
        return self._connection.execute(statement, given).rowcount == 1
