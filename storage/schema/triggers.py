"""Triggers, and what they did."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, UniqueConstraint

from bot.domain.triggers import Occasion
from storage.columns import Identity, Instant, Key, Text, Word
from storage.schema.naming import identity, metadata, reference
from storage.trigger_json import actions, conditions, matched

trigger_rule = Table(
    "trigger_rule",
    metadata,
    identity(),
    Column("name", Key, nullable=False),
    Column("place", Integer, nullable=False),
    Column("occasion", Word(Occasion), nullable=False),
    Column("conditions", conditions(), nullable=False),
    Column("actions", actions(), nullable=False),
    Column("stops", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("name"),
)

# `trigger` is no reference: a firing outlives its trigger.
trigger_firing = Table(
    "trigger_firing",
    metadata,
    identity(),
    reference("ticket", "ticket"),
    Column("trigger", Identity, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("matched", matched(), nullable=False),
    Column("problem", Text, nullable=False),
    Index(None, "ticket", "id"),
)
