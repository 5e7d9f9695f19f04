"""The engine: it runs what the line of jobs in the database has for this process."""

import asyncio
import random
import traceback
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

import structlog

from bot.domain.jobs import Lane, lane
from bot.ports.clock import Clock
from bot.ports.failures import Transient
from bot.ports.jobs import Again, Backlog, ClaimedJob, JobHandler, Verdict
from storage.jobs.turns import Line, Settled
from storage.store import SqlStore

_log = structlog.get_logger(__name__)

AFTER_A_DEFECT = timedelta(minutes=1)

AFTER_DATABASE_TROUBLE = 1.0


# Calls back whenever another process may have enqueued something, until it is cancelled.
Bell: TypeAlias = Callable[[Callable[[], None]], Coroutine[None, None, None]]


class Jobs:
    """Implements `JobRunner`."""

    def __init__(self, store: SqlStore, line: Line, clock: Clock, bell: Bell | None = None) -> None:
        self._store = store
        self._line = line
        self._clock = clock
        self._bell = bell
        self._running: _Run | None = None
        self._progress = asyncio.Event()
        store.when_jobs_commit(self._wake)

    def _wake(self) -> None:
        # Read once: this is the writer's thread, and the run may end in the loop's thread meanwhile.
        run = self._running
        if run is not None:
            run.wake_from_another_thread()

    async def run(self, handle: JobHandler, workers: Mapping[Lane, int]) -> None:
        if self._running is not None:
            raise RuntimeError("the jobs of this store are being run already")
        self._running = _Run(
            self._store, self._line, self._clock, handle=handle, workers=workers, made_progress=self._made_progress
        )
        try:
            await self._running.until_cancelled(self._bell)
        finally:
            self._running = None

    def _made_progress(self) -> None:
        self._progress.set()
        self._progress = asyncio.Event()

    async def drained(self, within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                while True:
                    progress = self._progress
                    if await self._store.look(partial(self._line.is_idle, now=self._clock.now())):
                        return True
                    await progress.wait()
        except TimeoutError:
            return False

    async def backlog(self) -> Backlog:
        return await self._store.look(self._line.backlog)


class _Run:
    """One task talks to the database: each of its transactions settles all jobs that have ended meanwhile and claims
    what may start next, so that the cost of a commit is shared when there is much to do."""

    def __init__(
        self,
        store: SqlStore,
        line: Line,
        clock: Clock,
        *,
        handle: JobHandler,
        workers: Mapping[Lane, int],
        made_progress: Callable[[], None],
    ) -> None:
        self._store = store
        self._line = line
        self._clock = clock
        self._handle = handle
        self._workers = Counter(workers)
        self._made_progress = made_progress
        self._loop = asyncio.get_running_loop()
        self._awake = asyncio.Event()
        self._stopping = False
        self._started: dict[int, tuple[ClaimedJob, asyncio.Task[None]]] = {}
        self._settled: list[Settled] = []

    def wake_from_another_thread(self) -> None:
        # The loop may have been closed while a last transaction was still being committed.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._awake.set)

    async def until_cancelled(self, bell: Bell | None) -> None:
        serving = asyncio.create_task(self._serve())
        listening = asyncio.create_task(bell(self._awake.set)) if bell else None
        try:
            await asyncio.shield(serving)
        finally:
            if listening is not None:
                listening.cancel()
                await asyncio.wait({listening})
            # A transaction that is under way is waited for: it may have claimed jobs, and they must be put back.
            self._stopping = True
            self._awake.set()
            await asyncio.wait({serving})
            await self._stop()

    async def _serve(self) -> None:
        recovered = False
        while not self._stopping:
            self._awake.clear()
            settled, self._settled = self._settled, []
            try:
                if not recovered:
                    running = [claimed for claimed, _ in self._started.values()]
                    running += [one.claimed for one in settled]
                    await self._store.transact(partial(self._line.recover, running=running))
                    recovered = True
                turn = await self._store.transact(
                    partial(self._line.turn, settled=settled, free=self._free(), now=self._clock.now())
                )
            except Transient as error:
                self._settled[:0] = settled
                # It may have been saved all the same: then jobs are marked as ours of which we know nothing.
                recovered = False
                _log.warning("the job queue cannot be read", reason=error.reason)
                # Several processes that lost the database together must not all ask for it at the same moment.
                seconds = AFTER_DATABASE_TROUBLE * random.uniform(0.5, 1.5)  # noqa: S311  # spread, not secrecy
                await self._nap(self._clock.now() + timedelta(seconds=seconds))
                continue
            for claimed in turn.start:
                self._start(claimed)
            self._made_progress()
            await self._nap(turn.next_due)

    def _free(self) -> dict[Lane, int]:
        busy = Counter(lane(claimed.job) for claimed, _ in self._started.values())
        return dict(self._workers - busy)

    def _start(self, claimed: ClaimedJob) -> None:
        if claimed.id in self._started:
            # This process was taken for dead while it stood still, and what it is still at was given to it once more.
            # It goes on, and how it ends settles the newer claim: a second run beside it would break its key's order.
            _, task = self._started[claimed.id]
            self._started[claimed.id] = (claimed, task)
            return
        self._started[claimed.id] = (claimed, asyncio.create_task(self._perform(claimed)))

    async def _perform(self, claimed: ClaimedJob) -> None:
        try:
            verdict: Verdict = await self._handle(claimed)
        except asyncio.CancelledError:
            if self._stopping:
                raise
            verdict = self._after_a_defect("CancelledError")
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises, the other jobs go on
            # Where it happened, but neither its message nor the values of variables: those may be a buyer's words.
            _log.error(
                "a job's handler raised instead of answering",
                job=claimed.id,
                kind=claimed.job.kind,
                error=type(error).__name__,
                trace="".join(traceback.format_tb(error.__traceback__)),
            )
            verdict = self._after_a_defect(type(error).__name__)
        claimed, _ = self._started.pop(claimed.id)
        self._settled.append(Settled(claimed, verdict, self._clock.now()))
        self._awake.set()

    def _after_a_defect(self, name: str) -> Again:
        return Again(self._clock.now() + AFTER_A_DEFECT, name)

    async def _nap(self, until: datetime | None) -> None:
        """Sleep on the clock until then, at most the line's longest nap, or until somebody wakes the run."""
        if self._awake.is_set():
            return
        seconds = self._line.longest_nap
        if until is not None:
            seconds = min(seconds, max(0.0, (until - self._clock.now()).total_seconds()))
        alarm = asyncio.create_task(self._clock.sleep(seconds))
        alarm.add_done_callback(self._ring)
        try:
            await self._awake.wait()
        finally:
            alarm.remove_done_callback(self._ring)
            alarm.cancel()

    def _ring(self, _: asyncio.Task[None]) -> None:
        self._awake.set()

    async def _stop(self) -> None:
        tasks = [task for _, task in self._started.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        interrupted = [claimed for claimed, _ in self._started.values()]
        try:
            await self._store.transact(partial(self._line.stop, settled=self._settled, interrupted=interrupted))
        except Transient as error:
            _log.warning("the jobs that were interrupted run again at the next start", reason=error.reason)
