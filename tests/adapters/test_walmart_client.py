"""Looking orders up: what is asked, page by page, and what an incomplete answer means."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.domain.orders import ShipNodeType
from bot.domain.sites import AccountId, Market
from bot.ports.failures import Permanent, Transient
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from integrations.simulator.clock import MovableClock
from integrations.walmart.client import WalmartMarketplace
from tests.fakes.walmart_answers import ScriptedWalmart, scripted_walmart

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = Credentials(AccountId(1), "client-1", Secret("s3cret-of-acme"))
OTHER = Credentials(AccountId(2), "client-2", Secret("s3cret-of-other"))
ID = "200011419023224"
TOKEN, DETAIL, ORDERS, RETURNS = "POST /v3/token", "GET /v3/token/detail", "GET /v3/orders", "GET /v3/returns"
REFUSED = {"error": [{"code": "UNAUTHORIZED.GMP_GATEWAY_API", "description": "Unauthorized"}]}


def page(*purchase_order_ids: str, cursor: object = None) -> dict[str, object]:
    orders = [
        {"purchaseOrderId": each, "customerOrderId": ID, "orderDate": 1795337855000} for each in purchase_order_ids
    ]
    return {"list": {"meta": {"nextCursor": cursor}, "elements": {"order": orders}}}


@pytest.fixture
async def walmart() -> AsyncIterator[ScriptedWalmart]:
    async with scripted_walmart() as scripted:
        yield scripted


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(start=START)


@pytest.fixture
async def client(walmart: ScriptedWalmart, clock: MovableClock) -> AsyncIterator[WalmartMarketplace]:
    async with WalmartMarketplace(clock, api_url=walmart.api_url, timeout_seconds=5, jitter=lambda: 0.5) as marketplace:
        yield marketplace


async def test_an_order_is_asked_for_under_three_node_types_and_180_days(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    assert await client.order(KEY, Market.US, "2000114-19023224") is None

    targets = sorted(asked.target for asked in walmart.calls(ORDERS))
    assert targets == [
        f"/v3/orders?customerOrderId={ID}&shipNodeType={node}&createdStartDate=2026-05-27T09%3A00%3A00Z&productInfo=false&replacementInfo=true"
        for node in sorted(node.value for node in ShipNodeType)
    ]


@pytest.mark.parametrize(("market", "name"), [(Market.CA, "ca"), (Market.MX, "mx")])
async def test_canada_and_mexico_have_headers_of_their_own(
    walmart: ScriptedWalmart, client: WalmartMarketplace, market: Market, name: str
) -> None:
    await client.order(KEY, market, ID)

    assert {asked.headers["wm_market"] for asked in walmart.calls(ORDERS)} == {name}
    assert {asked.headers["wm_global_version"] for asked in walmart.calls(ORDERS)} == {"3.1"}


async def test_the_united_states_have_none(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    await client.order(KEY, Market.US, ID)

    assert all("wm_market" not in asked.headers for asked in walmart.asked)


async def test_a_cursor_is_sent_back_to_the_letter(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    cursor = "?limit=10&hasMoreElements=true&soIndex=31&poIndex=10&createdEndDate=2019-10-24T17:41:15.701Z&x=a+b%2Bc%3a!'(),*"
    walmart.answer(ORDERS, page("1", cursor=cursor))
    walmart.answer(ORDERS, page("2"), times=3)

    order = await client.order(KEY, Market.US, ID)

    assert order is not None
    assert [each.purchase_order_id for each in order.purchase_orders] == ["1", "2"]
    assert f"/v3/orders{cursor}" in [asked.target for asked in walmart.calls(ORDERS)]


async def test_a_cursor_that_repeats_ends_the_reading(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(RETURNS, {"meta": {"nextCursor": "?offset=10"}, "returnOrders": []}, times=10)

    assert await client.returns(KEY, Market.US, ID) == ()

    assert len(walmart.calls(RETURNS)) == 2


async def test_cursors_without_end_end_at_twenty_pages(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    for number in range(30):
        walmart.answer(RETURNS, {"meta": {"nextCursor": f"?offset={number}"}, "returnOrders": []})

    await client.returns(KEY, Market.US, ID)

    assert len(walmart.calls(RETURNS)) == 20


async def test_a_404_after_the_first_page_keeps_what_was_found(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    walmart.answer(ORDERS, page("1", cursor="?offset=1"), times=3)

    order = await client.order(KEY, Market.US, ID)

    assert order is not None
    assert len(order.purchase_orders) == 1


async def test_an_edge_page_with_404_is_not_no_such_order(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(ORDERS, b"<html>Not here", status=404, headers={"Content-Type": "text/html"}, times=3)

    with pytest.raises(Transient):
        await client.order(KEY, Market.US, ID)


async def test_half_an_order_is_not_shown_as_the_whole(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(ORDERS, page("1"), times=2)
    walmart.answer(ORDERS, b"", status=503)

    with pytest.raises(Transient):
        await client.order(KEY, Market.US, ID)


async def test_a_part_of_an_answer_counts_as_an_answer(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(ORDERS, page("1"), status=206, times=3)

    assert await client.order(KEY, Market.US, ID)


async def test_no_content_is_no_order(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(ORDERS, b"", status=204, times=3)

    assert await client.order(KEY, Market.US, ID) is None


async def test_a_request_that_is_refused_for_every_node_type_is_permanent(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    walmart.answer(
        ORDERS, {"errors": {"error": [{"code": "INVALID_REQUEST_PARAM.GMP_ORDER_API"}]}}, status=400, times=3
    )

    with pytest.raises(Permanent) as caught:
        await client.order(KEY, Market.US, ID)
    assert caught.value.code == "INVALID_REQUEST_PARAM.GMP_ORDER_API"


async def test_a_market_that_refuses_wfs_and_3pl_as_filters_has_no_such_orders(clock: MovableClock) -> None:
    async with scripted_walmart() as walmart, WalmartMarketplace(clock, api_url=walmart.api_url) as client:
        walmart.refuse_queries_with("WFSFulfilled", "3PLFulfilled")
        walmart.answer(ORDERS, page("1"))

        assert await client.order(KEY, Market.MX, ID)
