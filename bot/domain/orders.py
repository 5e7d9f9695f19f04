"""A Walmart order as the seller sees it: a snapshot of the live order, never the frozen fields of a ticket.

Field names follow Walmart's order API (order-management, 2026). Everything optional may be absent: Walmart sends
explicit nulls, and WFS orders hide what Walmart itself handles.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.money import Money, total


class LineStatus(StrEnum):
    CREATED = "Created"
    ACKNOWLEDGED = "Acknowledged"
    SHIPPED = "Shipped"
    DELIVERED = "Delivered"
    CANCELLED = "Cancelled"
    REFUND = "Refund"
    UNKNOWN = "Unknown"  # a status that Walmart has added since; `OrderLine.raw_status` keeps its word


class ShipNodeType(StrEnum):
    """Who ships. `GET /v3/orders` finds only SellerFulfilled unless it is asked for the others (walmart 2.1)."""

    SELLER = "SellerFulfilled"
    WFS = "WFSFulfilled"
    THIRD_PARTY = "3PLFulfilled"


@dataclass(frozen=True, slots=True)
class Shipment:
    carrier: str | None
    tracking_number: str | None
    tracking_url: str | None  # only http(s); anything else Walmart sent is dropped
    shipped_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinePart:
    """A quantity of a line that shares one status: partial shipments and cancellations split a line."""

    status: LineStatus
    raw_status: str
    quantity: int
    cancellation_reason: str | None = None
    shipment: Shipment | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    line_number: str
    sku: str
    item_name: str
    quantity: int
    parts: tuple[LinePart, ...]
    item_charges: Money | None  # charges of type PRODUCT, discounts included
    shipping_charges: Money | None  # charges of type SHIPPING
    tax: Money | None  # `charges.charge[].tax` only: `taxAndOtherFees` repeats the tax
    buyer_asked_walmart_to_cancel: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom the parcel goes to. Personal: shown masked until somebody asks, and the asking is recorded."""

    name: str
    phone: str | None
    street: str
    city: str
    state: str
    postal_code: str
    country: str

    @property
    def masked_name(self) -> str:
        """Initials only: `M. G.`."""
        return " ".join(f"{word[0]}." for word in self.name.split() if word)


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """One purchase order; a customer's order is split into one for each ship node."""

    purchase_order_id: str
    customer_order_id: str
    buyer_relay_email: str | None  # None too for the placeholder nocxemail@walmartone.com
    ordered_at: datetime
    order_type: str | None
    ship_node: ShipNodeType
    ship_method: str | None
    estimated_ship_date: datetime | None
    estimated_delivery_date: datetime | None
    recipient: Recipient | None
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Everything Walmart told us under one customer order id, at one moment."""

    customer_order_id: str
    purchase_orders: tuple[PurchaseOrder, ...]
    fetched_at: datetime

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        return tuple(line for purchase in self.purchase_orders for line in purchase.lines)

    @property
    def tax(self) -> Money | None:
        return total([line.tax for line in self.lines if line.tax])

    @property
    def shipping(self) -> Money | None:
        return total([line.shipping_charges for line in self.lines if line.shipping_charges])

    @property
    def total(self) -> Money | None:
        """Charges and taxes of all lines; Walmart's own `orderSummary` is often absent."""
        parts = [
            amount for line in self.lines for amount in (line.item_charges, line.shipping_charges, line.tax) if amount
        ]
        return total(parts)

    @property
    def status_counts(self) -> tuple[tuple[str, int], ...]:
        """Walmart's status words with their quantities, in the order in which they first appear."""
        counts: dict[str, int] = {}
        for line in self.lines:
            for part in line.parts:
                counts[part.raw_status] = counts.get(part.raw_status, 0) + part.quantity
        return tuple(counts.items())

    @property
    def recipient(self) -> Recipient | None:
        return next((purchase.recipient for purchase in self.purchase_orders if purchase.recipient), None)
