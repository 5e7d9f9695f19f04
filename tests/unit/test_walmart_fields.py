"""The 32 attributes: their names, their defaults, and what each makes of an order, nulls and all."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.fields import by_default, folded
from bot.domain.orders import Order, ShipNodeType
from bot.domain.walmart_fields import Attribute, LetterFacts, SiteFacts, order_values
from integrations.walmart.orders import put_together, read_purchase_orders
from tests.adapters.walmart_documents import ID, Json, line, listed, purchase

NOW = datetime(2026, 11, 23, tzinfo=UTC)
REQUIREMENTS = Path(__file__).resolve().parents[2] / "../shared/features.md"


def an_order(*purchases: Json) -> Order:
    answer = json.loads(json.dumps(listed(*purchases)), parse_float=Decimal)
    read = read_purchase_orders(answer, customer_order_id=ID, asked=ShipNodeType.SELLER)
    order = put_together(ID, read, fetched_at=NOW)
    assert order is not None
    return order


def status(word: str, quantity: str, tracking: Json | None = None) -> Json:
    return {"status": word, "statusQuantity": {"amount": quantity}, "trackingInfo": tracking}


def with_statuses(*statuses: Json) -> Json:
    return {"orderLineStatuses": {"orderLineStatus": list(statuses)}}


def test_they_are_the_32_of_the_list_with_its_names_and_defaults() -> None:
    if not REQUIREMENTS.exists():
        pytest.skip("the requirements are not beside this checkout")
    rows = REQUIREMENTS.read_text(encoding="utf-8").partition("### 1.4")[2].partition("## 4")[0]
    listed_names = [row for row in rows.splitlines() if row.startswith("| ") and " Walmart " in row]
    short = [row.split("|") for row in listed_names]
    expected: list[tuple[str, str, bool]] = []
    for _, keys, names, _source, default, *_end in short:
        written = [name.strip().replace("… ", "Walmart Recipient ") for name in names.split(",")]
        expected += [
            (key.strip(), name, default.strip() == "on") for key, name in zip(keys.split(","), written, strict=True)
        ]
    assert len(expected) == 32
    assert [(each, each.field_name, by_default(each).enabled) for each in Attribute] == expected


def test_personal_ones_are_off_and_nothing_has_a_field_before_an_admin_makes_one() -> None:
    defaults = [by_default(attribute) for attribute in Attribute]
    assert [each.attribute for each in defaults if not each.enabled] == [each for each in Attribute if each.personal]
    assert sum(each.enabled for each in defaults) == 24
    assert {each.field for each in defaults} == {None}


def test_a_plain_order() -> None:
    told = order_values(an_order(purchase()))
    assert told == {
        Attribute.CUSTOMER_ORDER_ID: "200011419023224",
        Attribute.PURCHASE_ORDER_ID: "108829272810783",
        Attribute.ORDER_TYPE: "REGULAR",
        Attribute.ORDER_DATE: "2026-11-22T08:57:35Z",
        Attribute.ORDER_STATUS: "Acknowledged",
        Attribute.ORDER_TOTAL: "31.94",
        Attribute.CURRENCY: "USD",
        Attribute.TAX_TOTAL: "2.06",
        Attribute.SHIPPING_CHARGE: "5.99",
        Attribute.SKU: "GP-1",
        Attribute.ITEM_NAME: "Garlic press, steel",
        Attribute.QUANTITY: "1",
        Attribute.SHIP_METHOD: "Value",
        Attribute.ESTIMATED_SHIP_DATE: "2026-11-24T06:00:00Z",
        Attribute.ESTIMATED_DELIVERY_DATE: "2026-11-28T21:06:40Z",
        Attribute.CARRIER: "",
        Attribute.TRACKING_NUMBER: "",
        Attribute.TRACKING_URL: "",
        Attribute.FULFILLMENT_TYPE: "SellerFulfilled",
        Attribute.RECIPIENT_NAME: "Maria Gonzalez",
        Attribute.RECIPIENT_PHONE: "2175550143",
        Attribute.RECIPIENT_STREET: "1401 Elm St",
        Attribute.RECIPIENT_CITY: "Springfield",
        Attribute.RECIPIENT_STATE: "IL",
        Attribute.RECIPIENT_POSTAL_CODE: "62701",
        Attribute.RECIPIENT_COUNTRY: "USA",
        Attribute.BUYER_RELAY_EMAIL: "3A31739D8B0A45A1B23F7F8C81C8747F@relay.walmart.com",
    }


def test_letter_site_and_order_tell_all_of_them_between_them() -> None:
    told = {*SiteFacts(None, None, None).values(), *LetterFacts("", None, None).values()}
    assert told | {*order_values(an_order(purchase()))} == {*Attribute}


def test_several_lines_keep_their_places_and_what_is_equal_is_said_once() -> None:
    by_ups: Json = {"carrierName": {"carrier": None, "otherCarrier": "Parcel Pete"}, "trackingNumber": "PP1"}
    by_fedex: Json = {"carrierName": {"carrier": "FedEx"}, "trackingNumber": "612"}
    order = an_order(
        purchase(
            line(
                orderLineQuantity={"amount": "3"},
                **with_statuses(status("Shipped", "2", by_ups), status("Cancelled", "1")),
            ),
            line(item={"productName": None, "sku": None}, **with_statuses(status("Shipped", "1", by_fedex))),
            line(item={"productName": "Peeler", "sku": "PL-2"}, **with_statuses(status("Delivered", "1", by_ups))),
        )
    )
    told = order_values(order)
    assert told[Attribute.ORDER_STATUS] == "3 Shipped; 1 Cancelled; 1 Delivered"
    assert told[Attribute.SKU] == "GP-1; ; PL-2"
    assert told[Attribute.ITEM_NAME] == "Garlic press, steel; ; Peeler"
    assert told[Attribute.QUANTITY] == "3; 1; 1"
    assert told[Attribute.CARRIER] == "Parcel Pete; FedEx"
    assert told[Attribute.TRACKING_NUMBER] == "PP1; 612"
    assert told[Attribute.ORDER_TOTAL] == "95.82"


def test_two_purchase_orders_of_one_customer_order() -> None:
    other = purchase(purchaseOrderId="2", orderDate=1795337856000, orderType=None, shipNode={"type": "WFSFulfilled"})
    told = order_values(an_order(purchase(), other))
    assert told[Attribute.PURCHASE_ORDER_ID] == "108829272810783; 2"
    assert told[Attribute.ORDER_DATE] == "2026-11-22T08:57:35Z; 2026-11-22T08:57:36Z"
    assert told[Attribute.FULFILLMENT_TYPE] == "SellerFulfilled; WFSFulfilled"
    assert told[Attribute.RECIPIENT_CITY] == "Springfield"


@pytest.mark.parametrize("nothing", [None, {}, [], ""])
def test_null_and_nothing_give_empty_texts_and_never_an_error(nothing: object) -> None:
    bare = purchase(
        orderType=nothing,
        customerEmailId=nothing,
        shippingInfo=nothing,
        orderLines=nothing,
        shipNode=nothing,
    )
    told = order_values(an_order(bare))
    said = {attribute for attribute, value in told.items() if value}
    assert said == {
        Attribute.CUSTOMER_ORDER_ID,
        Attribute.PURCHASE_ORDER_ID,
        Attribute.ORDER_DATE,
        Attribute.FULFILLMENT_TYPE,
    }
    gutted = line(item=nothing, charges=nothing, orderLineQuantity=nothing, orderLineStatuses=nothing)
    told = order_values(an_order(purchase(gutted)))
    empty = (Attribute.SKU, Attribute.ITEM_NAME, Attribute.ORDER_TOTAL, Attribute.TAX_TOTAL, Attribute.CURRENCY)
    assert {told[attribute] for attribute in empty} == {""}


def test_the_placeholder_address_is_nobodys() -> None:
    assert (
        order_values(an_order(purchase(customerEmailId="nocxemail@walmartone.com")))[Attribute.BUYER_RELAY_EMAIL] == ""
    )


def test_names_that_look_alike_are_the_same_name() -> None:
    assert folded(" Walmart  SITE ") == folded("walmart site") == folded("Ｗalmart Site")
    assert folded("Straße") == folded("STRASSE")
    assert folded("Walmart Site 2") != folded("Walmart Site")
