"""An order snapshot as JSON and back. Amounts stay exact: they are written as text, never as a float."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from bot.domain.json import Json
from bot.domain.money import Money
from bot.domain.orders import LinePart, LineStatus, Order, OrderLine, PurchaseOrder, Recipient, Shipment, ShipNodeType

# To be raised whenever a dataclass below changes: snapshots of another shape are read as absent.
SHAPE = 1

Object: TypeAlias = dict[str, Any]


def order_json(order: Order) -> Json:
    return _plain(asdict(order))


def _plain(value: object) -> Json:
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case Decimal():
            return str(value)
        case str() | int() | float() | bool() | None:
            return value
        case _:
            raise TypeError(f"an order holds a {type(value).__name__}, which has no JSON form here")


def order_from(content: Object) -> Order:
    purchases = tuple(_purchase(purchase) for purchase in content["purchase_orders"])
    return Order(content["customer_order_id"], purchases, datetime.fromisoformat(content["fetched_at"]))


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _money(value: Object | None) -> Money | None:
    return None if value is None else Money(Decimal(value["amount"]), value["currency"])


def _purchase(value: Object) -> PurchaseOrder:
    changed = {
        "ordered_at": datetime.fromisoformat(value["ordered_at"]),
        "ship_node": ShipNodeType(value["ship_node"]),
        "estimated_ship_date": _instant(value["estimated_ship_date"]),
        "estimated_delivery_date": _instant(value["estimated_delivery_date"]),
        "recipient": value["recipient"] and Recipient(**value["recipient"]),
        "lines": tuple(_line(line) for line in value["lines"]),
    }
    return PurchaseOrder(**{**value, **changed})


def _line(value: Object) -> OrderLine:
    changed = {
        "parts": tuple(_part(part) for part in value["parts"]),
        "item_charges": _money(value["item_charges"]),
        "shipping_charges": _money(value["shipping_charges"]),
        "tax": _money(value["tax"]),
    }
    return OrderLine(**{**value, **changed})


def _part(value: Object) -> LinePart:
    return LinePart(**{**value, "status": LineStatus(value["status"]), "shipment": _shipment(value["shipment"])})


def _shipment(value: Object | None) -> Shipment | None:
    return None if value is None else Shipment(**{**value, "shipped_at": _instant(value["shipped_at"])})
