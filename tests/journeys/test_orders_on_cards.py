"""Orders as Walmart has them, on the card of the letter that names them."""

from pathlib import Path

import pytest

from integrations.simulator.walmart.invention import OrderKind
from tests.journeys.shop import brisk

ON_THE_CARD = {
    OrderKind.WFS: "Walmart Fulfillment Services ships this order",
    OrderKind.THIRD_PARTY: "A third party ships this order",
    OrderKind.PARTLY_SHIPPED: "1 Shipped, 1 Acknowledged, 1 Cancelled",
    OrderKind.CANCEL_INTENT: "The buyer asked Walmart to cancel",
    OrderKind.LATE: "LATE 1 day",
    OrderKind.MULTIPACK: "More than one of an item",
    OrderKind.NULLS: "Order",
    OrderKind.DELIVERED: "Delivered",
    OrderKind.SHIPPED: "FedEx",
    OrderKind.PRE_ORDER: "Not shipped yet",
}


@pytest.mark.parametrize(("kind", "words"), ON_THE_CARD.items())
async def test_every_kind_of_order_is_on_its_card(tmp_path: Path, kind: OrderKind, words: str) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order(kind)
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card(f"Order {order.customer_order_id} (PO {order.purchase_order_ids[0]}")
        assert words in acme.text_of(card)
        assert order.sku in acme.text_of(card)


@pytest.mark.parametrize("kind", [OrderKind.SEVERAL_PURCHASE_ORDERS, OrderKind.MIXED_NODES])
async def test_all_purchase_orders_of_an_order_are_on_its_card(tmp_path: Path, kind: OrderKind) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order(kind)
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card(order.customer_order_id)
        assert len(order.purchase_order_ids) == 2
        assert all(number in acme.text_of(card) for number in order.purchase_order_ids)


async def test_the_recipient_is_masked(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        acme.buyer("Pat Buyer").write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card("Where is my parcel?")
        (purchase,) = acme.walmart.sellers.all[0].order_book.under(order.customer_order_id)
        initials = " ".join(f"{word[0]}." for word in purchase.person.name.split())
        assert f"Recipient: {initials}" in acme.text_of(card)
        raw = str(card.content.blocks)
        assert not any(part in raw for part in (purchase.person.name, purchase.person.address1, purchase.person.phone))
