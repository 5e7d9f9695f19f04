"""Jobs as they are enqueued: rows of the transaction that causes them."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, bindparam, case, func, insert, literal, select

from bot.domain.jobs import Job, lane, payload, serial_key
from bot.ports.clock import Clock
from storage.columns import Word
from storage.schema.queue import HOLDING_A_KEY, JobState, job

_LAST_PLACE = select(func.coalesce(func.max(job.c.place), 0) + 1).scalar_subquery()
_BUSY = select(job.c.id).where(job.c.serial_key == bindparam("key"), job.c.state.in_(HOLDING_A_KEY)).exists()
# A job starts at once unless its key's line has somebody in it, or it is not due yet.
_FIRST_STATE = case((_BUSY, literal(JobState.IN_LINE, Word(JobState))), else_=literal(JobState.QUEUED, Word(JobState)))
_INSERT_NOW = insert(job).values(place=_LAST_PLACE, state=_FIRST_STATE)
_INSERT_LATER = insert(job).values(place=_LAST_PLACE, state=JobState.DELAYED)


class RowsQueue(Protocol):
    """`enqueued` counts what this transaction has enqueued, so that its commit can wake the runner."""

    enqueued: int

    def enqueue(self, job: Job, *, due: datetime | None = None) -> None: ...


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
