"""From a Walmart order to the order component: five groups of facts, nothing personal in clear."""

from datetime import datetime

from bot.domain.events import TicketId
from bot.domain.orders import LineStatus, Order, PurchaseOrder, Recipient, Shipment, ShipNodeType
from bot.i18n import Texts
from bot.i18n.pieces import Line, Link, Piece, Plain, Strong, When
from bot.views.acts import Act, ActName, Button
from bot.views.order_panel import OrderPanel, ProductLine

_MOST_PRODUCTS = 3
_OVER = {LineStatus.DELIVERED, LineStatus.CANCELLED, LineStatus.REFUND}


def order_panel(order: Order, ticket: TicketId, _: Texts, now: datetime) -> OrderPanel:
    lines = order.lines
    hidden = len(lines) - _MOST_PRODUCTS
    return OrderPanel(
        title=order_title(order, _),
        status=order_status(order),
        total=_.money(order.total) if order.total else _("unknown"),
        taxes=_.money(order.tax) if order.tax else _("none"),
        shipping=_.money(order.shipping) if order.shipping else "",
        products=product_lines(order, _)[:_MOST_PRODUCTS],
        more_products=_.many("and {count} more product", "and {count} more products", hidden) if hidden > 0 else "",
        logistics=tuple(line for purchase in order.purchase_orders for line in logistics(purchase, _, now)),
        recipient=masked(order.recipient) if order.recipient else _("not told by Walmart"),
        show_recipient=Button(_("Show recipient"), Act(ActName.SHOW_RECIPIENT, ticket)) if order.recipient else None,
        flags=flags(order, _, now),
        as_of=_.line("As Walmart told it {at}", at=When(order.fetched_at)),
    )


def order_title(order: Order, _: Texts) -> str:
    purchases = ", ".join(purchase.purchase_order_id for purchase in order.purchase_orders)
    return _("Order {order} (PO {purchases})", order=order.customer_order_id, purchases=purchases)


def order_status(order: Order) -> str:
    """One of Walmart's words where all agree, else each with its count."""
    counts = order.status_counts
    if len(counts) == 1:
        return counts[0][0]
    return ", ".join(f"{count} {word}" for word, count in counts)


def product_lines(order: Order, _: Texts) -> tuple[ProductLine, ...]:
    return tuple(
        ProductLine(line.quantity, line.item_name, line.sku, _.money(line.item_charges) if line.item_charges else "")
        for line in order.lines
    )


def logistics(purchase: PurchaseOrder, _: Texts, now: datetime) -> list[Line]:
    shipments = list(dict.fromkeys(part.shipment for line in purchase.lines for part in line.parts if part.shipment))
    lines = [_shipment(shipment, _) for shipment in shipments] or [_.line("Not shipped yet")]
    plan: list[Piece] = []
    if purchase.estimated_ship_date and not shipments:
        plan += _.line("to be shipped by {day}", day=When(purchase.estimated_ship_date, day_only=True))
    if purchase.estimated_delivery_date:
        plan += [Plain(", ")] if plan else []
        plan += _.line("expected {day}", day=When(purchase.estimated_delivery_date, day_only=True))
    if days := _days_late(purchase, now):
        plan += [Plain("  "), Strong(_.many("LATE {count} day", "LATE {count} days", days))]
    lines += [tuple(plan)] if plan else []
    if purchase.ship_node is ShipNodeType.WFS:
        lines.append(_.line("Walmart Fulfillment Services ships this order: Walmart handles delivery and returns"))
    elif purchase.ship_node is ShipNodeType.THIRD_PARTY:
        lines.append(_.line("A third party ships this order for you"))
    return lines


def _shipment(shipment: Shipment, _: Texts) -> Line:
    number = shipment.tracking_number or _("no tracking number")
    tracking: Piece = Link(number, shipment.tracking_url) if shipment.tracking_url else Plain(number)
    carrier = shipment.carrier or _("Carrier unknown")
    if shipment.shipped_at is None:
        return _.line("{carrier} {tracking}", carrier=carrier, tracking=tracking)
    shipped = When(shipment.shipped_at, day_only=True)
    return _.line("{carrier} {tracking}, shipped {day}", carrier=carrier, tracking=tracking, day=shipped)


def _days_late(purchase: PurchaseOrder, now: datetime) -> int:
    expected = purchase.estimated_delivery_date
    under_way = any(part.status not in _OVER for line in purchase.lines for part in line.parts)
    return max((now - expected).days, 0) if expected and under_way else 0


def flags(order: Order, _: Texts, now: datetime) -> tuple[str, ...]:
    found = []
    if any(line.buyer_asked_walmart_to_cancel for line in order.lines):
        found.append(_("The buyer asked Walmart to cancel"))
    if any(line.quantity > 1 for line in order.lines):
        found.append(_("More than one of an item"))
    if any(_days_late(purchase, now) for purchase in order.purchase_orders):
        found.append(_("Late"))
    return tuple(found)


def masked(recipient: Recipient) -> str:
    place = " ".join(part for part in (recipient.state, recipient.postal_code) if part)
    return ", ".join(part for part in (recipient.masked_name, f"{recipient.city} {place}".strip()) if part)
