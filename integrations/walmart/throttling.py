"""Walmart's rate limits: how long it wants us to wait, and which endpoint of which key is waiting.

Every seller has one bucket for each endpoint (facts: walmart 1.7), so a full one says nothing about the others.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.ports.clock import Clock
from bot.ports.failures import Transient
from integrations.walmart import reading

_DEFAULT_PAUSE = 60.0
_LONGEST_PAUSE = 300.0
_SHORTEST_PAUSE = 1.0
_JITTER = 0.1
_SECONDS = re.compile(r"\d{1,9}")
# Clients in the field read milliseconds; a value this small can only be seconds.
_SMALLEST_MILLISECONDS = 100_000_000_000
_REPLENISHMENT = ("x-next-replenishment-time", "x-next-replenish-time")


def wished_pause(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read the wait that Walmart asks for, in seconds from `now`, 1 to 300; None if it names none.

    `Retry-After` counts first, then the replenishment time, which has been seen as epoch milliseconds and as
    ISO 8601.
    """
    wait = _retry_after(headers.get("retry-after", ""), now)
    for name in _REPLENISHMENT:
        if wait is None:
            wait = _until(headers.get(name, ""), now)
    return None if wait is None else min(max(wait, _SHORTEST_PAUSE), _LONGEST_PAUSE)


def pause(headers: Mapping[str, str], now: datetime) -> float:
    return wished_pause(headers, now) or _DEFAULT_PAUSE


class Throttle:
    """Which endpoints are to be left alone, by seller. `jitter` gives numbers from 0 to 1."""

    def __init__(self, clock: Clock, jitter: Callable[[], float]) -> None:
        self._clock = clock
        self._jitter = jitter
        self._until: dict[tuple[str, str], datetime] = {}

    def check(self, client_id: str, endpoint: str) -> None:
        """Raise `Transient` with the rest of the wait while the endpoint is stopped for this key."""
        until = self._until.get((client_id, endpoint))
        if until is None:
            return
        rest = (until - self._clock.now()).total_seconds()
        # A clock that was set back must not stretch a pause beyond what Walmart may ask for.
        if not 0 < rest <= _LONGEST_PAUSE * (1 + _JITTER):
            del self._until[client_id, endpoint]
            return
        raise Transient(
            "Walmart's rate limit for this endpoint is used up; RelayDesk waits as Walmart asked.",
            code="THROTTLED",
            retry_after=rest,
        )

    def stop(self, client_id: str, endpoint: str, seconds: float) -> float:
        """Leave the endpoint alone for `seconds` and up to a tenth more; returns the wait that was set.

        The addition keeps jobs that were refused together from coming back together.
        """
        wait = seconds * (1 + _JITTER * self._jitter())
        self._until[client_id, endpoint] = self._clock.now() + timedelta(seconds=wait)
        return wait


def _retry_after(value: str, now: datetime) -> float | None:
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        read = parsedate_to_datetime(value)
        return ((read if read.tzinfo else read.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _until(value: str, now: datetime) -> float | None:
    moment = reading.number(value)
    if moment is not None and 0 < moment < _SMALLEST_MILLISECONDS:
        moment *= 1000
    read = reading.instant(value if moment is None else moment)
    return None if read is None else (read - now).total_seconds()
