"""The 32 attributes of a Walmart ticket that may fill a custom field (features 1.4), and how each is read.

Every reading is total: what Walmart leaves out, or sends as null, is an empty text.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType

from bot.domain.money import Money
from bot.domain.orders import Order, Recipient, Shipment
from bot.domain.sites import Market

_CENT = Decimal("0.01")


class Attribute(StrEnum):
    """In the order in which they are listed everywhere."""

    SITE = "site"
    ACCOUNT_NAME = "account_name"
    SELLER_NAME = "seller_name"
    TOPIC = "topic"
    CUSTOMER_ORDER_ID = "customer_order_id"
    PURCHASE_ORDER_ID = "purchase_order_id"
    ORDER_TYPE = "order_type"
    ORDER_DATE = "order_date"
    ORDER_STATUS = "order_status"
    ORDER_TOTAL = "order_total"
    CURRENCY = "currency"
    TAX_TOTAL = "tax_total"
    SHIPPING_CHARGE = "shipping_charge"
    SKU = "sku"
    ITEM_NAME = "item_name"
    ITEM_ID = "item_id"
    QUANTITY = "quantity"
    SHIP_METHOD = "ship_method"
    ESTIMATED_SHIP_DATE = "estimated_ship_date"
    ESTIMATED_DELIVERY_DATE = "estimated_delivery_date"
    CARRIER = "carrier"
    TRACKING_NUMBER = "tracking_number"
    TRACKING_URL = "tracking_url"
    FULFILLMENT_TYPE = "fulfillment_type"
    RECIPIENT_NAME = "recipient_name"
    RECIPIENT_PHONE = "recipient_phone"
    RECIPIENT_STREET = "recipient_street"
    RECIPIENT_CITY = "recipient_city"
    RECIPIENT_STATE = "recipient_state"
    RECIPIENT_POSTAL_CODE = "recipient_postal_code"
    RECIPIENT_COUNTRY = "recipient_country"
    BUYER_RELAY_EMAIL = "buyer_relay_email"

    @property
    def field_name(self) -> str:
        """The name of the custom field that one-click configuration makes for it."""
        return "Walmart " + _WRITTEN_OTHERWISE.get(self, self.value.replace("_", " ").title())

    @property
    def personal(self) -> bool:
        """Off by default, and in clear on no card: it tells who the buyer is or where they live."""
        return self in _PERSONAL


_WRITTEN_OTHERWISE: Mapping[Attribute, str] = MappingProxyType(
    {
        Attribute.TOPIC: "Inquiry Topic",
        Attribute.CUSTOMER_ORDER_ID: "Customer Order ID",
        Attribute.PURCHASE_ORDER_ID: "Purchase Order ID",
        Attribute.SKU: "SKU",
        Attribute.ITEM_ID: "Item ID",
        Attribute.TRACKING_URL: "Tracking URL",
    }
)
_PERSONAL = frozenset(
    {
        Attribute.RECIPIENT_NAME,
        Attribute.RECIPIENT_PHONE,
        Attribute.RECIPIENT_STREET,
        Attribute.RECIPIENT_CITY,
        Attribute.RECIPIENT_STATE,
        Attribute.RECIPIENT_POSTAL_CODE,
        Attribute.RECIPIENT_COUNTRY,
        Attribute.BUYER_RELAY_EMAIL,
    }
)
# What docking says of a ticket's site. Open as long as the letter leaves the site open.
OF_SITE = (Attribute.SITE, Attribute.ACCOUNT_NAME, Attribute.SELLER_NAME)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What docking says of a site; None for what the sites that a letter may belong to do not agree on."""

    market: Market | None
    account_name: str | None
    seller_name: str | None

    def values(self) -> dict[Attribute, str | None]:
        market = self.market.upper() if self.market else None
        return dict(zip(OF_SITE, (market, self.account_name, self.seller_name), strict=True))


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What the first letter says. `order_id` is None too where only the buyer wrote it: then Walmart has to know it."""

    topic: str
    order_id: str | None
    item_id: str | None

    def values(self) -> dict[Attribute, str | None]:
        return {
            Attribute.TOPIC: self.topic,
            Attribute.CUSTOMER_ORDER_ID: self.order_id,
            Attribute.ITEM_ID: self.item_id or "",
        }


def order_values(order: Order) -> dict[Attribute, str]:
    """Everything that an order tells, as it is written into fields: several values joined by `; ` in line order,
    dates in ISO 8601, amounts as plain numbers with two decimals."""
    return {attribute: read(order) for attribute, read in _FROM_ORDER.items()}


def _joined(values: Iterable[str | None]) -> str:
    """Each value once, where it comes first."""
    return "; ".join(dict.fromkeys(value for value in values if value))


def _by_line(values: Iterable[str]) -> str:
    """One place for each line, so that the third SKU belongs to the third quantity."""
    listed = list(values)
    return "; ".join(listed) if any(listed) else ""


def _instants(values: Iterable[datetime | None]) -> str:
    return _joined(_instant(value) for value in values if value)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _amount(money: Money | None) -> str:
    return str(money.amount.quantize(_CENT, ROUND_HALF_UP)) if money else ""


def _currency(order: Order) -> str:
    amounts = (amount for line in order.lines for amount in (line.item_charges, line.shipping_charges, line.tax))
    return _joined(amount.currency for amount in amounts if amount)


def _status(order: Order) -> str:
    counts = order.status_counts
    if len(counts) == 1:
        return counts[0][0]
    return "; ".join(f"{count} {word}" for word, count in counts)


def _shipped(order: Order, read: Callable[[Shipment], str | None]) -> str:
    parts = (part for line in order.lines for part in line.parts)
    return _joined(read(part.shipment) for part in parts if part.shipment)


def _recipient(read: Callable[[Recipient], str | None]) -> Callable[[Order], str]:
    def of_order(order: Order) -> str:
        recipients = (purchase.recipient for purchase in order.purchase_orders)
        return _joined(read(recipient) for recipient in recipients if recipient)

    return of_order


_FROM_ORDER: Mapping[Attribute, Callable[[Order], str]] = MappingProxyType(
    {
        Attribute.CUSTOMER_ORDER_ID: lambda order: order.customer_order_id,
        Attribute.PURCHASE_ORDER_ID: lambda order: _joined(each.purchase_order_id for each in order.purchase_orders),
        Attribute.ORDER_TYPE: lambda order: _joined(each.order_type for each in order.purchase_orders),
        Attribute.ORDER_DATE: lambda order: _instants(each.ordered_at for each in order.purchase_orders),
        Attribute.ORDER_STATUS: _status,
        Attribute.ORDER_TOTAL: lambda order: _amount(order.total),
        Attribute.CURRENCY: _currency,
        Attribute.TAX_TOTAL: lambda order: _amount(order.tax),
        Attribute.SHIPPING_CHARGE: lambda order: _amount(order.shipping),
        Attribute.SKU: lambda order: _by_line(line.sku for line in order.lines),
        Attribute.ITEM_NAME: lambda order: _by_line(line.item_name for line in order.lines),
        Attribute.QUANTITY: lambda order: _by_line(str(line.quantity) for line in order.lines),
        Attribute.SHIP_METHOD: lambda order: _joined(each.ship_method for each in order.purchase_orders),
        Attribute.ESTIMATED_SHIP_DATE: lambda order: _instants(
            each.estimated_ship_date for each in order.purchase_orders
        ),
        Attribute.ESTIMATED_DELIVERY_DATE: lambda order: _instants(
            each.estimated_delivery_date for each in order.purchase_orders
        ),
        Attribute.CARRIER: lambda order: _shipped(order, lambda shipment: shipment.carrier),
        Attribute.TRACKING_NUMBER: lambda order: _shipped(order, lambda shipment: shipment.tracking_number),
        Attribute.TRACKING_URL: lambda order: _shipped(order, lambda shipment: shipment.tracking_url),
        Attribute.FULFILLMENT_TYPE: lambda order: _joined(each.ship_node for each in order.purchase_orders),
        Attribute.RECIPIENT_NAME: _recipient(lambda recipient: recipient.name),
        Attribute.RECIPIENT_PHONE: _recipient(lambda recipient: recipient.phone),
        Attribute.RECIPIENT_STREET: _recipient(lambda recipient: recipient.street),
        Attribute.RECIPIENT_CITY: _recipient(lambda recipient: recipient.city),
        Attribute.RECIPIENT_STATE: _recipient(lambda recipient: recipient.state),
        Attribute.RECIPIENT_POSTAL_CODE: _recipient(lambda recipient: recipient.postal_code),
        Attribute.RECIPIENT_COUNTRY: _recipient(lambda recipient: recipient.country),
        Attribute.BUYER_RELAY_EMAIL: lambda order: _joined(each.buyer_relay_email for each in order.purchase_orders),
    }
)
