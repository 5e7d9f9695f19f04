"""Custom fields, what fills them, and their values on tickets."""

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from bot.domain.fields import Permission
from bot.domain.walmart_fields import Attribute
from storage.columns import Instant, Key, Text, Word
from storage.schema.naming import identity, metadata, reference

# `folded` is the name as two names are compared.
custom_field = Table(
    "custom_field",
    metadata,
    identity(),
    Column("name", Text, nullable=False),
    Column("folded", Key, nullable=False),
    Column("permission", Word(Permission), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("folded"),
)

field_mapping = Table(
    "field_mapping",
    metadata,
    Column("attribute", Word(Attribute), primary_key=True),
    reference("field", "custom_field", nullable=True),
    Column("enabled", Boolean, nullable=False),
    UniqueConstraint("field"),
)

ticket_field = Table(
    "ticket_field",
    metadata,
    reference("ticket", "ticket"),
    reference("field", "custom_field"),
    Column("attribute", Word(Attribute)),
    Column("position", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("open_until", Instant, nullable=False),
    Column("written_at", Instant),
    Column("edited_at", Instant),
    PrimaryKeyConstraint("ticket", "field"),
)
