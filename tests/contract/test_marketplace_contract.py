"""What every `Marketplace` keeps: the real client before the stand-in, and the fake."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

import pytest

from bot.domain.money import Money
from bot.domain.orders import LinePart, LineStatus, Order, OrderLine, PurchaseOrder, ShipNodeType
from bot.domain.sites import AccountId, Market
from bot.ports.failures import Misconfigured, Permanent, Transient
from bot.ports.marketplace import Credentials, KeyRefused, KeyRevoked, Marketplace, NotAllowed, Return
from bot.ports.vault import Secret
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.walmart.server import WalmartServer
from integrations.walmart.client import WalmartMarketplace
from tests.fakes.marketplace import FakeMarketplace

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = Credentials(AccountId(1), "client-1", Secret("s3cret-of-acme"))
VIEWER = Credentials(AccountId(2), "client-2", Secret("s3cret-of-viewer"))
BARRED = Credentials(AccountId(3), "client-3", Secret("s3cret-of-barred"))
CANADIAN = Credentials(AccountId(4), "client-4", Secret("s3cret-of-maple"))
NOWHERE = Credentials(AccountId(5), "client-5", Secret("s3cret-of-nowhere"))
WRONG = replace(KEY, client_secret=Secret("not it"))


class World(Protocol):
    """One marketplace in which KEY sells in us and ca, VIEWER may only read, BARRED may not see orders, CANADIAN sells
    in ca only and NOWHERE in no market."""

    @property
    def marketplace(self) -> Marketplace: ...
    @property
    def clock(self) -> MovableClock: ...

    def sell(self, market: Market) -> str: ...
    def send_back(self, customer_order_id: str) -> None: ...
    def be_down_once(self) -> None: ...
    def revoke(self) -> None: ...


class Real:
    def __init__(
        self, marketplace: WalmartMarketplace, server: WalmartServer, clock: MovableClock, faults: Faults
    ) -> None:
        self.marketplace, self.clock, self._faults = marketplace, clock, faults
        self._acme = server.add_seller("client-1", "s3cret-of-acme", "Acme Home", markets=("us", "ca"))
        server.add_seller("client-2", "s3cret-of-viewer", "Viewer", permissions={"orders": "view_only"}, seed=2)
        server.add_seller("client-3", "s3cret-of-barred", "Barred", permissions={"orders": "no_access"}, seed=3)
        server.add_seller("client-4", "s3cret-of-maple", "Maple", markets=("ca",), seed=4)
        server.add_seller("client-5", "s3cret-of-nowhere", "Nowhere", markets=(), seed=5)
        self._sellers = server.sellers

    def sell(self, market: Market) -> str:
        return self._acme.order_book.invent(market=market.value).customer_order_id

    def send_back(self, customer_order_id: str) -> None:
        self._acme.order_book.open_return(customer_order_id)

    def be_down_once(self) -> None:
        self._faults.order("walmart:GET /v3/orders", Fault(FaultKind.STATUS, status=503), times=3)

    def revoke(self) -> None:
        self._sellers.revoke("client-1")


class Faked:
    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.marketplace = FakeMarketplace(clock)
        self.marketplace.accept(KEY)
        self.marketplace.accept(VIEWER, {"orders": "view_only"})
        self.marketplace.accept(BARRED, {"orders": "no_access"})
        self.marketplace.accept(CANADIAN, markets=(Market.CA,))
        self.marketplace.accept(NOWHERE, markets=())
        self._count = 0

    def sell(self, market: Market) -> str:
        self._count += 1
        identifier = f"20001141902{self._count:04d}"
        part = LinePart(LineStatus.ACKNOWLEDGED, "Acknowledged", 1)
        line = OrderLine("1", "GP-1", "Garlic press", 1, (part,), Money(Decimal(5), "USD"), None, None)
        purchase = PurchaseOrder(
            "108829272810783", identifier, None, START, None, ShipNodeType.SELLER, None, None, None, None, (line,)
        )
        self.marketplace.put(KEY, market, Order(identifier, (purchase,), START))
        return identifier

    def send_back(self, customer_order_id: str) -> None:
        opened = Return("103738048909818825", customer_order_id, "INITIATED", None)
        self.marketplace.opened_returns["client-1", Market.US, customer_order_id] = (opened,)

    def be_down_once(self) -> None:
        self.marketplace.fail("order", Transient("Walmart could not answer (503)."))

    def revoke(self) -> None:
        self.marketplace.revoke("client-1")


@pytest.fixture(params=["real", "fake"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    clock = MovableClock(start=START)
    if request.param == "fake":
        yield Faked(clock)
        return
    faults = Faults()
    server = WalmartServer(clock, faults)
    await server.start()
    async with WalmartMarketplace(clock, api_url=server.api_url) as marketplace:
        yield Real(marketplace, server, clock, faults)
    await server.stop()
    assert server.records.violations == ()


async def test_a_refused_key_is_misconfigured_whatever_is_asked(world: World) -> None:
    identifier = world.sell(Market.US)

    with pytest.raises(Misconfigured):
        await world.marketplace.authorise(WRONG)
    with pytest.raises(Misconfigured):
        await world.marketplace.order(WRONG, Market.US, identifier)
    with pytest.raises(Misconfigured):
        await world.marketplace.returns(WRONG, Market.US, identifier)


async def test_a_refused_key_does_not_spoil_the_right_one(world: World) -> None:
    identifier = world.sell(Market.US)
    assert await world.marketplace.order(KEY, Market.US, identifier)

    with pytest.raises(Misconfigured):
        await world.marketplace.order(WRONG, Market.US, identifier)

    assert await world.marketplace.order(KEY, Market.US, identifier)


async def test_a_key_without_the_right_to_see_orders_is_misconfigured(world: World) -> None:
    assert not (await world.marketplace.authorise(BARRED)).may_read_orders
    with pytest.raises(Misconfigured):
        await world.marketplace.order(BARRED, Market.US, "200011419029999")


async def test_view_only_is_enough_to_read(world: World) -> None:
    assert (await world.marketplace.authorise(VIEWER)).may_read_orders
    assert await world.marketplace.order(VIEWER, Market.US, "200011419029999") is None


async def test_the_markets_that_show_their_orders_are_named(world: World) -> None:
    assert (await world.marketplace.authorise(KEY)).markets == (Market.US, Market.CA)
    barred = await world.marketplace.authorise(BARRED)
    assert barred.markets == ()


async def test_an_account_that_sells_in_canada_only_is_let_in(world: World) -> None:
    granted = await world.marketplace.authorise(CANADIAN)
    assert granted.may_read_orders
    assert granted.markets == (Market.CA,)


async def test_a_key_that_every_market_turns_away_is_not_allowed(world: World) -> None:
    with pytest.raises(NotAllowed):
        await world.marketplace.authorise(NOWHERE)


async def test_a_wrong_key_and_a_revoked_one_are_told_apart(world: World) -> None:
    with pytest.raises(KeyRefused) as wrong:
        await world.marketplace.authorise(WRONG)
    assert not isinstance(wrong.value, KeyRevoked)
    world.revoke()
    with pytest.raises(KeyRevoked):
        await world.marketplace.authorise(KEY)
    with pytest.raises(KeyRefused):
        await world.marketplace.order(KEY, Market.US, "200011419029999")


async def test_a_market_that_the_seller_is_not_in_is_not_allowed(world: World) -> None:
    with pytest.raises(NotAllowed):
        await world.marketplace.order(CANADIAN, Market.US, "200011419029999")


async def test_an_outage_is_transient_and_over_when_it_is_over(world: World) -> None:
    identifier = world.sell(Market.US)
    world.be_down_once()

    with pytest.raises(Transient):
        await world.marketplace.order(KEY, Market.US, identifier)

    assert await world.marketplace.order(KEY, Market.US, identifier)


@pytest.mark.parametrize("written", ["", "abc", "12345", "2000114-1902322X", "1" * 30, "2000114&sku=1"])
async def test_what_is_no_order_number_is_permanent(world: World, written: str) -> None:
    with pytest.raises(Permanent):
        await world.marketplace.order(KEY, Market.US, written)


async def test_an_unknown_order_is_none_and_has_no_returns(world: World) -> None:
    assert await world.marketplace.order(KEY, Market.US, "200011419029999") is None
    assert await world.marketplace.returns(KEY, Market.US, "200011419029999") == ()


async def test_an_order_is_found_in_its_own_market_only(world: World) -> None:
    identifier = world.sell(Market.CA)

    assert await world.marketplace.order(KEY, Market.US, identifier) is None
    assert await world.marketplace.order(KEY, Market.CA, identifier)


async def test_an_order_is_found_as_the_buyer_writes_its_number(world: World) -> None:
    identifier = world.sell(Market.US)
    written = f" {identifier[:7]}-{identifier[7:]} "

    order = await world.marketplace.order(KEY, Market.US, written)

    assert order is not None
    assert order.customer_order_id == identifier
    assert order.total is not None
    assert order.fetched_at >= START


async def test_returns_are_found_by_the_buyers_order_number(world: World) -> None:
    identifier = world.sell(Market.US)
    assert await world.marketplace.returns(KEY, Market.US, identifier) == ()

    world.send_back(identifier)

    (opened,) = await world.marketplace.returns(KEY, Market.US, identifier)
    assert (opened.customer_order_id, opened.status, opened.refund_status) == (identifier, "INITIATED", None)
