"""The line of jobs on PostgreSQL: Procrastinate's tables and statements, several processes at once.

Its workers are one loop here, because a worker of its own is not woken when the job before its own in line ends, and
because a job is then settled and the next one claimed in one transaction (docs/decisions/0004).

Whatever changes a job that runs asks whether it is still this process's: one that stalled for so long that its peers
gave its jobs to others has nothing to say about them any more.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

import structlog
from procrastinate.sql import queries
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from bot.domain.jobs import Lane, job_from, lane, payload, serial_key
from bot.domain.json import Json, JsonObject
from bot.ports.jobs import Again, Backlog, ClaimedJob, Done, GivenUp, MovedTo
from storage.columns import clean
from storage.jobs import procrastinate_statements as statements
from storage.jobs.procrastinate_queue import INSERT_LATER, Deferred, defer
from storage.jobs.turns import Settled, Turn
from storage.server_clock import ServerClock

_log = structlog.get_logger(__name__)

# Signs of life are given, and looked for, so many times in the span after which a process counts as dead.
_SIGNS = 3
_FORGET_EVERY = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class QueuedJob(ClaimedJob):
    """`row` is Procrastinate's number for it, which changes when the job is moved; `id` stays."""

    row: int = 0


class ProcrastinateLine:
    """Implements `Line` for one process."""

    longest_nap = 0.5

    def __init__(self, clock: ServerClock, dead_after: float) -> None:
        """`dead_after` seconds without a sign of life, and a process's jobs are given to its peers."""
        self._clock = clock
        self._dead_after = dead_after
        self._worker: int | None = None
        self._next_sign = 0.0
        self._next_forgetting = 0.0

    def recover(self, connection: Connection, running: Collection[ClaimedJob]) -> None:
        self._look_round(connection)
        rows = [_row(claimed) for claimed in running]
        connection.execute(statements.LET_GO, {"worker": self._worker, "kept": rows})

    def turn(self, connection: Connection, settled: Iterable[Settled], free: Mapping[Lane, int], now: datetime) -> Turn:
        try:
            return self._turn(connection, settled, free, now)
        except DBAPIError:
            # What was written down of this process is taken back, too: it has to introduce itself again.
            self._next_sign = 0.0
            raise

    def _turn(
        self, connection: Connection, settled: Iterable[Settled], free: Mapping[Lane, int], now: datetime
    ) -> Turn:
        self._settle(connection, settled)
        if time.monotonic() >= self._next_sign:
            self._look_round(connection)
        waiting = connection.execute(statements.WAITING).one()
        if waiting.delayed is not None and waiting.delayed <= 0:
            _let_in(connection)
            waiting = connection.execute(statements.WAITING).one()
        start: list[ClaimedJob] = []
        for name, room in free.items():
            if room and getattr(waiting, name):
                self._claim(connection, name, room, start)
        seconds = min((due for due in (waiting.delayed, waiting.retry) if due is not None), default=None)
        return Turn(tuple(start), None if seconds is None else now + timedelta(seconds=float(seconds)))

    def stop(
        self,
        connection: Connection,
        settled: Iterable[Settled],
        interrupted: Iterable[ClaimedJob],  # noqa: ARG002 -- all that is marked as ours goes back, known here or not
    ) -> None:
        self._settle(connection, settled)
        connection.execute(statements.LET_GO, {"worker": self._worker, "kept": []})
        connection.exec_driver_sql(queries["unregister_worker"], {"worker_id": self._worker}).close()

    def is_idle(self, connection: Connection, now: datetime) -> bool:
        return bool(connection.execute(statements.IS_IDLE, {"now": now}).scalar_one())

    def backlog(self, connection: Connection) -> Backlog:
        row = connection.execute(statements.BACKLOG).one()
        return Backlog(row.waiting, row.running, row.failed, row.oldest_due, row.newest_failure)

    def _look_round(self, connection: Connection) -> None:
        self._next_sign = time.monotonic() + self._dead_after / _SIGNS
        self._show_life(connection)
        self._rescue(connection)
        self._clock.compare(connection)

    def _show_life(self, connection: Connection) -> None:
        alive = connection.execute(statements.SIGN_OF_LIFE, {"worker": self._worker}).first()
        if alive is None:
            if self._worker is not None:
                _log.warning("this process was taken for dead, and its jobs were given to its peers")
            self._worker = connection.exec_driver_sql(queries["register_worker"]).scalar_one()

    def _rescue(self, connection: Connection) -> None:
        dead = {"seconds_since_heartbeat": self._dead_after}
        connection.exec_driver_sql(queries["prune_stalled_workers"], dead).close()
        rescued = connection.execute(statements.RESCUE).rowcount
        if rescued:
            _log.warning("jobs of a process that died are run again", jobs=rescued)
        if time.monotonic() >= self._next_forgetting:
            self._next_forgetting = time.monotonic() + _FORGET_EVERY
            connection.execute(statements.FORGET_CANCELLED)

    def _claim(self, connection: Connection, queue: Lane, room: int, start: list[ClaimedJob]) -> None:
        while room:
            given = {"queues": [queue.value], "worker_id": self._worker}
            row = connection.exec_driver_sql(queries["fetch_job"], given).one()
            if row.id is None:
                return
            try:
                start.append(_read(row))
                room -= 1
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                # A job of another release: nobody here can run it, and to try again would never end.
                reason = f"This release cannot read the job: {error}"
                self._give_up(connection, row.id, reason, self._clock.now())

    def _settle(self, connection: Connection, settled: Iterable[Settled]) -> None:
        done: list[int] = []
        for one in settled:
            row = _row(one.claimed)
            match one.verdict:
                case Done():
                    done.append(row)
                case Again(at=at, reason=reason):
                    found: JsonObject = {"reason": clean(reason), "reserved": {}}
                    self._change(connection, statements.AGAIN, row, at=at, found=found)
                case MovedTo(at=at, reserved=reserved):
                    if self._change(connection, statements.TAKE_OUT, row):
                        _put_off(connection, one.claimed, at, reserved)
                case GivenUp(reason=reason):
                    self._give_up(connection, row, reason, one.at)
                case _:
                    assert_never(one.verdict)
        if done:
            connection.execute(statements.DONE, {"rows": done, "worker": self._worker})

    def _give_up(self, connection: Connection, row: int, reason: str, at: datetime) -> None:
        found: JsonObject = {"reason": clean(reason), "given_up_at": at.isoformat()}
        self._change(connection, statements.GIVE_UP, row, found=found)

    def _change(
        self, connection: Connection, statement: statements.Statement, row: int, *, found: Json = None, **given: object
    ) -> bool:
        """Change a job that this process is running; False when it is not its own any more."""
        if found is not None:
            given["found"] = Jsonb(found)
        return connection.execute(statement, {"row": row, "worker": self._worker, **given}).rowcount == 1


