"""Slack's rate limits, counted on the stand-in's clock."""

import math
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum

from integrations.simulator.clock import MovableClock
from integrations.simulator.slack.errors import RateLimitedError

MINUTE = 60.0


class Tier(IntEnum):
    """Calls a minute, per method, workspace and application."""

    T1 = 1
    T2 = 20
    T3 = 50
    T4 = 100
    SPECIAL = 300  # "hundreds a minute"; posting has its own rule per channel beside it


@dataclass(slots=True)
class Rates:
    """Refuses what Slack would refuse.

    `post_burst` is how many posts a channel takes at once before one a second; Slack permits short bursts without
    saying how short. A refused call uses nothing up.
    """

    clock: MovableClock
    post_burst: int = 3
    enabled: bool = True
    _calls: dict[str, deque[float]] = field(default_factory=dict)
    # The instant at which a channel's burst is whole again, in seconds since the epoch.
    _whole_at: dict[str, float] = field(default_factory=dict)

    def admit(self, method: str, tier: Tier) -> None:
        """Count a call; raises `RateLimitedError` if the last 60 s already hold as many as the tier allows."""
        if not self.enabled:
            return
        now = self._now()
        calls = self._calls.setdefault(method, deque())
        # A clock that was moved back makes past calls lie in the future; they no longer count.
        while calls and not now - MINUTE < calls[0] <= now:
            calls.popleft()
        if len(calls) >= tier:
            raise RateLimitedError(_whole_seconds(calls[0] + MINUTE - now))
        calls.append(now)

    def admit_post(self, method: str, channel: str) -> None:
        """Count a post into `channel`: one a second in the long run, `post_burst` at once.

        Call it after `admit` for the same `method`; a refusal takes that call back.
        """
        if not self.enabled:
            return
        now = self._now()
        whole_at = self._whole_at.get(channel, now)
        if whole_at > now + self.post_burst:
            whole_at = now
        wait = max(whole_at, now) + 1 - self.post_burst - now
        if wait > 0:
            self._calls[method].pop()
            raise RateLimitedError(_whole_seconds(wait))
        self._whole_at[channel] = max(whole_at, now) + 1

    def _now(self) -> float:
        return self.clock.now().timestamp()


def _whole_seconds(seconds: float) -> int:
    return max(1, math.ceil(seconds))
