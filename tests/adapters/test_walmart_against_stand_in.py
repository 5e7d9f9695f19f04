"""The client before the stand-in: every kind of order, every ordered fault, and not one violation of the rules."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.orders import LineStatus, Order, ShipNodeType
from bot.domain.sites import AccountId, Market
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.walmart.order_book import Invented, OrderBook
from integrations.simulator.walmart.server import WalmartServer
from integrations.simulator.walmart.shapes import Shape
from integrations.walmart.client import WalmartMarketplace

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = Credentials(AccountId(1), "client-1", Secret("s3cret-of-acme"))
ORDERS = "walmart:GET /v3/orders"


@dataclass
class World:
    clock: MovableClock
    faults: Faults
    server: WalmartServer
    book: OrderBook
    client: WalmartMarketplace

    async def order(self, invented: Invented) -> Order:
        order = await self.client.order(KEY, Market(invented.market), invented.customer_order_id)
        assert order is not None
        return order


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock, faults = MovableClock(start=START), Faults()
    server = WalmartServer(clock, faults, page_size=1)
    seller = server.add_seller("client-1", "s3cret-of-acme", "Acme Home", markets=("us", "ca", "mx"))
    await server.start()
    async with WalmartMarketplace(clock, api_url=server.api_url, timeout_seconds=0.5) as client:
        yield World(clock, faults, server, seller.order_book, client)
    await server.stop()
    assert server.records.violations == ()


@pytest.mark.parametrize("market", list(Market))
@pytest.mark.parametrize("kind", list(OrderKind))
async def test_every_kind_of_order_is_found_in_every_market(world: World, kind: OrderKind, market: Market) -> None:
    invented = world.book.invent(kind, market=market.value)

    order = await world.order(invented)

    assert {each.purchase_order_id for each in order.purchase_orders} == set(invented.purchase_order_ids)
    assert order.lines[0].item_name
    assert order.total is not None
    assert order.total.currency == {"us": "USD", "ca": "CAD", "mx": "MXN"}[market.value]


async def test_the_amounts_are_those_of_the_order_book_to_the_cent(world: World) -> None:
    invented = world.book.invent(OrderKind.SEVERAL_PURCHASE_ORDERS)
    lines = [line for kept in world.book.under(invented.customer_order_id) for line in kept.lines]

    order = await world.order(invented)

    assert order.total is not None
    assert order.total.amount == sum((line.charged + line.shipping + line.tax for line in lines), Decimal(0))


async def test_an_order_of_several_ship_nodes_and_pages_is_put_together(world: World) -> None:
    invented = world.book.invent(OrderKind.MIXED_NODES)

    assert {each.ship_node for each in (await world.order(invented)).purchase_orders} == {
        ShipNodeType.SELLER,
        ShipNodeType.WFS,
    }


async def test_an_order_of_last_month_is_found(world: World) -> None:
    invented = world.book.invent()
    world.clock.move(timedelta(days=30))

    assert (await world.order(invented)).purchase_orders


async def test_an_order_older_than_180_days_is_gone(world: World) -> None:
    invented = world.book.invent()
    world.clock.move(timedelta(days=181))

    assert await world.client.order(KEY, Market.US, invented.customer_order_id) is None


async def test_what_happens_to_an_order_is_seen_at_the_next_look(world: World) -> None:
    invented = world.book.invent(OrderKind.MULTIPACK)
    assert (await world.order(invented)).status_counts == (("Acknowledged", 6),)

    world.book.ship(invented.customer_order_id, quantity=4, tracking_number="6129")
    world.book.cancel(invented.customer_order_id)

    order = await world.order(invented)
    assert order.status_counts == (("Shipped", 4), ("Cancelled", 2))
    shipment = order.lines[0].parts[0].shipment
    assert shipment is not None
    assert shipment.tracking_number == "6129"
    assert order.lines[0].parts[1].status is LineStatus.CANCELLED


async def test_the_relay_address_is_read_once_it_is_ready(world: World) -> None:
    invented = world.book.invent(OrderKind.ADDRESS_NOT_READY)
    assert (await world.order(invented)).purchase_orders[0].buyer_relay_email is None

    world.book.make_address_ready(invented.customer_order_id)

    assert (await world.order(invented)).purchase_orders[0].buyer_relay_email == invented.relay_address


@pytest.mark.parametrize(
    "shape", [Shape.ERRORS, Shape.GATEWAY, Shape.NESTED, Shape.SINGLE, Shape.XML, Shape.PROBLEM, Shape.EDGE]
)
@pytest.mark.parametrize(
    ("status", "word"),
    [
        (401, Misconfigured),
        (403, Misconfigured),
        (413, Permanent),
        (429, Transient),
        (500, Transient),
        (504, Transient),
    ],
)
async def test_every_shape_of_every_error_becomes_a_word(
    world: World, shape: Shape, status: int, word: type[Failure]
) -> None:
    invented = world.book.invent()
    world.faults.order(ORDERS, Fault(FaultKind.ERROR, code=shape, status=status), times=6)

    with pytest.raises(Transient if shape is Shape.EDGE else word) as caught:
        await world.client.order(KEY, Market.US, invented.customer_order_id)
    assert caught.value.code


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.DROP_BEFORE),
        Fault(FaultKind.DROP_AFTER),
        Fault(FaultKind.HANG),
        Fault(FaultKind.ERROR, code=Shape.CUT_SHORT),
    ],
)
@pytest.mark.parametrize("place", ["walmart:POST /v3/token", ORDERS])
async def test_a_bad_line_is_transient_and_passes(world: World, fault: Fault, place: str) -> None:
    invented = world.book.invent()
    world.faults.order(place, fault, times=3)
    with pytest.raises(Transient):
        await world.client.order(KEY, Market.US, invented.customer_order_id)

    world.faults.clear()

    assert (await world.order(invented)).purchase_orders


async def test_nulls_all_over_are_no_order_and_no_returns(world: World) -> None:
    world.faults.order("walmart:GET /v3/*", Fault(FaultKind.ERROR, code=Shape.NULLS), times=4)

    assert await world.client.order(KEY, Market.US, "200011419023224") is None
    assert await world.client.returns(KEY, Market.US, "200011419023224") == ()


async def test_an_unknown_form_is_permanent(world: World) -> None:
    world.faults.order(ORDERS, Fault(FaultKind.ERROR, code=Shape.WRONG), times=3)

    with pytest.raises(Permanent):
        await world.client.order(KEY, Market.US, "200011419023224")


async def test_a_token_that_ends_in_the_middle_is_replaced_unseen(world: World) -> None:
    invented = world.book.invent()
    await world.order(invented)
    world.server.sellers.revoke_tokens()

    assert (await world.order(invented)).purchase_orders


async def test_a_key_that_was_reset_is_misconfigured(world: World) -> None:
    invented = world.book.invent()
    await world.order(invented)
    world.server.sellers.reset_secret("client-1", "renewed")

    with pytest.raises(Misconfigured, match="credential rejected"):
        await world.client.order(KEY, Market.US, invented.customer_order_id)


async def test_returns_over_several_pages_are_all_read(world: World) -> None:
    invented = world.book.invent(OrderKind.DELIVERED)
    numbers = sorted(world.book.open_return(invented.customer_order_id) for _ in range(3))

    found = await world.client.returns(KEY, Market.US, invented.customer_order_id)

    assert [each.return_order_id for each in found] == numbers
