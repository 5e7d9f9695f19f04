"""Who changed what. Rows are added and never changed."""

from sqlalchemy import Column, Index, Table

from bot.domain.audit import AuditKind
from bot.domain.people import ActorKind
from storage.columns import Instant, Key, Text, Word
from storage.schema.naming import identity, metadata, reference

audit = Table(
    "audit",
    metadata,
    identity(),
    Column("at", Instant, nullable=False),
    Column("actor_kind", Word(ActorKind), nullable=False),
    reference("actor_agent", "agent", nullable=True),
    Column("kind", Word(AuditKind), nullable=False),
    Column("target", Key, nullable=False),
    Column("name", Text, nullable=False),
    Column("aspect", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Index(None, "at"),
    Index(None, "target", "at"),
)
