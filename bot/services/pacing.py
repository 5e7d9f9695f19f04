"""Keeping a platform's rate limits: a job waits for its slot, and waiting is not a failure.

Slots are handed out from a timetable in the database. Where the platform asks for a pause (429) or cannot be reached,
the whole timetable moves by that pause, so that one call probes for all, in the order in which all have come. The
pauses themselves are this process's knowledge: one that has just started finds out by its first call.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.ports.clock import Clock
from bot.ports.failures import Transient, Unreachable
from bot.ports.jobs import Pace
from bot.ports.store import Store, UnitOfWork
from bot.services.waits import Waits

T = TypeVar("T")

# Far longer than any slot lies ahead: an older pause has moved everything that it could move.
_REMEMBERED = timedelta(days=1)
# After a standstill the slots of hours may have passed; who used them now would hold every worker for long.
_OVERDUE = timedelta(minutes=10)


class NotYet(Exception):
    """The job has to be moved to `at`; the slots it holds by then are handed back to it."""

    def __init__(self, at: datetime, reserved: Mapping[str, datetime] | None = None) -> None:
        super().__init__(at.isoformat())
        self.at = at
        self.reserved = dict(reserved or {})


class InLine(Exception):
    """Another job holds a slot for the same thing and will do it; this one has nothing left to do."""


@dataclass(frozen=True, slots=True)
class Pause:
    began: datetime
    until: datetime


class Pacing:
    def __init__(self, store: Store, clock: Clock, waits: Waits) -> None:
        self._store = store
        self._clock = clock
        self._waits = waits
        self._pauses: defaultdict[str, list[Pause]] = defaultdict(list)
        self._silence: dict[str, float] = {}
        self._in_line: dict[tuple[str, str], datetime] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._gates: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._called_at: dict[str, datetime] = {}
        self._turn_at: dict[str, datetime] = {}

    def turn(self, channel: str) -> asyncio.Lock:
        """Held from a job's first look until it has its slot, so that slots are given in the order of the jobs."""
        return self._turns[channel]

    async def wait(self, pace: Pace, reserved: dict[str, datetime], what: str = "") -> None:
        """Return when the call may be made; raises as `reserve` does."""
        await self.arrive(pace, await self.reserve(pace, reserved, what))

    async def reserve(self, pace: Pace, reserved: dict[str, datetime], what: str = "") -> datetime:
        """Return the slot, reserved now, or used up from `reserved` where the job was moved to it.

        Raises `NotYet` when the slot is too far away to hold a worker for it, and `InLine` when another job has been
        moved to a slot for the same `what`.
        """
        now = self._clock.now()
        at, since = reserved.pop(pace.key, None), reserved.pop(_since(pace), now)
        if at is None or at < now - _OVERDUE:
            if what and self._in_line.get((pace.key, what), now) > now:
                raise InLine
            at, since = await self._store.run(partial(_reserve, pace=pace, now=now)), now
        at = self._moved(pace, at, since)
        if (at - now).total_seconds() > self._waits.slot_in_place:
            self._note(pace, what, at, now)
            raise NotYet(at, {**reserved, pace.key: at, _since(pace): now})
        return at

    async def arrive(self, pace: Pace, at: datetime) -> None:
        """Wait in place for a slot that is near; raises `NotYet` if a pause has begun meanwhile.

        Jobs that are late for their slots, because the machine was busy, come one after the other all the same; only
        the next ones wait for that in place.
        """
        since = self._clock.now()
        if self._gates[pace.key].locked():
            turn = max(self._turn_at.get(pace.key, since), since) + pace.interval
            self._turn_at[pace.key] = turn
            if (turn - since).total_seconds() > self._waits.slot_in_place:
                raise NotYet(turn, {pace.key: at, _since(pace): since})
        async with self._gates[pace.key]:
            earliest = max(at, self._called_at.get(pace.key, at - pace.interval) + pace.interval)
            if earliest > self._clock.now():
                await self._clock.sleep((earliest - self._clock.now()).total_seconds())
            now = self._clock.now()
            moved = self._moved(pace, at, since)
            if moved > now:
                raise NotYet(moved, {pace.key: moved, _since(pace): now})
            self._called_at[pace.key] = now

    async def call(self, pace: Pace, act: Callable[[], Awaitable[T]]) -> T:
        """Make a call for which a slot was waited for. Where the platform asks for a pause all the same, or is not
        there, nobody calls under this pace before it is over, and `NotYet` moves the job to its end."""
        try:
            answer = await act()
        except Transient as failure:
            if failure.retry_after is None and not isinstance(failure, Unreachable):
                raise
            until = await self._pause(pace, failure.retry_after)
            raise NotYet(until, {pace.key: until, _since(pace): self._clock.now()}) from failure
        self._silence.pop(pace.key, None)
        return answer

    async def _pause(self, pace: Pace, asked: float | None) -> datetime:
        now = self._clock.now()
        pauses = self._pauses[pace.key]
        if pauses and pauses[-1].until > now:
            return pauses[-1].until
        length = timedelta(seconds=self._next_silence(pace) if asked is None else asked)
        pauses[:] = [*(pause for pause in pauses if pause.until > now - _REMEMBERED), Pause(now, now + length)]
        # A slot as long as the pause moves all that are handed out from now on behind it, and behind who probes.
        await self._store.run(partial(_reserve, pace=Pace(pace.key, length + pace.interval), now=now))
        return now + length

    def _next_silence(self, pace: Pace) -> float:
        length = self._silence.get(pace.key, self._waits.chat_silence)
        self._silence[pace.key] = min(length * 2, self._waits.chat_silence_most)
        return length

    def _moved(self, pace: Pace, at: datetime, since: datetime) -> datetime:
        """Where a slot is now that was handed out at `since`."""
        pauses = self._pauses[pace.key]
        for pause in pauses:
            if pause.began > since:
                at += pause.until - pause.began
        return max(at, pauses[-1].until) if pauses else at

    def _note(self, pace: Pace, what: str, at: datetime, now: datetime) -> None:
        if what:
            if len(self._in_line) > 10_000:  # noqa: PLR2004 -- those whose time has come hold nobody back any more
                self._in_line = {key: until for key, until in self._in_line.items() if until > now}
            self._in_line[pace.key, what] = at


def _since(pace: Pace) -> str:
    """Beside a slot stands when it was handed out: what paused before then has moved it already."""
    return f"{pace.key} since"


def _reserve(uow: UnitOfWork, pace: Pace, now: datetime) -> datetime:
    return uow.slots.reserve(pace, now)
