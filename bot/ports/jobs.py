"""The queue, which is also the outbox: jobs are inserted in the transaction of the facts that cause them."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bot.domain.jobs import Job, Lane


@dataclass(frozen=True, slots=True)
class GivenUpJob:
    """A job that ended without success, kept for the operator. `job` is None when this release cannot read it."""

    id: int
    kind: str
    job: Job | None
    attempts: int
    reason: str
    at: datetime


class JobQueue(Protocol):
    """Part of a unit of work: what is enqueued exists exactly if the transaction commits."""

    def enqueue(self, job: Job, *, due: datetime | None = None) -> None:
        """Enqueue a job under its serial key, or, with `due`, without a key until it is due.

        A job with a delay holds nobody up: when it is due it takes its place at the end of its key's line.
        """
        ...

    def given_up(self) -> tuple[GivenUpJob, ...]:
        """The jobs that were given up, in the order of that."""
        ...

    def forget(self, jobs: Collection[int]) -> int:
        """Take given-up jobs out of the records, by id; returns how many there were. Others are left alone."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate limit of a platform: at most one call each `interval` under `key` (platform, method, channel)."""

    key: str
    interval: timedelta


class RateSlots(Protocol):
    """Part of a unit of work; shared by all processes on one database."""

    def reserve(self, pace: Pace, now: datetime) -> datetime:
        """Reserve the next free slot and return its time, `now` at the earliest."""
        ...

    def hold(self, key: str, until: datetime) -> None:
        """Give out no slot under `key` before `until`: the platform said so (429)."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job while it runs. `attempt` counts from 1; `reserved` are rate slots that it was moved to, by key."""

    id: int
    job: Job
    attempt: int
    enqueued_at: datetime
    reserved: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    pass


@dataclass(frozen=True, slots=True)
class Again:
    """It failed and is tried again at `at`, keeping its place in its key's line."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class MovedTo:
    """Not a failure: it waits for `at` without using an attempt and lets its key's line go on."""

    at: datetime
    reserved: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It stays in the queue's records as failed, with the reason, for the operator."""

    reason: str


Verdict: TypeAlias = Done | Again | MovedTo | GivenUp
JobHandler: TypeAlias = Callable[[ClaimedJob], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True)
class Backlog:
    waiting: int
    running: int
    failed: int
    oldest_due: datetime | None
    newest_failure: datetime | None = None  # when a job that is still in the records was last given up


class JobRunner(Protocol):
    async def run(self, handle: JobHandler, workers: Mapping[Lane, int]) -> None:
        """Run jobs until cancelled, `workers` of each lane at a time.

        A handler that raises instead of answering is a defect: its job is tried again a minute later, with the
        exception's type as reason. Cancelled in the middle of a job, the job is left to be run again.
        """
        ...

    async def drained(self, within: float) -> bool:
        """Wait until nothing is due or running; False after `within` seconds. Delayed jobs do not count."""
        ...

    async def backlog(self) -> Backlog: ...
