"""Orders as the stand-in keeps them, and how goods move from one status to another."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from integrations.simulator.walmart.catalogue import Product

OPEN = frozenset({"Created", "Acknowledged"})


@dataclass(frozen=True, slots=True)
class Tracking:
    carrier: str
    number: str
    shipped_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Some pieces of a line that share a status."""

    status: str
    quantity: int
    cancellation_reason: str | None = None
    tracking: Tracking | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """`charged`, `shipping` and `tax` are for the whole line, in the order's currency."""

    number: str
    product: Product
    parts: tuple[Part, ...]
    charged: Decimal
    shipping: Decimal
    tax: Decimal
    intent_to_cancel: bool = False

    @property
    def quantity(self) -> int:
        return sum(part.quantity for part in self.parts)

    def moved(self, leaving: frozenset[str], quantity: int | None, become: Callable[[int], Part]) -> "Line":
        """Return the line with up to `quantity` pieces (None: all) of the statuses `leaving` in a part of their own."""
        left = self.quantity if quantity is None else quantity
        parts: list[Part] = []
        taken = 0
        for part in self.parts:
            here = min(left - taken, part.quantity) if part.status in leaving else 0
            taken += here
            if part.quantity > here:
                parts.append(replace(part, quantity=part.quantity - here))
        return replace(self, parts=(*parts, become(taken))) if taken else self


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    phone: str
    address1: str
    address2: str | None
    city: str
    state: str
    postal_code: str
    country: str


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """One purchase order. `bare` ones are answered with null wherever Walmart ever sends null."""

    purchase_order_id: str
    customer_order_id: str
    market: str
    currency: str
    relay_address: str
    address_ready: bool
    ordered_at: datetime
    order_type: str
    ship_node: str
    ship_method: str
    estimated_ship_date: datetime
    estimated_delivery_date: datetime
    person: Person
    lines: tuple[Line, ...]
    bare: bool = False
    original_customer_order_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    return_order_id: str
    customer_order_id: str
    purchase_order_id: str
    relay_address: str
    opened_at: datetime
    line: Line
    currency: str
    reason: str
    status: str = "INITIATED"
    refund_status: str | None = None
