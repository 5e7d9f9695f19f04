"""What is asked of Procrastinate's tables beside its own statements.

The states of a job are its own, and every change has the effect that its functions have; `scheduled_at` is the retry's
time. Several rows are changed at once here, and only if they are still this process's.
"""
# ruff: noqa: S608 -- nothing in these texts comes from outside

from typing import TypeAlias

from sqlalchemy import ARRAY, BigInteger, DateTime, TextClause, bindparam, delete, func, select, text

from bot.domain.jobs import Lane
from storage.schema.queue import JobState, job

Statement: TypeAlias = TextClause

_ROWS = ARRAY(BigInteger)
_OURS = "status = 'doing' AND worker_id = :worker"

DONE = text(f"DELETE FROM procrastinate_jobs WHERE id = ANY(:rows) AND {_OURS}").bindparams(
    bindparam("rows", type_=_ROWS)
)
TAKE_OUT = text(f"DELETE FROM procrastinate_jobs WHERE id = :row AND {_OURS}")
AGAIN = text(
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1, scheduled_at = :at, args = args || :found "
    f"WHERE id = :row AND {_OURS}"
).bindparams(bindparam("at", type_=DateTime(timezone=True)))
GIVE_UP = text(
    "UPDATE procrastinate_jobs SET status = 'failed', attempts = attempts + 1, args = args || :found "
    f"WHERE id = :row AND {_OURS}"
)
LET_GO = text(f"UPDATE procrastinate_jobs SET status = 'todo' WHERE {_OURS} AND id <> ALL(:kept)").bindparams(
    bindparam("kept", type_=_ROWS)
)

# A worker that is taken for dead is deleted, which leaves its jobs without one. The attempt that it began is counted.
SIGN_OF_LIFE = text("UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = :worker RETURNING id")
RESCUE = text(
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1 "
    "WHERE status = 'doing' AND worker_id IS NULL"
)
# Only an operator's hand, with Procrastinate's own tools, cancels a job; what is done is deleted at once, and what has
# failed is kept for the operator.
FORGET_CANCELLED = text(
    "DELETE FROM procrastinate_jobs WHERE status IN ('succeeded', 'cancelled', 'aborted') AND NOT EXISTS ("
    "SELECT FROM procrastinate_events WHERE job_id = procrastinate_jobs.id AND at > now() - interval '1 day')"
)

_DUE = "status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
_LANES = ", ".join(
    f"EXISTS (SELECT FROM procrastinate_jobs WHERE queue_name = '{lane}' AND {_DUE}) AS {lane}" for lane in Lane
)
# Seconds until the next delayed job and the next retry are due, by the database's clock; which lanes have work.
WAITING = text(
    "SELECT extract(epoch FROM (SELECT min(due_at) FROM job WHERE state = 'delayed') - now()) AS delayed, "
    "extract(epoch FROM (SELECT min(scheduled_at) FROM procrastinate_jobs "
    "WHERE status = 'todo' AND scheduled_at > now()) - now()) AS retry, "
    f"{_LANES}"
)

_SOME_DUE = (
    select(job.c.id)
    .where(job.c.state == JobState.DELAYED, job.c.due_at <= func.now())
    .order_by(job.c.due_at, job.c.id)
    .limit(500)
    .with_for_update(skip_locked=True)
)
TAKE_DUE = delete(job).where(job.c.id.in_(_SOME_DUE)).returning(job)

# A job of a release that did not write down yet when it gave up counts from when it was enqueued.
GIVEN_UP_AT = "CAST(coalesce(args->>'given_up_at', args->>'enqueued_at') AS timestamptz)"
GIVEN_UP = text(
    f"SELECT id, task_name, args, attempts, {GIVEN_UP_AT} AS at FROM procrastinate_jobs "
    "WHERE status = 'failed' ORDER BY at, id"
)
FORGET = text("DELETE FROM procrastinate_jobs WHERE status = 'failed' AND id = ANY(:rows)").bindparams(
    bindparam("rows", type_=_ROWS)
)

IS_IDLE = text(
    "SELECT NOT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'doing') "
    "AND NOT EXISTS (SELECT FROM job WHERE state = 'delayed' AND due_at <= :now) "
    "AND NOT EXISTS (SELECT FROM procrastinate_jobs AS one "
    "WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= :now) AND NOT EXISTS ("
    "SELECT FROM procrastinate_jobs AS other WHERE other.status = 'todo' AND other.lock = one.lock "
    "AND (other.priority, -other.id) > (one.priority, -one.id)))"
).bindparams(bindparam("now", type_=DateTime(timezone=True)))
BACKLOG = text(
    "SELECT queued.waiting + later.waiting AS waiting, queued.running, queued.failed, "
    "least(queued.oldest, later.oldest) AS oldest_due, queued.newest_failure FROM "
    "(SELECT count(*) FILTER (WHERE status = 'todo') AS waiting, count(*) FILTER (WHERE status = 'doing') AS running, "
    "count(*) FILTER (WHERE status = 'failed') AS failed, "
    f"max({GIVEN_UP_AT}) FILTER (WHERE status = 'failed') AS newest_failure, "
    "min(coalesce(scheduled_at, CAST(args->>'enqueued_at' AS timestamptz))) FILTER (WHERE status = 'todo') AS oldest "
    "FROM procrastinate_jobs) AS queued, "
    "(SELECT count(*) AS waiting, min(due_at) AS oldest FROM job WHERE state = 'delayed') AS later"
)
