"""Walmart's token buckets: one for each seller and endpoint, refilled evenly over a minute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.simulator.walmart.order_book import Now

# Calls a minute (facts: walmart 1.7). The token endpoint is not in Walmart's table.
PUBLISHED_LIMITS: Mapping[str, int] = {
    "GET /v3/orders": 5000,
    "GET /v3/orders/{purchaseOrderId}": 5000,
    "GET /v3/returns": 50,
}


@dataclass(frozen=True, slots=True)
class Level:
    allowed: bool
    left: int
    replenished_at: datetime
    seconds: int  # whole seconds until the next call would be allowed


class Buckets:
    def __init__(self, clock: Now, limits: Mapping[str, int]) -> None:
        self._clock = clock
        self._limits = limits
        self._levels: dict[tuple[str, str], tuple[float, datetime]] = {}

    def take(self, client_id: str, place: str) -> Level | None:
        """Take one call out of the bucket, or None where Walmart publishes no limit."""
        limit = self._limits.get(place)
        if limit is None:
            return None
        now = self._clock.now()
        level, since = self._levels.get((client_id, place), (float(limit), now))
        level = min(float(limit), level + max((now - since).total_seconds(), 0.0) * limit / 60)
        allowed = level >= 1
        level -= 1 if allowed else 0
        self._levels[client_id, place] = (level, now)
        wait = max(1 - level, 0.0) * 60 / limit
        return Level(allowed, int(level), now + timedelta(seconds=wait), int(wait) + 1)
