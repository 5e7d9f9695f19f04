from collections.abc import Collection
from datetime import datetime

from bot.domain.jobs import Job
from bot.ports.clock import Clock
from bot.ports.jobs import GivenUpJob, Pace
from tests.fakes.tables import JobRow, JobState, Tables


class FakeJobQueue:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def enqueue(self, job: Job, *, due: datetime | None = None) -> None:
        now = self._clock.now()
        number = self._tables.number("job")
        state = JobState.WAITING if due is None else JobState.DELAYED
        place = self._tables.number("place")
        self._tables.jobs[number] = JobRow(number, place, job, state, due or now, now)

    def given_up(self) -> tuple[GivenUpJob, ...]:
        rows = [row for row in self._tables.jobs.values() if row.state is JobState.FAILED]
        return tuple(
            GivenUpJob(row.id, row.job.kind, row.job, row.attempt, row.reason, row.due)
            for row in sorted(rows, key=lambda row: (row.due, row.id))
        )

    def forget(self, jobs: Collection[int]) -> int:
        known = [job.id for job in self.given_up() if job.id in jobs]
        for number in known:
            del self._tables.jobs[number]
        return len(known)


class FakeRateSlots:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def reserve(self, pace: Pace, now: datetime) -> datetime:
        slot = max(now, self._tables.slots.get(pace.key, now))
        self._tables.slots[pace.key] = slot + pace.interval
        return slot

    def hold(self, key: str, until: datetime) -> None:
        self._tables.slots[key] = max(until, self._tables.slots.get(key, until))
