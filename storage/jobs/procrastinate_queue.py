"""Jobs as they are enqueued on PostgreSQL: rows of Procrastinate's, in the transaction that causes them.

A job that is to run later lies in the table `job` until it is due: there it holds no key, and Procrastinate's workers
need not step over it whenever they look for something to do. Its number comes from the same sequence as theirs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from procrastinate.sql import queries
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, func, insert

from bot.domain.jobs import Job, lane, payload, serial_key
from bot.domain.json import Json, JsonObject
from bot.ports.clock import Clock
from bot.ports.jobs import GivenUpJob
from storage.columns import clean_json
from storage.jobs import procrastinate_statements as statements
from storage.jobs.queue import readable, values_of
from storage.schema.queue import JobState, job

# Jobs that have come to their rate slot go first: behind hundreds that have none yet, they would lose it.
FIRST = 1
IN_TURN = 0

INSERT_LATER = insert(job).values(place=0, state=JobState.DELAYED)
_NEW_LATER = INSERT_LATER.values(id=func.nextval("procrastinate_jobs_id_seq"))


@dataclass(frozen=True, slots=True)
class Deferred:
    """A job as Procrastinate keeps it. `number` is the job's own and survives a move; None is the row's."""

    kind: str
    lane: str
    key: str | None
    payload: Json
    enqueued_at: datetime
    number: int | None = None
    attempts: int = 0
    reserved: Mapping[str, datetime] | None = None

    @property
    def arguments(self) -> JsonObject:
        slots = {key: at.isoformat() for key, at in (self.reserved or {}).items()}
        return {
            "job": self.payload,
            "enqueued_at": self.enqueued_at.isoformat(),
            "number": self.number,
            "attempts": self.attempts,
            "reserved": slots,
        }


def defer(connection: Connection, jobs: list[Deferred]) -> None:
    """Insert jobs, in this order, at the end of their keys' lines."""
    rows = [
        (
            each.lane,
            each.kind,
            FIRST if each.reserved else IN_TURN,
            each.key,
            # No queueing lock: a job that was put back would collide with one that was enqueued meanwhile.
            None,
            Jsonb(clean_json(each.arguments)),
            None,
        )
        for each in jobs
    ]
    connection.exec_driver_sql(queries["defer_jobs"], {"jobs": rows}).close()


class ProcrastinateQueue:
    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.enqueued = 0

    def enqueue(self, job: Job, *, due: datetime | None = None) -> None:
        now = self._clock.now()
        if due is None:
            defer(self._connection, [Deferred(job.kind, lane(job), serial_key(job), payload(job), now)])
        else:
            self._connection.execute(_NEW_LATER, values_of(job, now, due))
        self.enqueued += 1

    def given_up(self) -> tuple[GivenUpJob, ...]:
        return tuple(
            GivenUpJob(
                row.id,
                row.task_name,
                readable(row.task_name, row.args.get("job")),
                int(row.args.get("attempts", 0)) + row.attempts,
                str(row.args.get("reason", "")),
                row.at.astimezone(UTC),
            )
            for row in self._connection.execute(statements.GIVEN_UP)
        )

    def forget(self, jobs: Collection[int]) -> int:
        return self._connection.execute(statements.FORGET, {"rows": list(jobs)}).rowcount
