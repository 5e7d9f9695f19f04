"""Orders out of Walmart's JSON: purchase orders read one by one, then put together under the buyer's order id.

What cannot be read is treated by its weight. A value becomes empty, a line is kept with what it has
(`integrations.walmart.lines`), a purchase order without an id, or without any date, is left out and noted in the log.
When that leaves nothing of an answer that held something, the answer as a whole is a `Permanent` failure: "no
such order" would be untrue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.domain.money import Money
from bot.domain.orders import Order, PurchaseOrder, Recipient, ShipNodeType
from integrations.walmart import reading
from integrations.walmart.answers import unexpected_shape
from integrations.walmart.complaints import complaint_in
from integrations.walmart.lines import order_lines, status_dates

# What Walmart puts in place of a relay address that is not ready when the order is created. Never written to.
_PLACEHOLDER_ADDRESS = "nocxemail@walmartone.com"
_SHIP_NODES = {node.value.lower(): node for node in ShipNodeType}

_log = structlog.get_logger(__name__)


def read_purchase_orders(
    answer: Mapping[str, object], *, customer_order_id: str, asked: ShipNodeType
) -> tuple[PurchaseOrder, ...]:
    """Read every purchase order of `customer_order_id`.

    Accepts a list, a single order in its wrapper and one without. An order under another customer order id is
    passed over: a filter that Walmart ignored must not show one buyer's address on another buyer's ticket.
    `asked` is the node type that was asked for, and stands in where the order names none.
    """
    entries = _entries(answer)
    read: list[PurchaseOrder] = []
    unreadable = others = 0
    for entry in entries:
        named = reading.text(entry.get("customerOrderId"))
        if named and named != customer_order_id:
            others += 1
            continue
        purchase_order = _purchase_order(entry, asked) if named else None
        if purchase_order is None:
            unreadable += 1
        else:
            read.append(purchase_order)
    if others:
        _log.warning("walmart sent other orders too", customer_order_id=customer_order_id, count=others)
    if unreadable:
        _log.warning("walmart order not readable", customer_order_id=customer_order_id, count=unreadable)
        if not read:
            raise unexpected_shape()
    return tuple(read)


def put_together(
    customer_order_id: str, purchase_orders: Iterable[PurchaseOrder], *, fetched_at: datetime
) -> Order | None:
    """Merge what several calls have found; the same answers give the same order whichever came first.

    A purchase order that was sent twice counts once. Amounts in another currency than the first one's become
    empty, because no order has two and a sum over both would be wrong.
    """
    unique: dict[str, PurchaseOrder] = {}
    for purchase_order in purchase_orders:
        unique.setdefault(purchase_order.purchase_order_id, purchase_order)
    ordered = sorted(unique.values(), key=lambda each: (each.ordered_at, each.purchase_order_id))
    if not ordered:
        return None
    return Order(customer_order_id, _in_one_currency(ordered), fetched_at)


def _entries(answer: Mapping[str, object]) -> list[Mapping[str, object]]:
    if "purchaseOrderId" in answer or isinstance(answer.get("order"), dict):
        return [_unwrapped(answer)]
    listed = answer.get("list")
    if not isinstance(listed, dict) or "elements" not in listed:
        raise unexpected_shape(complaint_in(answer).code)
    elements = listed["elements"]
    if elements is None:
        return []
    if not isinstance(elements, dict) or not isinstance(orders := elements.get("order"), list | dict | None):
        raise unexpected_shape()
    return [_unwrapped(entry) for entry in reading.objects(orders)]


def _unwrapped(entry: Mapping[str, object]) -> Mapping[str, object]:
    """Take a single order out of its wrapper, which Walmart has been seen to leave on inside a list as well."""
    inner = entry.get("order")
    return inner if isinstance(inner, dict) else entry


def _purchase_order(entry: Mapping[str, object], asked: ShipNodeType) -> PurchaseOrder | None:
    shipping = reading.mapping(entry.get("shippingInfo"))
    identifier = reading.text(entry.get("purchaseOrderId"), limit=40)
    ordered_at = reading.instant(entry.get("orderDate")) or _earliest_date(entry, shipping)
    if not identifier or ordered_at is None:
        return None
    address = reading.mail_address(entry.get("customerEmailId"))
    node = reading.text(reading.mapping(entry.get("shipNode")).get("type"))
    return PurchaseOrder(
        purchase_order_id=identifier,
        customer_order_id=reading.text(entry.get("customerOrderId"), limit=40),
        buyer_relay_email=None if address and address.lower() == _PLACEHOLDER_ADDRESS else address,
        ordered_at=ordered_at,
        order_type=reading.text(entry.get("orderType"), limit=60) or None,
        ship_node=_SHIP_NODES.get(node.lower(), asked),
        ship_method=reading.text(shipping.get("methodCode"), limit=60) or None,
        estimated_ship_date=reading.instant(shipping.get("estimatedShipDate")),
        estimated_delivery_date=reading.instant(shipping.get("estimatedDeliveryDate")),
        recipient=_recipient(shipping),
        lines=order_lines(entry),
    )


def _earliest_date(entry: Mapping[str, object], shipping: Mapping[str, object]) -> datetime | None:
    """Stand in for a missing order date: nothing of an order is dated before it."""
    estimated = reading.instant(shipping.get("estimatedShipDate"))
    return min([*status_dates(entry), *([estimated] if estimated else [])], default=None)


def _recipient(shipping: Mapping[str, object]) -> Recipient | None:
    address = reading.mapping(shipping.get("postalAddress"))
    name, city, state, postal_code, country = (
        reading.text(address.get(key)) for key in ("name", "city", "state", "postalCode", "country")
    )
    street = ", ".join(filter(None, (reading.text(address.get(key)) for key in ("address1", "address2"))))
    phone = reading.text(shipping.get("phone"), limit=60) or None
    if not any((name, street, city, state, postal_code, country, phone)):
        return None
    return Recipient(name, phone, street, city, state, postal_code, country)


def _in_one_currency(purchase_orders: list[PurchaseOrder]) -> tuple[PurchaseOrder, ...]:
    amounts = [
        amount
        for purchase_order in purchase_orders
        for line in purchase_order.lines
        for amount in (line.item_charges, line.shipping_charges, line.tax)
        if amount
    ]
    if len({amount.currency for amount in amounts}) <= 1:
        return tuple(purchase_orders)
    currency = amounts[0].currency
    _log.warning("walmart order in two currencies", purchase_order_id=purchase_orders[0].purchase_order_id)

    def only(amount: Money | None) -> Money | None:
        return amount if amount and amount.currency == currency else None

    return tuple(
        replace(
            purchase_order,
            lines=tuple(
                replace(
                    line,
                    item_charges=only(line.item_charges),
                    shipping_charges=only(line.shipping_charges),
                    tax=only(line.tax),
                )
                for line in purchase_order.lines
            ),
        )
        for purchase_order in purchase_orders
    )
