"""Jobs as they are enqueued: rows of the transaction that causes them."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, bindparam, case, delete, func, insert, literal, select

from bot.domain.jobs import Job, job_from, lane, payload, serial_key
from bot.ports.clock import Clock
from bot.ports.jobs import GivenUpJob
from storage.columns import Word
from storage.schema.queue import HOLDING_A_KEY, JobState, job

_LAST_PLACE = select(func.coalesce(func.max(job.c.place), 0) + 1).scalar_subquery()
_BUSY = select(job.c.id).where(job.c.serial_key == bindparam("key"), job.c.state.in_(HOLDING_A_KEY)).exists()
# A job starts at once unless its key's line has somebody in it, or it is not due yet.
_FIRST_STATE = case((_BUSY, literal(JobState.IN_LINE, Word(JobState))), else_=literal(JobState.QUEUED, Word(JobState)))
_INSERT_NOW = insert(job).values(place=_LAST_PLACE, state=_FIRST_STATE)
_GIVEN_UP = select(job).where(job.c.state == JobState.FAILED).order_by(job.c.due_at, job.c.id)
_FORGET = delete(job).where(job.c.state == JobState.FAILED, job.c.id.in_(bindparam("these", expanding=True)))
_INSERT_LATER = insert(job).values(place=_LAST_PLACE, state=JobState.DELAYED)


class RowsQueue(Protocol):
    """`enqueued` counts what this transaction has enqueued, so that its commit can wake the runner."""

    enqueued: int

    def enqueue(self, job: Job, *, due: datetime | None = None) -> None: ...

    def given_up(self) -> tuple[GivenUpJob, ...]: ...

    def forget(self, jobs: Collection[int]) -> int: ...


def readable(kind: str, payload: object) -> Job | None:
    """The job, or None if another release wrote it in a way that this one does not know."""
    try:
        return job_from(kind, payload)  # type: ignore[arg-type]  # whatever it is, it was read from the database
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def values_of(job: Job, now: datetime, due: datetime) -> dict[str, object]:
    return {
        "kind": job.kind,
        "payload": payload(job),
        "lane": lane(job),
        "serial_key": serial_key(job),
        "due_at": due,
        "attempt": 0,
        "enqueued_at": now,
        "reserved": {},
        "reason": "",
    }


class SqlJobQueue:
    """The queue of the embedded engine."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.enqueued = 0

    def enqueue(self, job: Job, *, due: datetime | None = None) -> None:
        now = self._clock.now()
        values = values_of(job, now, now if due is None else due)
        if due is None:
            self._connection.execute(_INSERT_NOW, {**values, "key": values["serial_key"]})
        else:
            self._connection.execute(_INSERT_LATER, values)
        self.enqueued += 1

    def given_up(self) -> tuple[GivenUpJob, ...]:
        return tuple(
            GivenUpJob(row.id, row.kind, readable(row.kind, row.payload), row.attempt, row.reason, row.due_at)
            for row in self._connection.execute(_GIVEN_UP)
        )

    def forget(self, jobs: Collection[int]) -> int:
        return self._connection.execute(_FORGET, {"these": list(jobs)}).rowcount
