"""Order lines out of Walmart's JSON: money, parts, shipments, and lines that cannot be read."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from bot.domain.money import Money
from bot.domain.orders import LineStatus, Order, ShipNodeType
from integrations.walmart.answers import Answer, document
from integrations.walmart.orders import put_together, read_purchase_orders
from tests.adapters.walmart_documents import ID, line, listed, purchase

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def whole(answer: object) -> Order:
    order = put_together(
        ID,
        read_purchase_orders(
            document(Answer(200, {}, json.dumps(answer).encode())), customer_order_id=ID, asked=ShipNodeType.SELLER
        ),
        fetched_at=NOW,
    )
    assert order is not None
    return order


def test_money_is_exact_and_the_tax_is_counted_once() -> None:
    order = whole(listed(purchase()))

    (bought,) = order.lines
    assert bought.item_charges == Money(Decimal("23.89"), "USD")
    assert bought.shipping_charges == Money(Decimal("5.99"), "USD")
    assert bought.tax == order.tax == Money(Decimal("2.06"), "USD")
    assert order.total == Money(Decimal("31.94"), "USD")


def test_quantities_of_one_line_split_over_several_statuses() -> None:
    tracking = {
        "shipDateTime": 1795400000000,
        "carrierName": {"otherCarrier": None, "carrier": "FedEx"},
        "trackingNumber": "6129",
        "trackingURL": "https://www.fedex.com/6129",
    }
    statuses = [
        {"status": "Shipped", "statusQuantity": {"amount": "2"}, "trackingInfo": tracking},
        {"status": "Acknowledged", "statusQuantity": {"amount": "1"}},
        {"status": "Cancelled", "statusQuantity": {"amount": "1"}, "cancellationReason": "SELLER_CANCEL_OUT_OF_STOCK"},
    ]
    order = whole(
        listed(purchase(line(orderLineQuantity={"amount": "4"}, orderLineStatuses={"orderLineStatus": statuses})))
    )

    (bought,) = order.lines
    assert bought.quantity == 4
    assert [(part.status, part.quantity) for part in bought.parts] == [
        (LineStatus.SHIPPED, 2),
        (LineStatus.ACKNOWLEDGED, 1),
        (LineStatus.CANCELLED, 1),
    ]
    shipment = bought.parts[0].shipment
    assert shipment is not None
    assert (shipment.carrier, shipment.tracking_number, shipment.tracking_url) == (
        "FedEx",
        "6129",
        "https://www.fedex.com/6129",
    )
    assert shipment.shipped_at == datetime(2026, 11, 23, 2, 13, 20, tzinfo=UTC)
    assert bought.parts[2].cancellation_reason == "SELLER_CANCEL_OUT_OF_STOCK"


def test_a_carrier_that_walmart_does_not_know_and_a_link_that_is_none() -> None:
    tracking = {
        "carrierName": {"carrier": None, "otherCarrier": "Bike courier"},
        "trackingNumber": "B-1",
        "trackingURL": "javascript:alert(1)",
    }
    status = {"status": "Shipped", "statusQuantity": {"amount": "1"}, "trackingInfo": tracking}

    (bought,) = whole(listed(purchase(line(orderLineStatuses={"orderLineStatus": [status]})))).lines

    shipment = bought.parts[0].shipment
    assert shipment is not None
    assert (shipment.carrier, shipment.tracking_url, shipment.shipped_at) == ("Bike courier", None, None)


def test_a_status_that_walmart_has_added_since_keeps_its_word() -> None:
    status = {"status": "Teleported", "statusQuantity": {"amount": "1"}}

    order = whole(listed(purchase(line(orderLineStatuses={"orderLineStatus": [status]}))))

    assert order.lines[0].parts[0].status is LineStatus.UNKNOWN
    assert order.status_counts == (("Teleported", 1),)


def test_the_buyers_wish_to_cancel_is_a_word() -> None:
    (bought,) = whole(listed(purchase(line(intentToCancel="true")))).lines

    assert bought.buyer_asked_walmart_to_cancel


def test_a_line_that_cannot_be_read_hides_no_other() -> None:
    order = whole(
        listed(
            purchase(
                {"lineNumber": {}, "item": [], "charges": 5, "orderLineStatuses": "x"},
                None,
                "rubbish",
                line(lineNumber="3"),
            )
        )
    )

    assert [(bought.line_number, bought.sku) for bought in order.lines] == [("1", ""), ("3", "GP-1")]
    assert order.total == Money(Decimal("31.94"), "USD")


def test_two_currencies_in_one_line_have_no_sum() -> None:
    charges = [
        {"chargeType": "PRODUCT", "chargeAmount": {"currency": currency, "amount": 9}} for currency in ("USD", "MXN")
    ]

    (bought,) = whole(listed(purchase(line(charges={"charge": charges})))).lines

    assert bought.item_charges is None


def test_two_currencies_in_one_order_are_never_added_up() -> None:
    pesos = line(
        lineNumber="2",
        charges={"charge": [{"chargeType": "PRODUCT", "chargeAmount": {"currency": "MXN", "amount": 900}}]},
    )

    order = whole(listed(purchase(line(), pesos)))

    assert order.total == Money(Decimal("31.94"), "USD")
    assert order.lines[1].item_charges is None
