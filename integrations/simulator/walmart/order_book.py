"""The orders of one seller, live: a test or a person at the page invents, ships and cancels them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from integrations.simulator.changes import Changes
from integrations.simulator.walmart.catalogue import Catalogue
from integrations.simulator.walmart.invention import Inventor, OrderKind
from integrations.simulator.walmart.orders import OPEN, Line, Part, PurchaseOrder, ReturnOrder, Tracking


class Now(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Invented:
    """What a buyer knows of an order, and so what a letter about it needs."""

    kind: OrderKind
    market: str
    customer_order_id: str
    purchase_order_ids: tuple[str, ...]
    buyer_name: str
    item_name: str
    item_id: str
    sku: str
    relay_address: str


class OrderBook:
    """The same seed gives the same orders. Amounts, ids and addresses have the forms of live data of 2023-26."""

    def __init__(self, clock: Now, changes: Changes, *, seed: int = 1, catalogue: Catalogue | None = None) -> None:
        self._clock = clock
        self._changes = changes
        self._inventor = Inventor(seed, catalogue or Catalogue())
        self._orders: dict[str, PurchaseOrder] = {}
        self._returns: dict[str, ReturnOrder] = {}

    @property
    def orders(self) -> tuple[PurchaseOrder, ...]:
        return tuple(self._orders.values())

    @property
    def returns(self) -> tuple[ReturnOrder, ...]:
        return tuple(self._returns.values())

    def invent(self, kind: OrderKind = OrderKind.PLAIN, *, market: str = "us") -> Invented:
        """Take a new order of `kind`; raises KeyError for a market other than us, ca and mx."""
        invented = self._inventor.purchase_orders(kind, market, self._clock.now())
        for order in invented:
            self.put(order)
        first = invented[0]
        product = first.lines[0].product
        return Invented(
            kind=kind,
            market=market,
            customer_order_id=first.customer_order_id,
            purchase_order_ids=tuple(order.purchase_order_id for order in invented),
            buyer_name=first.person.name,
            item_name=product.name,
            item_id=product.item_id,
            sku=product.sku,
            relay_address=first.relay_address,
        )

    def put(self, order: PurchaseOrder) -> None:
        """Add an order that a test wrote itself, or replace one."""
        self._orders[order.purchase_order_id] = order
        self._changes.announce()

    def under(self, customer_order_id: str) -> tuple[PurchaseOrder, ...]:
        """Return the purchase orders of one customer order; raises KeyError when there are none."""
        found = tuple(order for order in self.orders if order.customer_order_id == customer_order_id)
        if not found:
            raise KeyError(customer_order_id)
        return found

    def ship(
        self,
        customer_order_id: str,
        *,
        line: str | None = None,
        quantity: int | None = None,
        carrier: str = "FedEx",
        tracking_number: str = "",
    ) -> None:
        """Ship what is open: every line or one, all pieces or some; raises KeyError for an unknown order."""
        tracking = Tracking(carrier, tracking_number or self._inventor.digits("6129", 12), self._clock.now())
        self._move(customer_order_id, line, OPEN, quantity, lambda pieces: Part("Shipped", pieces, tracking=tracking))

    def cancel(
        self,
        customer_order_id: str,
        *,
        line: str | None = None,
        quantity: int | None = None,
        reason: str = "CUSTOMER_REQUESTED_SELLER_TO_CANCEL",
    ) -> None:
        """Cancel what is open; what has been shipped stays shipped."""
        self._move(customer_order_id, line, OPEN, quantity, lambda pieces: Part("Cancelled", pieces, reason))

    def deliver(self, customer_order_id: str) -> None:
        for order in self.under(customer_order_id):
            lines = tuple(
                replace(
                    line,
                    parts=tuple(
                        replace(part, status="Delivered") if part.status == "Shipped" else part for part in line.parts
                    ),
                )
                for line in order.lines
            )
            self.put(replace(order, lines=lines))

    def make_address_ready(self, customer_order_id: str) -> None:
        for order in self.under(customer_order_id):
            self.put(replace(order, address_ready=True))

    def open_return(self, customer_order_id: str, *, reason: str = "DAMAGED") -> str:
        """Open a return for the first line and give its number (the RMA)."""
        order = self.under(customer_order_id)[0]
        number = self._inventor.digits("1037", 18)
        self._returns[number] = ReturnOrder(
            return_order_id=number,
            customer_order_id=customer_order_id,
            purchase_order_id=order.purchase_order_id,
            relay_address=order.relay_address,
            opened_at=self._clock.now(),
            line=order.lines[0],
            currency=order.currency,
            reason=reason,
        )
        self._changes.announce()
        return number

    def complete_return(self, return_order_id: str) -> None:
        """Close the return and refund it; raises KeyError for an unknown one."""
        self._returns[return_order_id] = replace(
            self._returns[return_order_id], status="COMPLETED", refund_status="REFUND_COMPLETED"
        )
        self._changes.announce()

    def _move(
        self,
        customer_order_id: str,
        number: str | None,
        leaving: frozenset[str],
        quantity: int | None,
        become: Callable[[int], Part],
    ) -> None:
        for order in self.under(customer_order_id):
            lines: list[Line] = [
                line.moved(leaving, quantity, become) if number in {None, line.number} else line for line in order.lines
            ]
            self.put(replace(order, lines=tuple(lines)))
