"""What a visitor does to the orders of the shop."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from integrations.simulator.clock import MovableClock
from integrations.simulator.page.asked import Asked, NotUnderstoodError
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.walmart.order_book import OrderBook

Act = Callable[[Asked], Awaitable[JsonObject]]


@dataclass(frozen=True, slots=True)
class OrderActs:
    book: OrderBook
    clock: MovableClock

    def all(self) -> dict[str, Act]:
        return {
            "invent": self._invent,
            "ship": self._ship,
            "deliver": self._deliver,
            "cancel": self._cancel,
            "late": self._late,
            "return": self._return,
        }

    async def _invent(self, asked: Asked) -> JsonObject:
        return {"order_id": self.book.invent(asked.word("kind", OrderKind)).customer_order_id}

    async def _ship(self, asked: Asked) -> JsonObject:
        self.book.ship(self._known(asked))
        return {}

    async def _deliver(self, asked: Asked) -> JsonObject:
        self.book.deliver(self._known(asked))
        return {}

    async def _cancel(self, asked: Asked) -> JsonObject:
        self.book.cancel(self._known(asked))
        return {}

    async def _late(self, asked: Asked) -> JsonObject:
        """Let the promised day of delivery be yesterday."""
        yesterday = self.clock.now() - timedelta(days=1)
        for order in self.book.under(self._known(asked)):
            self.book.put(replace(order, estimated_delivery_date=yesterday))
        return {}

    async def _return(self, asked: Asked) -> JsonObject:
        return {"return_id": self.book.open_return(self._known(asked))}

    def _known(self, asked: Asked) -> str:
        order_id = asked.needed("order_id")
        if all(order.customer_order_id != order_id for order in self.book.orders):
            raise NotUnderstoodError(f"There is no order {order_id} in the simulated shop.")
        return order_id
