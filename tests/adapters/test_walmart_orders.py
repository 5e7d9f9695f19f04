"""Purchase orders out of Walmart's JSON, in every form in which they have been seen, put together as one order."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.domain.orders import Order, PurchaseOrder, Recipient, ShipNodeType
from bot.ports.failures import Permanent
from integrations.walmart.answers import Answer, document
from integrations.walmart.orders import put_together, read_purchase_orders
from tests.adapters.walmart_documents import ID, Json, line, listed, purchase

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def read(answer: object, asked: ShipNodeType = ShipNodeType.SELLER) -> tuple[PurchaseOrder, ...]:
    exact = document(Answer(200, {}, json.dumps(answer).encode()))
    return read_purchase_orders(exact, customer_order_id=ID, asked=asked)


def whole(answer: object) -> Order:
    order = put_together(ID, read(answer), fetched_at=NOW)
    assert order is not None
    return order


def test_an_answer_of_an_unknown_form_is_a_permanent_failure_and_no_key_error() -> None:
    answers: list[Json] = [
        {},
        {"list": None},
        {"list": []},
        {"list": {"elements": []}},
        {"list": {"elements": {"order": "x"}}},
        {"order": None},
    ]
    for answer in answers:
        with pytest.raises(Permanent):
            read(answer)


def test_an_error_inside_a_success_keeps_its_code() -> None:
    with pytest.raises(Permanent) as caught:
        read({"errors": [{"code": "SYSTEM_ERROR.GMP_ORDER_API"}]})
    assert caught.value.code == "SYSTEM_ERROR.GMP_ORDER_API"


@pytest.mark.parametrize("elements", [None, {}, {"order": None}, {"order": []}])
def test_no_elements_is_no_order(elements: object) -> None:
    assert read({"list": {"meta": None, "elements": elements}}) == ()
    assert put_together(ID, (), fetched_at=NOW) is None


def test_a_whole_order_is_read() -> None:
    order = whole(listed(purchase()))

    (bought,) = order.purchase_orders
    assert bought.ordered_at == datetime(2026, 11, 22, 8, 57, 35, tzinfo=UTC)
    assert bought.ship_node is ShipNodeType.SELLER
    assert bought.ship_method == "Value"
    assert bought.buyer_relay_email == "3A31739D8B0A45A1B23F7F8C81C8747F@relay.walmart.com"
    assert bought.recipient == Recipient(
        "Maria Gonzalez", "2175550143", "1401 Elm St", "Springfield", "IL", "62701", "USA"
    )
    assert order.status_counts == (("Acknowledged", 1),)
    assert order.fetched_at == NOW


def test_a_single_order_is_read_with_and_without_its_wrapper() -> None:
    assert read({"order": purchase()}) == read(purchase()) == read(listed(purchase()))


def test_an_order_in_a_list_may_have_kept_its_wrapper() -> None:
    assert read(listed({"order": purchase()})) == read(listed(purchase()))


def test_one_order_and_one_line_may_stand_without_their_lists() -> None:
    alone = purchase(orderLines={"orderLine": line()})

    assert read({"list": {"elements": {"order": alone}}}) == read(listed(purchase()))


@pytest.mark.parametrize(
    "placeholder", ["nocxemail@walmartone.com", "NoCxEmail@WalmartOne.com", None, "", "not an address", 5]
)
def test_the_placeholder_address_is_no_address(placeholder: object) -> None:
    (bought,) = read(listed(purchase(customerEmailId=placeholder)))

    assert bought.buyer_relay_email is None


def test_an_order_survives_null_wherever_walmart_sends_one() -> None:
    order = whole(
        listed(
            purchase(
                line(
                    item=None,
                    charges=None,
                    orderLineQuantity=None,
                    orderLineStatuses=None,
                    lineNumber=None,
                    intentToCancel=None,
                ),
                customerEmailId=None,
                orderType=None,
                shippingInfo=None,
                shipNode=None,
                orderSummary=None,
                pickupPersons=None,
            )
        )
    )

    (bought,) = order.purchase_orders
    assert (bought.recipient, bought.ship_method, bought.order_type) == (None, None, None)
    assert (order.total, order.tax, order.shipping, order.recipient) == (None, None, None, None)
    assert order.lines[0].line_number == "1"


def test_a_missing_order_date_is_replaced_by_the_earliest_date_of_the_order() -> None:
    (bought,) = read(listed(purchase(line(statusDate=1795337855623), orderDate=None)))

    assert bought.ordered_at == datetime(2026, 11, 22, 8, 57, 35, 623000, tzinfo=UTC)


def test_an_unreadable_purchase_order_hides_no_other_but_alone_it_is_a_failure() -> None:
    broken = purchase(purchaseOrderId=None)

    assert len(read(listed(broken, purchase()))) == 1
    with pytest.raises(Permanent):
        read(listed(broken))


def test_another_buyers_order_is_never_shown() -> None:
    other = purchase(customerOrderId="200099999999999", purchaseOrderId="108000000000001")

    assert read(listed(other)) == ()
    assert [each.purchase_order_id for each in read(listed(other, purchase()))] == ["108829272810783"]


def test_purchase_orders_are_merged_without_repeats_in_one_order_always() -> None:
    first = purchase(purchaseOrderId="129000000000002", orderDate=1795337000000)
    second = purchase(purchaseOrderId="108000000000001", orderDate=1795338000000)

    one_way = put_together(ID, read(listed(first, second, first)), fetched_at=NOW)
    other_way = put_together(ID, read(listed(second, first)), fetched_at=NOW)

    assert one_way == other_way
    assert one_way is not None
    assert [each.purchase_order_id for each in one_way.purchase_orders] == ["129000000000002", "108000000000001"]
    assert one_way.total == Money(Decimal("63.88"), "USD")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (None, ShipNodeType.WFS),
        ({}, ShipNodeType.WFS),
        ({"type": "3PLFulfilled"}, ShipNodeType.THIRD_PARTY),
        ({"type": "Moon"}, ShipNodeType.WFS),
    ],
)
def test_a_missing_ship_node_is_the_one_that_was_asked_for(node: object, expected: ShipNodeType) -> None:
    (bought,) = read(listed(purchase(shipNode=node)), asked=ShipNodeType.WFS)

    assert bought.ship_node is expected
