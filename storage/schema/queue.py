"""Jobs of the embedded engine, rate slots and leases."""

from enum import StrEnum

from sqlalchemy import Column, Index, Integer, Table

from bot.domain.jobs import Lane
from storage.columns import Identity, Instant, Key, Text, Word, instants, plain_json
from storage.schema.naming import identity, metadata


class JobState(StrEnum):
    QUEUED = "queued"  # may start now
    IN_LINE = "in line"  # behind another job of its key
    RETRY = "retry"  # waits for `due_at` and holds its key
    DELAYED = "delayed"  # waits for `due_at` and holds nothing
    RUNNING = "running"
    FAILED = "failed"  # given up, kept for the operator


HOLDING_A_KEY = (JobState.QUEUED, JobState.IN_LINE, JobState.RETRY, JobState.RUNNING)

# `place` is the order in a key's line and in a lane; a delayed job that becomes due is given a new one, at the end.
job = Table(
    "job",
    metadata,
    identity(),
    Column("place", Identity, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", plain_json(), nullable=False),
    Column("lane", Word(Lane), nullable=False),
    Column("serial_key", Key),
    Column("state", Word(JobState), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("enqueued_at", Instant, nullable=False),
    Column("reserved", instants(), nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "place"),
    Index(None, "state", "lane", "place"),
    Index(None, "state", "due_at"),
    Index(None, "serial_key", "state", "place"),
    sqlite_autoincrement=True,
)

rate_slot = Table(
    "rate_slot",
    metadata,
    Column("key", Key, primary_key=True),
    Column("next_at", Instant, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Key, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Instant, nullable=False),
)
