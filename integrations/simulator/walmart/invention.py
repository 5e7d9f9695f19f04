"""Inventing orders: always the same ones from the same seed, with every trap that real orders hold."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from integrations.simulator.walmart.catalogue import Catalogue, Product
from integrations.simulator.walmart.orders import Line, Part, Person, PurchaseOrder, Tracking

_CENT = Decimal("0.01")


class OrderKind(StrEnum):
    PLAIN = "plain"  # one line, acknowledged, not shipped
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    LATE = "late"  # shipped, and the estimated delivery date is past
    SEVERAL_PURCHASE_ORDERS = "several purchase orders"  # one shipped, one not
    PARTLY_SHIPPED = "partly shipped"  # three pieces: shipped, open and cancelled
    WFS = "wfs"
    THIRD_PARTY = "third party"
    MIXED_NODES = "mixed nodes"  # one purchase order from the seller, one from WFS
    NULLS = "nulls"
    CANCELLED_LINE = "cancelled line"
    CANCEL_INTENT = "cancel intent"
    PRE_ORDER = "pre-order"
    REPLACEMENT = "replacement"
    MULTIPACK = "multipack"
    ADDRESS_NOT_READY = "address not ready"  # the placeholder in place of the relay address


@dataclass(frozen=True, slots=True)
class MarketTraits:
    currency: str
    relay_domain: str
    tax_rate: Decimal
    people: tuple[Person, ...]


_TRAITS = {
    "us": MarketTraits(
        "USD",
        "relay.walmart.com",
        Decimal("0.0825"),
        (
            Person("Maria Gonzalez", "2175550143", "1401 Elm St", "Apt 5", "Springfield", "IL", "62701", "USA"),
            Person("John O'Neil", "3145550177", "6600 Gazebo Dr", None, "Cedar Hill", "MO", "63016", "USA"),
            Person("Thuy Nguyen-Baker", "8135550112", "945 Bay Dr", "Unit B", "Miami Beach", "FL", "33141", "USA"),
        ),
    ),
    "ca": MarketTraits(
        "CAD",
        "relay.walmart.ca",
        Decimal("0.13"),
        (Person("Élodie Tremblay", "4165550190", "77 Queen St W", None, "Toronto", "ON", "M5H 2M9", "CAN"),),
    ),
    "mx": MarketTraits(
        "MXN",
        "relay.walmart.com.mx",
        Decimal("0.16"),
        (Person("José Muñoz", "5555550102", "Av. Reforma 222", "Piso 3", "Cuauhtémoc", "CMX", "06600", "MEX"),),
    ),
}


class Inventor:
    """Draws ids, people and goods from one seed; `now` of each call dates what it draws."""

    def __init__(self, seed: int, catalogue: Catalogue) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invented orders, repeatable on purpose
        self._catalogue = catalogue

    def purchase_orders(self, kind: OrderKind, market: str, now: datetime) -> tuple[PurchaseOrder, ...]:
        """Invent everything that stands under one new customer order id."""
        base = self._plain(market, now - timedelta(days=3, minutes=self._random.randrange(600)))
        match kind:
            case OrderKind.SEVERAL_PURCHASE_ORDERS:
                return (_shipped(base), self._sibling(base, "SellerFulfilled"))
            case OrderKind.MIXED_NODES:
                return (base, self._sibling(base, "WFSFulfilled"))
            case _:
                return (self._changed(kind, base, now),)

    def digits(self, prefix: str, length: int) -> str:
        return prefix + "".join(str(self._random.randrange(10)) for _ in range(length - len(prefix)))

    def _changed(self, kind: OrderKind, base: PurchaseOrder, now: datetime) -> PurchaseOrder:
        changed = _by_node_or_type(kind, base, self.digits("2000", 15))
        if changed is not None:
            return changed
        line = base.lines[0]
        match kind:
            case OrderKind.SHIPPED:
                return _shipped(base)
            case OrderKind.DELIVERED:
                return _delivered(base)
            case OrderKind.LATE:
                due = now - timedelta(days=1)
                return replace(_shipped(base), estimated_delivery_date=due, ordered_at=due - timedelta(days=6))
            case _:
                return replace(base, lines=self._lines(kind, line, base))

    def _lines(self, kind: OrderKind, line: Line, base: PurchaseOrder) -> tuple[Line, ...]:
        match kind:
            case OrderKind.PARTLY_SHIPPED:
                return (_partly_shipped(self._line("1", line.product, 3, base.market), base),)
            case OrderKind.CANCELLED_LINE:
                cancelled = Part("Cancelled", 1, "SELLER_CANCEL_OUT_OF_STOCK")
                return (line, replace(self._line("2", self._product(), 1, base.market), parts=(cancelled,)))
            case OrderKind.CANCEL_INTENT:
                return (replace(line, intent_to_cancel=True),)
            case OrderKind.MULTIPACK:
                return (self._line("1", line.product, 6, base.market),)
            case _:
                return base.lines

    def _plain(self, market: str, ordered_at: datetime) -> PurchaseOrder:
        traits = _TRAITS[market]
        hexadecimal = f"{self._random.getrandbits(128):032X}"
        return PurchaseOrder(
            purchase_order_id=self.digits(self._random.choice(("108", "129")), 15),
            customer_order_id=self.digits("2000", 15),
            market=market,
            currency=traits.currency,
            relay_address=f"{hexadecimal}@{traits.relay_domain}",
            address_ready=True,
            ordered_at=ordered_at,
            order_type="REGULAR",
            ship_node="SellerFulfilled",
            ship_method=self._random.choice(("Standard", "Value", "Express")),
            estimated_ship_date=ordered_at + timedelta(days=2),
            estimated_delivery_date=ordered_at + timedelta(days=6),
            person=self._random.choice(traits.people),
            lines=(self._line("1", self._product(), 1, market),),
        )

    def _sibling(self, base: PurchaseOrder, ship_node: str) -> PurchaseOrder:
        return replace(
            base,
            purchase_order_id=self.digits("129", 15),
            ship_node=ship_node,
            lines=(self._line("1", self._product(), 2, base.market),),
        )

    def _product(self) -> Product:
        return self._random.choice(self._catalogue.products)

    def _line(self, number: str, product: Product, quantity: int, market: str) -> Line:
        charged = product.price * quantity
        tax = (charged * _TRAITS[market].tax_rate).quantize(_CENT, ROUND_HALF_UP)
        shipping = self._random.choice((Decimal(0), Decimal("5.99")))
        return Line(number, product, (Part("Acknowledged", quantity),), charged, shipping, tax)


def _by_node_or_type(kind: OrderKind, base: PurchaseOrder, original: str) -> PurchaseOrder | None:
    match kind:
        case OrderKind.WFS:
            return replace(base, ship_node="WFSFulfilled")
        case OrderKind.THIRD_PARTY:
            return replace(base, ship_node="3PLFulfilled")
        case OrderKind.PRE_ORDER:
            return replace(base, order_type="PREORDER")
        case OrderKind.REPLACEMENT:
            return replace(base, order_type="REPLACEMENT", original_customer_order_id=original)
        case OrderKind.NULLS:
            return replace(base, bare=True)
        case OrderKind.ADDRESS_NOT_READY:
            return replace(base, address_ready=False)
        case _:
            return None


def _tracking(order: PurchaseOrder) -> Tracking:
    return Tracking("FedEx", f"6129{order.purchase_order_id[-8:]}", order.ordered_at + timedelta(days=1))


def _shipped(order: PurchaseOrder) -> PurchaseOrder:
    tracking = _tracking(order)
    parts = tuple(replace(part, status="Shipped", tracking=tracking) for part in order.lines[0].parts)
    return replace(order, lines=(replace(order.lines[0], parts=parts),))


def _delivered(order: PurchaseOrder) -> PurchaseOrder:
    shipped = _shipped(order)
    parts = tuple(replace(part, status="Delivered") for part in shipped.lines[0].parts)
    return replace(shipped, lines=(replace(shipped.lines[0], parts=parts),))


def _partly_shipped(line: Line, order: PurchaseOrder) -> Line:
    parts = (
        Part("Shipped", 1, tracking=_tracking(order)),
        Part("Acknowledged", 1),
        Part("Cancelled", 1, "CUSTOMER_REQUESTED_SELLER_TO_CANCEL"),
    )
    return replace(line, parts=parts)
