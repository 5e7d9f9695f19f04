"""Dockings in progress. Columns are named as the fields of the domain."""

from sqlalchemy import Column, Integer, Table, UniqueConstraint

from bot.domain.docking import Purpose, Step
from storage.columns import Instant, Text, Word, key_report
from storage.schema.naming import identity, metadata, reference

docking_draft = Table(
    "docking_draft",
    metadata,
    identity(),
    reference("agent", "agent"),
    Column("begun_at", Instant, nullable=False),
    Column("purpose", Word(Purpose), nullable=False),
    Column("step", Word(Step), nullable=False),
    Column("account_name", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    reference("client_secret", "secret", nullable=True),
    Column("report", key_report()),
    Column("trouble", Text, nullable=False),
    reference("account", "account", nullable=True),
    reference("site", "site", nullable=True),
    Column("version", Integer, nullable=False),
    UniqueConstraint("agent", "purpose"),
)
