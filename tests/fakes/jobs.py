"""The job engine in memory, on the rows of a `FakeStore`."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot.domain.jobs import Lane, lane, serial_key
from bot.ports.clock import Clock
from bot.ports.jobs import Again, Backlog, ClaimedJob, Done, GivenUp, JobHandler, MovedTo, Verdict
from tests.fakes.store import FakeStore
from tests.fakes.tables import JobRow, JobState

LONGEST_NAP = 30.0


class FakeJobs:
    def __init__(self, store: FakeStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._changed = asyncio.Event()
        store.when_jobs_commit(self._changed.set)
        self._progress = asyncio.Event()

    @property
    def _rows(self) -> dict[int, JobRow]:
        return self._store.tables.jobs

    def _put(self, row: JobRow) -> None:
        self._rows[row.id] = row

    async def run(self, handle: JobHandler, workers: Mapping[Lane, int]) -> None:
        for row in self._in(JobState.RUNNING):
            self._put(replace(row, state=JobState.WAITING))
        tasks: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                self._changed.clear()
                for claimed in self._claim(workers):
                    task = asyncio.create_task(self._perform(handle, claimed))
                    tasks[claimed.id] = task
                    task.add_done_callback(lambda _, number=claimed.id: tasks.pop(number))  # type: ignore[misc]
                await self._nap()
        finally:
            interrupted = list(tasks)
            for task in list(tasks.values()):
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
            for number in interrupted:
                cut_short = self._rows.get(number)
                if cut_short and cut_short.state is JobState.RUNNING:
                    self._put(replace(cut_short, state=JobState.WAITING, attempt=cut_short.attempt - 1))

    def _in(self, *states: JobState) -> list[JobRow]:
        return sorted((row for row in self._rows.values() if row.state in states), key=lambda row: row.place)

    def _claim(self, workers: Mapping[Lane, int]) -> list[ClaimedJob]:
        now = self._clock.now()
        for row in sorted(self._in(JobState.RETRY, JobState.DELAYED), key=lambda row: (row.due, row.id)):
            if row.due <= now:
                place = row.place if row.state is JobState.RETRY else self._store.tables.number("place")
                self._put(replace(row, state=JobState.WAITING, place=place))
        free = Counter(workers)
        free.subtract(lane(row.job) for row in self._in(JobState.RUNNING))
        keys: set[str] = set()
        claimed = []
        for row in self._in(JobState.WAITING, JobState.RETRY, JobState.RUNNING):
            key = serial_key(row.job)
            head = key is None or key not in keys
            if key is not None:
                keys.add(key)
            if head and row.state is JobState.WAITING and free[lane(row.job)] > 0:
                free[lane(row.job)] -= 1
                running = replace(row, state=JobState.RUNNING, attempt=row.attempt + 1)
                self._put(running)
                claimed.append(ClaimedJob(row.id, row.job, running.attempt, row.enqueued_at, row.reserved))
        return claimed

    async def _perform(self, handle: JobHandler, claimed: ClaimedJob) -> None:
        try:
            verdict: Verdict = await handle(claimed)
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises, the other jobs go on
            verdict = Again(self._clock.now() + timedelta(minutes=1), type(error).__name__)
        self._settle(self._rows[claimed.id], verdict)
        self._changed.set()
        self._progress.set()
        self._progress = asyncio.Event()

    def _settle(self, row: JobRow, verdict: Verdict) -> None:
        match verdict:
            case Done():
                del self._rows[row.id]
            case Again(at=at, reason=reason):
                self._put(replace(row, state=JobState.RETRY, due=at, reason=reason, reserved={}))
            case MovedTo(at=at, reserved=reserved):
                attempt = row.attempt - 1
                self._put(replace(row, state=JobState.DELAYED, due=at, reserved=dict(reserved), attempt=attempt))
            case GivenUp(reason=reason):
                self._put(replace(row, state=JobState.FAILED, reason=reason, due=self._clock.now()))

    async def _nap(self) -> None:
        waiting = [row.due for row in self._in(JobState.RETRY, JobState.DELAYED)]
        seconds = (min(waiting) - self._clock.now()).total_seconds() if waiting else LONGEST_NAP
        alarm = asyncio.create_task(self._clock.sleep(min(LONGEST_NAP, max(0.0, seconds))))
        changed = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait({alarm, changed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (alarm, changed):
                task.cancel()
            # Not one by one under a suppress: that would swallow the runner's own cancellation.
            await asyncio.gather(alarm, changed, return_exceptions=True)

    async def drained(self, within: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not self._is_idle():
                    await self._progress.wait()
                return True
        return False

    def _is_idle(self) -> bool:
        now = self._clock.now()
        retrying = {serial_key(row.job) for row in self._in(JobState.RETRY)} - {None}
        ready = [row for row in self._in(JobState.WAITING) if serial_key(row.job) not in retrying]
        due = [row for row in self._in(JobState.RETRY, JobState.DELAYED) if row.due <= now]
        return not ready and not due and not self._in(JobState.RUNNING)

    async def backlog(self) -> Backlog:
        waiting = self._in(JobState.WAITING, JobState.RETRY, JobState.DELAYED)
        return Backlog(
            waiting=len(waiting),
            running=len(self._in(JobState.RUNNING)),
            failed=len(self._in(JobState.FAILED)),
            oldest_due=min((row.due for row in waiting), default=None),
            newest_failure=max((row.due for row in self._in(JobState.FAILED)), default=None),
        )
