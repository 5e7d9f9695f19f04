"""Keys and tokens: where they go, how long they are good for, and what a refused one leaves behind."""

import asyncio
import base64
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.sites import AccountId, Market
from bot.ports.failures import Misconfigured, Permanent, Transient
from bot.ports.marketplace import Credentials, KeyRefused
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


# Where the keys go


@pytest.mark.parametrize(
    "api_url", ["http://marketplace.walmartapis.com", "ftp://127.0.0.1", "marketplace.walmartapis.com", ""]
)
def test_keys_never_travel_unencrypted_beyond_this_machine(api_url: str, clock: MovableClock) -> None:
    with pytest.raises(Misconfigured):
        WalmartMarketplace(clock, api_url=api_url)


async def test_a_redirect_is_not_followed_because_the_token_would_go_with_it(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    walmart.answer(ORDERS, b"", status=302, headers={"Location": "/elsewhere"}, times=3)

    with pytest.raises(Transient):
        await client.order(KEY, Market.US, ID)

    assert not walmart.calls("GET /elsewhere")


async def test_cookies_of_the_edge_network_are_not_kept(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(TOKEN, {"access_token": "eyJ.a", "expires_in": 900}, headers={"Set-Cookie": "ak_bmsc=1; Path=/"})

    await client.order(KEY, Market.US, ID)

    assert all("cookie" not in asked.headers for asked in walmart.asked)


# The token


async def test_the_token_is_asked_for_as_walmart_documents_it(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    await client.order(KEY, Market.US, ID)

    (asked,) = walmart.calls(TOKEN)
    assert asked.body == b"grant_type=client_credentials"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["wm_svc.name"] == "Walmart Marketplace"
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) == b"client-1:s3cret-of-acme"
    assert uuid.UUID(asked.headers["wm_qos.correlation_id"]).version == 4


async def test_every_call_has_its_own_correlation_id_and_no_basic_authorisation(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    await client.order(KEY, Market.US, ID)
    await client.returns(KEY, Market.US, ID)

    correlation_ids = [asked.headers["wm_qos.correlation_id"] for asked in walmart.asked]
    assert len(walmart.asked) == 5
    assert len(set(correlation_ids)) == 5
    for asked in walmart.asked[1:]:
        assert asked.headers["wm_sec.access_token"] == "eyJ.first-token"
        assert "authorization" not in asked.headers


async def test_those_who_wait_share_one_token_call(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    await asyncio.gather(*(client.order(KEY, Market.US, ID) for _ in range(5)))

    assert len(walmart.calls(TOKEN)) == 1


async def test_those_who_wait_share_a_refusal_too(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(TOKEN, REFUSED, status=401)

    outcomes = await asyncio.gather(*(client.returns(KEY, Market.US, ID) for _ in range(5)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [KeyRefused] * 5
    assert len(walmart.calls(TOKEN)) == 1


async def test_who_gives_up_waiting_does_not_take_the_token_away_from_the_others(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    impatient = asyncio.create_task(client.returns(KEY, Market.US, ID))
    patient = asyncio.create_task(client.returns(KEY, Market.US, ID))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    impatient.cancel()

    assert await patient == ()
    assert len(walmart.calls(TOKEN)) == 1


async def test_the_token_is_renewed_a_minute_before_its_end(
    walmart: ScriptedWalmart, client: WalmartMarketplace, clock: MovableClock
) -> None:
    await client.returns(KEY, Market.US, ID)
    clock.move(timedelta(seconds=830))
    await client.returns(KEY, Market.US, ID)
    assert len(walmart.calls(TOKEN)) == 1

    clock.move(timedelta(seconds=15))
    await client.returns(KEY, Market.US, ID)
    assert len(walmart.calls(TOKEN)) == 2


@pytest.mark.parametrize("lifetime", [None, "900", -5, 10**9, "soon", True])
async def test_an_absurd_lifetime_is_taken_for_900_seconds(
    walmart: ScriptedWalmart, client: WalmartMarketplace, clock: MovableClock, lifetime: object
) -> None:
    walmart.answer(TOKEN, {"access_token": "eyJ.a", "expires_in": lifetime})
    await client.returns(KEY, Market.US, ID)

    clock.move(timedelta(seconds=845))
    await client.returns(KEY, Market.US, ID)

    assert len(walmart.calls(TOKEN)) == 2


async def test_a_token_that_walmart_gave_up_early_is_replaced_once(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    await client.returns(KEY, Market.US, ID)
    walmart.answer(TOKEN, {"access_token": "eyJ.second", "expires_in": 900})
    walmart.answer(ORDERS, REFUSED, status=401, times=3)

    await client.order(KEY, Market.US, ID)

    assert len(walmart.calls(TOKEN)) == 2
    assert [asked.headers["wm_sec.access_token"] for asked in walmart.calls(ORDERS)] == ["eyJ.first-token"] * 3 + [
        "eyJ.second"
    ] * 3


async def test_a_new_token_that_is_refused_too_is_misconfigured(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    walmart.answer(RETURNS, REFUSED, status=401, times=2)

    with pytest.raises(Misconfigured):
        await client.returns(KEY, Market.US, ID)

    assert len(walmart.calls(RETURNS)) == 2
    assert len(walmart.calls(TOKEN)) == 2


async def test_a_new_secret_is_a_new_key(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    await client.returns(KEY, Market.US, ID)

    await client.returns(replace(KEY, client_secret=Secret("renewed")), Market.US, ID)

    assert [base64.b64decode(asked.headers["authorization"][6:]) for asked in walmart.calls(TOKEN)] == [
        b"client-1:s3cret-of-acme",
        b"client-1:renewed",
    ]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_rejected_key_is_misconfigured_and_nothing_of_it_is_kept(
    walmart: ScriptedWalmart, client: WalmartMarketplace, status: int
) -> None:
    await client.returns(KEY, Market.US, ID)
    walmart.answer(TOKEN, REFUSED, status=status, times=2)

    with pytest.raises(Misconfigured, match="credential rejected"):
        await client.authorise(KEY)
    with pytest.raises(Misconfigured):
        await client.returns(KEY, Market.US, ID)


async def test_a_token_in_xml_is_read(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    xml = b'<?xml version="1.0"?><OAuthTokenDTO xmlns=""><accessToken>eyJ.xml</accessToken><tokenType>Bearer</tokenType><expiresIn>900</expiresIn></OAuthTokenDTO>'
    walmart.answer(TOKEN, xml, headers={"Content-Type": "application/xml"})

    await client.returns(KEY, Market.US, ID)

    assert walmart.calls(RETURNS)[0].headers["wm_sec.access_token"] == "eyJ.xml"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"access_token": None},
        {"access_token": "a b"},
        {"access_token": "ü"},
        {"access_token": "a\r\nHost: x"},
        b"<OAuthTokenDTO/>",
        b"",
        b"<html>Reference #1.2.3",
    ],
)
async def test_an_answer_without_a_usable_token_is_transient(
    walmart: ScriptedWalmart, client: WalmartMarketplace, body: object
) -> None:
    walmart.answer(TOKEN, body)

    with pytest.raises(Transient):
        await client.returns(KEY, Market.US, ID)


async def test_an_edge_page_at_the_token_does_not_condemn_the_key(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    walmart.answer(
        TOKEN, b"<HTML>Access Denied Reference&#32;&#35;18&#46;1f", status=403, headers={"Content-Type": "text/html"}
    )

    with pytest.raises(Transient, match=r"Reference #18\.1f"):
        await client.authorise(KEY)


# What a key may do


async def test_authorising_asks_for_a_fresh_token_and_reads_what_it_may_do(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    await client.returns(KEY, Market.US, ID)
    scopes = {"orders": "view_only", "returns": "full_access", "price": "no_access", "odd": None, "": "x"}
    walmart.answer(DETAIL, {"expire_at": "1560973098000", "is_valid": True, "scopes": scopes})

    authorisation = await client.authorise(KEY)

    assert authorisation.permissions == {"orders": "view_only", "returns": "full_access", "price": "no_access"}
    assert authorisation.may_read_orders
    assert len(walmart.calls(TOKEN)) == 2


async def test_a_token_that_walmart_calls_invalid_is_misconfigured(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    walmart.answer(DETAIL, {"is_valid": False, "scopes": {}})

    with pytest.raises(Misconfigured):
        await client.authorise(KEY)


async def test_a_404_from_the_token_detail_is_a_failure_and_not_an_empty_answer(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    with pytest.raises(Permanent):
        await client.authorise(KEY)
