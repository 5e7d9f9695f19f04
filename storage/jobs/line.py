"""The job table of the embedded engine: every change of a job's state.

A job that may start is `queued`, and a key's line has at most one job that is not `in line`. So what starts next is
a range of one index, however many jobs wait. One process writes here (`storage.file_lock`).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection, Row, bindparam, case, delete, func, literal, select, update

from bot.domain.jobs import Lane, job_from
from bot.ports.jobs import Again, Backlog, ClaimedJob, Done, GivenUp, MovedTo
from storage.columns import Word
from storage.jobs.turns import Settled, Turn
from storage.schema.queue import HOLDING_A_KEY, JobState, job

WAITING_FOR_A_TIME = (JobState.RETRY, JobState.DELAYED)


def turn(connection: Connection, settled: Iterable[Settled], free: Mapping[Lane, int], now: datetime) -> Turn:
    """Write down how jobs ended, let the due ones into their lines, and claim for each lane as many as it can run."""
    for one in settled:
        _settle(connection, one)
    next_due = _next_due(connection)
    if next_due is not None and next_due <= now:
        _let_in(connection, now)
        next_due = _next_due(connection)
    waiting = connection.execute(_LANES_WITH_WORK).one()
    start: list[ClaimedJob] = []
    for lane, first in zip(Lane, waiting, strict=True):
        if first is not None and free.get(lane) and not _claim(connection, lane, free[lane], start, now):
            # Something was given up, and who stood behind it can start at once.
            next_due = now
    return Turn(tuple(start), next_due)


_THIS = job.c.id == bindparam("this")
_DONE = delete(job).where(_THIS).returning(job.c.serial_key)
_AGAIN = (
    update(job).where(_THIS).values(state=JobState.RETRY, due_at=bindparam("at"), reason=bindparam("why"), reserved={})
)
_MOVED = (
    update(job)
    .where(_THIS)
    .values(state=JobState.DELAYED, due_at=bindparam("at"), reserved=bindparam("slots"), attempt=job.c.attempt - 1)
    .returning(job.c.serial_key)
)
# Of a job that was given up, `due_at` says when that was.
_FAILED = (
    update(job)
    .where(_THIS)
    .values(state=JobState.FAILED, reason=bindparam("why"), due_at=bindparam("at"))
    .returning(job.c.serial_key)
)
_NEXT_IN_LINE = (
    select(job.c.id)
    .where(job.c.serial_key == bindparam("key"), job.c.state == JobState.IN_LINE)
    .order_by(job.c.place)
    .limit(1)
    .scalar_subquery()
)
_STEP_UP = update(job).where(job.c.id == _NEXT_IN_LINE).values(state=JobState.QUEUED)


def _settle(connection: Connection, settled: Settled) -> None:
    this = settled.claimed.id
    key: str | None
    match settled.verdict:
        case Done():
            key = connection.execute(_DONE, {"this": this}).scalar_one_or_none()
        case Again(at=at, reason=reason):
            connection.execute(_AGAIN, {"this": this, "at": at, "why": reason})
            return
        case MovedTo(at=at, reserved=reserved):
            key = connection.execute(_MOVED, {"this": this, "at": at, "slots": reserved}).scalar_one_or_none()
        case GivenUp(reason=reason):
            key = _give_up(connection, this, reason, settled.at)
        case _:
            assert_never(settled.verdict)
    _let_line_go_on(connection, key)


def _give_up(connection: Connection, this: int, reason: str, at: datetime) -> str | None:
    key: str | None = connection.execute(_FAILED, {"this": this, "why": reason, "at": at}).scalar_one_or_none()
    return key


def _let_line_go_on(connection: Connection, key: str | None) -> None:
    if key is not None:
        connection.execute(_STEP_UP, {"key": key})


# One look into the index for each state: a minimum over both would read every job that waits.
_NEXT_DUE = select(
    *(
        select(func.min(job.c.due_at)).where(job.c.state == state).scalar_subquery().label(state.value)
        for state in WAITING_FOR_A_TIME
    )
)


def _next_due(connection: Connection) -> datetime | None:
    return min((due for due in connection.execute(_NEXT_DUE).one() if due is not None), default=None)


_DUE = (
    select(job.c.id, job.c.state, job.c.serial_key, job.c.reserved)
    .where(job.c.state.in_(WAITING_FOR_A_TIME), job.c.due_at <= bindparam("now"))
    .order_by(job.c.due_at, job.c.id)
)
_RETRY_NOW = update(job).where(_THIS).values(state=JobState.QUEUED)
_BUSY = select(job.c.id).where(job.c.serial_key == bindparam("key"), job.c.state.in_(HOLDING_A_KEY)).exists()
_LET_IN = case((_BUSY, literal(JobState.IN_LINE, Word(JobState))), else_=literal(JobState.QUEUED, Word(JobState)))
_JOIN_THE_LINE = (
    update(job).where(_THIS).values(place=select(func.max(job.c.place) + 1).scalar_subquery(), state=_LET_IN)
)
# Who has waited for a rate slot must not lose it behind hundreds that have none yet, nor behind one of its own line
# that has not begun: that one steps back into the line, and only one that has begun is waited for.
_BEGUN = (
    select(job.c.id)
    .where(job.c.serial_key == bindparam("key"), job.c.state.in_([JobState.RUNNING, JobState.RETRY]))
    .exists()
)
_COME_TO_ITS_SLOT = (
    update(job)
    .where(_THIS)
    .values(
        state=case((_BEGUN, literal(JobState.IN_LINE, Word(JobState))), else_=literal(JobState.QUEUED, Word(JobState)))
    )
)
_STEP_BACK = (
    update(job)
    .where(job.c.serial_key == bindparam("key"), job.c.state == JobState.QUEUED)
    .values(state=JobState.IN_LINE)
)


def _let_in(connection: Connection, now: datetime) -> None:
    for row in connection.execute(_DUE, {"now": now}).all():
        if row.state is JobState.RETRY:
            connection.execute(_RETRY_NOW, {"this": row.id})
        else:
            if row.reserved:
                connection.execute(_STEP_BACK, {"key": row.serial_key})
            statement = _COME_TO_ITS_SLOT if row.reserved else _JOIN_THE_LINE
            connection.execute(statement, {"this": row.id, "key": row.serial_key})


# One look into the index for each lane; most of them are empty most of the time.
_LANES_WITH_WORK = select(
    *(
        select(func.min(job.c.place))
        .where(job.c.state == JobState.QUEUED, job.c.lane == lane)
        .scalar_subquery()
        .label(lane.name.lower())
        for lane in Lane
    )
)
_STARTING = (
    select(job.c.id)
    .where(job.c.state == JobState.QUEUED, job.c.lane == bindparam("in_lane"))
    .order_by(job.c.place)
    .limit(bindparam("room"))
)
_CLAIM = (
    update(job)
    .where(job.c.id.in_(_STARTING))
    .values(state=JobState.RUNNING, attempt=job.c.attempt + 1)
    .returning(
        job.c.id,
        job.c.place,
        job.c.kind,
        job.c.payload,
        job.c.serial_key,
        job.c.attempt,
        job.c.enqueued_at,
        job.c.reserved,
    )
)


def _claim(connection: Connection, lane: Lane, room: int, start: list[ClaimedJob], now: datetime) -> bool:
    """Add to `start` what the lane can run now; False if a job had to be given up."""
    rows = connection.execute(_CLAIM, {"in_lane": lane, "room": room}).all()
    readable = True
    for row in sorted(rows, key=lambda row: row.place):
        try:
            start.append(_read(row))
        except (AttributeError, TypeError, ValueError) as error:
            # A job of another release: nobody here can run it, and to try again would never end.
            reason = f"This release cannot read the job: {error}"
            _let_line_go_on(connection, _give_up(connection, row.id, reason, now))
            readable = False
    return readable


def _read(row: Row[*tuple[Any, ...]]) -> ClaimedJob:
    return ClaimedJob(row.id, job_from(row.kind, row.payload), row.attempt, row.enqueued_at, row.reserved)


def recover(connection: Connection, running: Collection[ClaimedJob]) -> None:
    """Let the jobs run again that a process was running when it died; the attempt that it began is counted."""
    ours = [claimed.id for claimed in running]
    left = update(job).where(job.c.state == JobState.RUNNING, job.c.id.not_in(ours))
    connection.execute(left.values(state=JobState.QUEUED))


def stop(connection: Connection, settled: Iterable[Settled], interrupted: Iterable[ClaimedJob]) -> None:
    """Write down how the last jobs ended, and put back those that were cut short; their attempt does not count."""
    for one in settled:
        _settle(connection, one)
    these = [claimed.id for claimed in interrupted]
    values = {"state": JobState.QUEUED, "attempt": job.c.attempt - 1}
    connection.execute(update(job).where(job.c.id.in_(these)).values(values))


def is_idle(connection: Connection, now: datetime) -> bool:
    """Whether nothing is running and nothing could start now."""
    active = select(job.c.id).where(job.c.state.in_([JobState.QUEUED, JobState.RUNNING])).exists()
    due = select(job.c.id).where(job.c.state.in_(WAITING_FOR_A_TIME), job.c.due_at <= now).exists()
    return not connection.execute(select(active | due)).scalar_one()


def backlog(connection: Connection) -> Backlog:
    due = job.c.due_at
    query = select(
        job.c.state, func.count().label("jobs"), func.min(due).label("oldest"), func.max(due).label("newest")
    )
    by_state = {row.state: row for row in connection.execute(query.group_by(job.c.state))}

    def count(*states: JobState) -> int:
        return sum(by_state[state].jobs for state in states if state in by_state)

    waiting = (JobState.QUEUED, JobState.IN_LINE, *WAITING_FOR_A_TIME)
    return Backlog(
        waiting=count(*waiting),
        running=count(JobState.RUNNING),
        failed=count(JobState.FAILED),
        oldest_due=min((by_state[state].oldest for state in waiting if state in by_state), default=None),
        newest_failure=by_state[JobState.FAILED].newest if JobState.FAILED in by_state else None,
    )
