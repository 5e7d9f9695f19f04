"""The table of periodic work. A firing does one thing: it claims its slot and enqueues jobs, in one transaction, so
that several processes fire once (design 6)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.jobs import CheckKey, ReadNewMail
from bot.domain.sites import AccountState
from bot.ports.clock import Clock
from bot.ports.failures import Failure
from bot.ports.store import Store, UnitOfWork
from bot.services.given_up import forget_old
from bot.services.waits import Waits

_log = structlog.get_logger(__name__)
_KEEP_INTERACTIONS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tick:
    """`seconds` is the period; a slot is the firing's time floored to it."""

    name: str
    seconds: float
    work: Callable[[UnitOfWork, datetime], None]


def ticks(waits: Waits) -> tuple[Tick, ...]:
    return (
        Tick("read what was left", waits.tick, _read_what_was_left),
        Tick("look at refused keys", max(waits.tick, waits.job_retry_most), _look_at_refused_keys),
        Tick("forget old interactions", max(waits.tick, 3600.0), _forget_old_interactions),
        Tick("forget old failures", max(waits.tick, 3600.0), forget_old),
    )


def _read_what_was_left(uow: UnitOfWork, _now: datetime) -> None:
    """Letters that failed and whose time has come, and those that `relaydesk reread` marked."""
    for mailbox in uow.mailboxes.all():
        uow.jobs.enqueue(ReadNewMail(mailbox.id))


def _look_at_refused_keys(uow: UnitOfWork, _now: datetime) -> None:
    """One look for each key, however many tickets wait for it: Walmart has refused good keys for an hour."""
    for account in uow.accounts.all():
        if account.state is AccountState.REAUTHORISE:
            uow.jobs.enqueue(CheckKey(account.id))


def _forget_old_interactions(uow: UnitOfWork, now: datetime) -> None:
    uow.interactions.forget_before(now - _KEEP_INTERACTIONS)


class Schedule:
    def __init__(self, store: Store, clock: Clock, waits: Waits) -> None:
        self._store = store
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        for tick in ticks(waits):
            self._scheduler.add_job(
                partial(self._fire, tick),
                IntervalTrigger(seconds=tick.seconds, timezone=UTC),
                name=tick.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=max(int(tick.seconds), 1),
            )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def _fire(self, tick: Tick) -> None:
        now = self._clock.now()
        try:
            await self._store.run(partial(_claim, tick=tick, slot=_slot(now, tick.seconds), now=now))
        except Failure as failure:
            _log.warning("periodic work waits for its next turn", tick=tick.name, reason=failure.reason)
        except asyncio.CancelledError:
            # The process stops; the transaction ends by itself, and the scheduler would log this as an accident.
            return


def _slot(now: datetime, seconds: float) -> datetime:
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


def _claim(uow: UnitOfWork, tick: Tick, slot: datetime, now: datetime) -> None:
    if uow.ticks.win(tick.name, slot):
        tick.work(uow, now)
