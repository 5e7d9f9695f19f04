"""The orders of the shop as JSON for the page, one entry for each order as the buyer knows it."""

from datetime import datetime
from decimal import Decimal

from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.walmart.order_book import OrderBook
from integrations.simulator.walmart.orders import OPEN, Line, PurchaseOrder

_GONE = {"Shipped", "Delivered"}


def orders_seen(book: OrderBook, now: datetime) -> list[JsonObject]:
    """The newest order first."""
    by_customer: dict[str, list[PurchaseOrder]] = {}
    for order in book.orders:
        by_customer.setdefault(order.customer_order_id, []).append(order)
    returned = {entry.customer_order_id: entry.status for entry in book.returns}
    return [_order(orders, returned.get(number, ""), now) for number, orders in reversed(by_customer.items())]


def _order(orders: list[PurchaseOrder], returned: str, now: datetime) -> JsonObject:
    first = orders[0]
    lines = [line for order in orders for line in order.lines]
    states = _states(lines)
    due = max(order.estimated_delivery_date for order in orders)
    return {
        "id": first.customer_order_id,
        "buyer": first.person.name,
        "city": f"{first.person.city}, {first.person.state}",
        "currency": first.currency,
        "total": str(sum((line.charged + line.shipping + line.tax for line in lines), Decimal(0))),
        "ordered_at": first.ordered_at.isoformat(),
        "due": due.isoformat(),
        "is_late": due < now and bool(states.keys() & (OPEN | {"Shipped"})),
        "states": [{"status": status, "quantity": quantity} for status, quantity in states.items()],
        "can_ship": bool(states.keys() & OPEN),
        "can_deliver": "Shipped" in states,
        "is_gone": bool(states) and states.keys() <= _GONE,
        "returned": returned,
        "orders": [_purchase_order(order) for order in orders],
    }


def _purchase_order(order: PurchaseOrder) -> JsonObject:
    return {
        "id": order.purchase_order_id,
        "ship_node": order.ship_node,
        "order_type": order.order_type,
        "lines": [
            {
                "name": line.product.name,
                "sku": line.product.sku,
                "quantity": line.quantity,
                "charged": str(line.charged),
                "tracking": _tracking(line),
            }
            for line in order.lines
        ],
    }


def _states(lines: list[Line]) -> dict[str, int]:
    states: dict[str, int] = {}
    for line in lines:
        for part in line.parts:
            states[part.status] = states.get(part.status, 0) + part.quantity
    return states


def _tracking(line: Line) -> list[str]:
    known = [part.tracking for part in line.parts if part.tracking is not None]
    return [f"{tracking.carrier} {tracking.number}" for tracking in known]
