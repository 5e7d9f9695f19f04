"""Order lines out of Walmart's JSON.

A line that is an object always gives an `OrderLine`, however little of it can be read: an empty name on the
card tells an agent that there is something, a line left out tells him that there is nothing. Entries that are
no objects hold nothing to show and are passed over.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.money import Money, total
from bot.domain.orders import LinePart, LineStatus, OrderLine, Shipment
from integrations.walmart import reading

_STATUSES = {status.value.lower(): status for status in LineStatus if status is not LineStatus.UNKNOWN}


def order_lines(purchase_order: Mapping[str, object]) -> tuple[OrderLine, ...]:
    entries = reading.objects(reading.mapping(purchase_order.get("orderLines")).get("orderLine"))
    return tuple(_line(entry, position) for position, entry in enumerate(entries, start=1))


def status_dates(purchase_order: Mapping[str, object]) -> list[datetime]:
    entries = reading.objects(reading.mapping(purchase_order.get("orderLines")).get("orderLine"))
    return [date for entry in entries if (date := reading.instant(entry.get("statusDate")))]


def _line(entry: Mapping[str, object], position: int) -> OrderLine:
    item = reading.mapping(entry.get("item"))
    charges = reading.objects(reading.mapping(entry.get("charges")).get("charge"))
    statuses = reading.objects(reading.mapping(entry.get("orderLineStatuses")).get("orderLineStatus"))
    ordered = reading.quantity(entry.get("orderLineQuantity"))
    parts = tuple(_part(status, alone=ordered if len(statuses) == 1 else None) for status in statuses)
    return OrderLine(
        line_number=reading.text(entry.get("lineNumber"), limit=40) or str(position),
        sku=reading.text(item.get("sku")),
        item_name=reading.text(item.get("productName")),
        quantity=sum(part.quantity for part in parts) if ordered is None else ordered,
        parts=parts,
        item_charges=_sum(_charged(charges, "PRODUCT")),
        shipping_charges=_sum(_charged(charges, "SHIPPING")),
        tax=_sum(_taxes(charges)),
        buyer_asked_walmart_to_cancel=reading.flag(entry.get("intentToCancel")),
    )


def _part(entry: Mapping[str, object], *, alone: int | None) -> LinePart:
    """`alone` is the line's whole quantity when this is its only status, for a status without one of its own."""
    raw_status = reading.text(entry.get("status"), limit=60)
    quantity = reading.quantity(entry.get("statusQuantity"))
    return LinePart(
        status=_STATUSES.get(raw_status.lower(), LineStatus.UNKNOWN),
        raw_status=raw_status or LineStatus.UNKNOWN.value,
        quantity=(alone or 0) if quantity is None else quantity,
        cancellation_reason=reading.text(entry.get("cancellationReason")) or None,
        shipment=_shipment(reading.mapping(entry.get("trackingInfo"))),
    )


def _shipment(tracking: Mapping[str, object]) -> Shipment | None:
    carrier = tracking.get("carrierName")
    names = reading.mapping(carrier)
    shipment = Shipment(
        carrier=reading.text(names.get("carrier"))
        or reading.text(names.get("otherCarrier"))
        or reading.text(carrier)
        or None,
        tracking_number=reading.text(tracking.get("trackingNumber"), limit=100) or None,
        tracking_url=reading.web_address(tracking.get("trackingURL")),
        shipped_at=reading.instant(tracking.get("shipDateTime")),
    )
    return None if shipment == Shipment(None, None, None, None) else shipment


def _charged(charges: Iterable[Mapping[str, object]], kind: str) -> list[Money]:
    wanted = [charge for charge in charges if reading.text(charge.get("chargeType")).upper() == kind]
    return [amount for charge in wanted if (amount := reading.money(charge.get("chargeAmount")))]


def _taxes(charges: Iterable[Mapping[str, object]]) -> list[Money]:
    """Read `tax` and never `taxAndOtherFees`, which repeats it."""
    taxes = [tax for charge in charges for tax in reading.objects(charge.get("tax"))]
    return [amount for tax in taxes if (amount := reading.money(tax.get("taxAmount")))]


def _sum(amounts: list[Money]) -> Money | None:
    """Add up what shares the first amount's currency; no order mixes two, and a wrong sum is worse than none."""
    if any(amount.currency != amounts[0].currency for amount in amounts):
        return None
    return total(amounts)
