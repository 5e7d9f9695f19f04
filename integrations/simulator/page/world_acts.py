"""What a visitor does to the simulated world itself: move its clock, order faults."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.page.asked import Asked
from integrations.simulator.slack.json_values import JsonObject

Act = Callable[[Asked], Awaitable[JsonObject]]
MOST_HOURS = 24.0 * 31


@dataclass(frozen=True, slots=True)
class WorldActs:
    clock: MovableClock
    faults: Faults

    def all(self) -> dict[str, Act]:
        return {"move-clock": self._move_clock, "order-fault": self._order_fault, "clear-faults": self._clear_faults}

    async def _move_clock(self, asked: Asked) -> JsonObject:
        """Forward only: what has happened on the later clock cannot be undone."""
        self.clock.move(timedelta(hours=asked.number("hours", 0, MOST_HOURS)))
        return {}

    async def _order_fault(self, asked: Asked) -> JsonObject:
        retry_after = asked.any("retry_after")
        fault = Fault(
            asked.word("kind", FaultKind),
            seconds=asked.number("seconds", 0, 3600),
            status=int(asked.number("status", 0, 999)),
            code=asked.text("code"),
            retry_after=retry_after if isinstance(retry_after, int) else None,
        )
        self.faults.order(asked.needed("place"), fault, times=int(asked.number("times", 1, 100)))
        return {}

    async def _clear_faults(self, asked: Asked) -> JsonObject:
        del asked
        self.faults.clear()
        return {}
