"""The Walmart stand-in: as strict as Walmart where Walmart is known to be strict."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from integrations.simulator.walmart.invention import OrderKind
from tests.simulator.walmart_world import World, headers, walmart_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with walmart_world() as started:
        yield started


def found(response: httpx.Response) -> list[str]:
    return [order["purchaseOrderId"] for order in response.json()["list"]["elements"]["order"]]


# Keys and headers


async def test_a_wrong_secret_is_refused_at_the_gateway(world: World) -> None:
    response = await world.token("client-1:wrong")

    assert response.status_code == 401
    assert response.json()["error"][0]["code"] == "UNAUTHORIZED.GMP_GATEWAY_API"


async def test_a_call_without_its_headers_is_refused_and_on_record(world: World) -> None:
    for missing in ("WM_QOS.CORRELATION_ID", "WM_SVC.NAME"):
        assert (await world.http.post("/v3/token", headers=headers(**{missing: ""}))).status_code == 400

    assert [violation.what for violation in world.server.records.violations] == [
        "WM_QOS.CORRELATION_ID is missing",
        "WM_SVC.NAME is missing",
    ]


async def test_a_correlation_id_that_was_used_before_is_on_record(world: World) -> None:
    for _ in range(2):
        await world.get("/v3/orders", **{"WM_QOS.CORRELATION_ID": "the-same"})

    assert "was used before" in world.server.records.violations[0].what


async def test_a_token_ends_after_900_seconds_of_the_clock(world: World) -> None:
    value = (await world.token()).json()["access_token"]
    for step, status in ((899, 404), (2, 401)):
        world.clock.move(timedelta(seconds=step))
        response = await world.http.get("/v3/orders", headers=headers(**{"WM_SEC.ACCESS_TOKEN": value}))
        assert response.status_code == status


async def test_a_reset_key_and_its_tokens_end_at_once(world: World) -> None:
    value = (await world.token()).json()["access_token"]
    world.server.sellers.reset_secret("client-1", "renewed")

    assert (await world.http.get("/v3/orders", headers=headers(**{"WM_SEC.ACCESS_TOKEN": value}))).status_code == 401
    assert (await world.token()).status_code == 401
    assert (await world.token("client-1:renewed")).status_code == 200


async def test_without_accept_the_token_comes_as_xml_as_walmarts_does(world: World) -> None:
    basic = base64.b64encode(b"client-1:s3cret").decode()
    response = await world.http.post(
        "/v3/token",
        data={"grant_type": "client_credentials"},
        headers=headers(Authorization=f"Basic {basic}", Accept="*/*"),
    )

    assert response.text.startswith("<OAuthTokenDTO><accessToken>")


async def test_what_a_key_may_not_do_is_forbidden(world: World) -> None:
    world.server.sellers.all[0].permissions["orders"] = "no_access"

    assert (await world.get("/v3/orders")).status_code == 403
    detail = (await world.get("/v3/token/detail")).json()
    assert detail["scopes"]["orders"] == "no_access"
    assert detail["expire_at"].isdecimal()


async def test_another_market_needs_its_headers(world: World) -> None:
    order = world.book.invent(market="ca")
    target = f"/v3/orders?customerOrderId={order.customer_order_id}"

    assert (await world.get(target)).status_code == 404
    assert (await world.get(target, WM_MARKET="ca")).status_code == 400
    assert (await world.get(target, WM_MARKET="ca", WM_GLOBAL_VERSION="3.1")).status_code == 200


# Orders


async def test_nothing_found_is_a_404(world: World) -> None:
    response = await world.get("/v3/orders?customerOrderId=200000000000000")

    assert response.status_code == 404
    assert response.json()["error"][0]["code"] == "CONTENT_NOT_FOUND.GMP_ORDER_API"


async def test_without_a_start_only_seven_days_are_searched_and_never_more_than_180(world: World) -> None:
    order = world.book.invent()
    target = f"/v3/orders?customerOrderId={order.customer_order_id}"
    assert (await world.get(target)).status_code == 200

    world.clock.move(timedelta(days=5))
    assert (await world.get(target)).status_code == 404
    assert (await world.get(f"{target}&createdStartDate=2026-06-01")).status_code == 200

    world.clock.move(timedelta(days=180))
    assert (await world.get(f"{target}&createdStartDate=2026-06-01")).status_code == 404


@pytest.mark.parametrize(("kind", "node"), [(OrderKind.WFS, "WFSFulfilled"), (OrderKind.THIRD_PARTY, "3PLFulfilled")])
async def test_only_the_sellers_own_orders_are_found_unless_asked_for(world: World, kind: OrderKind, node: str) -> None:
    order = world.book.invent(kind)
    target = f"/v3/orders?customerOrderId={order.customer_order_id}"

    assert (await world.get(target)).status_code == 404
    assert found(await world.get(f"{target}&shipNodeType={node}")) == list(order.purchase_order_ids)


async def test_replacements_are_found_with_replacement_info_only(world: World) -> None:
    order = world.book.invent(OrderKind.REPLACEMENT)
    target = f"/v3/orders?customerOrderId={order.customer_order_id}"

    assert (await world.get(target)).status_code == 404
    response = await world.get(f"{target}&replacementInfo=true")
    assert response.json()["list"]["elements"]["order"][0]["orderType"] == "REPLACEMENT"


async def test_a_cursor_is_a_whole_query_and_works_only_unchanged(world: World) -> None:
    for _ in range(5):
        world.book.invent()
    seen: list[str] = []
    target: str | None = "/v3/orders?productInfo=false"
    while target:
        response = await world.get(target)
        seen += found(response)
        cursor = response.json()["list"]["meta"]["nextCursor"]
        target = f"/v3/orders{cursor}" if cursor else None

    assert len(set(seen)) == len(seen) == 5
    assert (await world.get("/v3/orders?limit=2&hasMoreElements=true&poIndex=2")).status_code == 400
    assert "nextCursor" in world.server.records.violations[-1].what


@pytest.mark.parametrize(
    "query",
    [
        "cursor=abc",
        "shipNodeType=Moon",
        "status=Lost",
        "limit=201",
        "limit=x",
        "createdStartDate=soon",
        "productInfo=maybe",
    ],
)
async def test_what_walmart_does_not_document_is_a_400(world: World, query: str) -> None:
    assert (await world.get(f"/v3/orders?{query}")).status_code == 400


async def test_one_order_comes_in_its_wrapper_by_purchase_order_number_only(world: World) -> None:
    order = world.book.invent()

    response = await world.get(f"/v3/orders/{order.purchase_order_ids[0]}")

    assert response.json()["order"]["customerOrderId"] == order.customer_order_id
    assert (await world.get(f"/v3/orders/{order.customer_order_id}")).status_code == 404


async def test_an_unknown_endpoint_is_a_404_on_record(world: World) -> None:
    assert (await world.get("/v3/returns/count")).status_code == 404
    assert "no such endpoint" in world.server.records.violations[0].what


async def test_half_a_window_of_returns_is_a_400(world: World) -> None:
    assert (await world.get("/v3/returns?returnCreationStartDate=2026-11-01")).status_code == 400


async def test_a_return_is_opened_and_completed(world: World) -> None:
    order = world.book.invent(OrderKind.DELIVERED)
    number = world.book.open_return(order.customer_order_id, reason="DEFECTIVE")
    world.book.complete_return(number)

    (returned,) = (await world.get(f"/v3/returns?customerOrderId={order.customer_order_id}")).json()["returnOrders"]

    assert returned["returnOrderId"] == number
    assert returned["returnOrderLines"][0]["currentRefundStatus"] == "REFUND_COMPLETED"
