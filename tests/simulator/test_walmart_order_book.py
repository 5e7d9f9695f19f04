"""Invented orders and what becomes of them."""

import json
from collections.abc import AsyncIterator

import pytest

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.walmart.order_book import Invented, OrderBook
from integrations.simulator.walmart.server import WalmartServer
from tests.simulator.walmart_world import START, World, walmart_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with walmart_world() as started:
        yield started


def book(seed: int = 1) -> OrderBook:
    server = WalmartServer(MovableClock(start=START, rate=0.001), Faults())
    return server.add_seller("client-1", "s3cret", "Acme Home", seed=seed).order_book


@pytest.mark.parametrize("kind", list(OrderKind))
def test_the_same_seed_invents_the_same_orders(kind: OrderKind) -> None:
    first, second = book().invent(kind), book().invent(kind)

    assert first == second
    assert first != book(seed=2).invent(kind)


@pytest.mark.parametrize("market", ["us", "ca", "mx"])
@pytest.mark.parametrize("kind", list(OrderKind))
def test_invented_orders_have_the_forms_of_live_data(kind: OrderKind, market: str) -> None:
    orders = book()
    invented: Invented = orders.invent(kind, market=market)

    assert len(invented.customer_order_id) == 15
    assert invented.customer_order_id.startswith("2000")
    assert all(len(each) == 15 and each.startswith(("108", "129")) for each in invented.purchase_order_ids)
    mailbox, _, domain = invented.relay_address.partition("@")
    assert len(mailbox) == 32
    assert mailbox == f"{int(mailbox, 16):032X}"
    assert domain == {"us": "relay.walmart.com", "ca": "relay.walmart.ca", "mx": "relay.walmart.com.mx"}[market]
    assert {order.currency for order in orders.orders} == {{"us": "USD", "ca": "CAD", "mx": "MXN"}[market]}


async def test_orders_are_answered_with_the_nulls_of_real_replies(world: World) -> None:
    order = world.book.invent(OrderKind.NULLS)

    (answered,) = (await world.get(f"/v3/orders?customerOrderId={order.customer_order_id}")).json()["list"]["elements"][
        "order"
    ]

    assert answered["shippingInfo"]["postalAddress"] is None
    assert answered["orderSummary"] is None
    assert json.dumps(answered).count("null") > 10


def test_shipping_and_cancelling_split_a_line() -> None:
    orders = book()
    order = orders.invent(OrderKind.MULTIPACK)

    orders.ship(order.customer_order_id, quantity=2, carrier="UPS", tracking_number="1Z")
    orders.cancel(order.customer_order_id, quantity=1)
    orders.ship(order.customer_order_id)
    orders.cancel(order.customer_order_id)
    orders.deliver(order.customer_order_id)

    (line,) = orders.under(order.customer_order_id)[0].lines
    assert [(part.status, part.quantity) for part in line.parts] == [
        ("Delivered", 2),
        ("Cancelled", 1),
        ("Delivered", 3),
    ]
    assert line.parts[0].tracking is not None
    assert (line.parts[0].tracking.carrier, line.parts[0].tracking.number) == ("UPS", "1Z")


def test_an_order_nobody_made_cannot_be_shipped() -> None:
    with pytest.raises(KeyError):
        book().ship("200000000000000")


async def test_an_address_becomes_ready_later(world: World) -> None:
    order = world.book.invent(OrderKind.ADDRESS_NOT_READY)
    target = f"/v3/orders/{order.purchase_order_ids[0]}"
    assert (await world.get(target)).json()["order"]["customerEmailId"] == "nocxemail@walmartone.com"

    world.book.make_address_ready(order.customer_order_id)

    assert (await world.get(target)).json()["order"]["customerEmailId"] == order.relay_address