def _row(claimed: ClaimedJob) -> int:
    if not isinstance(claimed, QueuedJob):
        raise TypeError("a job that was claimed elsewhere cannot be settled here")
    return claimed.row


def _read(row: Row[*tuple[Any, ...]]) -> QueuedJob:
    found = row.args
    return QueuedJob(
        id=found["number"] or row.id,
        job=job_from(row.task_name, found["job"]),
        attempt=found["attempts"] + row.attempts + 1,
        enqueued_at=datetime.fromisoformat(found["enqueued_at"]),
        reserved={key: datetime.fromisoformat(at) for key, at in found["reserved"].items()},
        row=row.id,
    )


def _put_off(connection: Connection, claimed: ClaimedJob, at: datetime, reserved: Mapping[str, datetime]) -> None:
    values: dict[str, object] = {
        "id": claimed.id,
        "kind": claimed.job.kind,
        "payload": payload(claimed.job),
        "lane": lane(claimed.job),
        "serial_key": serial_key(claimed.job),
        "due_at": at,
        "attempt": claimed.attempt - 1,
        "enqueued_at": claimed.enqueued_at,
        "reserved": reserved,
        "reason": "",
    }
    connection.execute(INSERT_LATER, values)


def _let_in(connection: Connection) -> None:
    """Give those that are due a place at the end of their keys' lines."""
    due = connection.execute(statements.TAKE_DUE).all()
    defer(
        connection,
        [
            Deferred(
                kind=row.kind,
                lane=row.lane,
                key=row.serial_key,
                payload=row.payload,
                enqueued_at=row.enqueued_at,
                number=row.id,
                attempts=row.attempt,
                reserved=row.reserved,
            )
            for row in sorted(due, key=lambda row: (row.due_at, row.id))
        ],
    )
