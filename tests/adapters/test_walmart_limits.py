"""Rate limits, time-outs, sizes: a Walmart that answers too late, too much, or something else."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.sites import AccountId, Market
from bot.ports.failures import Failure, Permanent, Transient
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


async def test_a_429_stops_this_endpoint_of_this_key_and_nothing_else(
    walmart: ScriptedWalmart, client: WalmartMarketplace, clock: MovableClock
) -> None:
    walmart.answer(
        RETURNS, {"errors": [{"code": "REQUEST_THRESHOLD_VIOLATED"}]}, status=429, headers={"Retry-After": "30"}
    )

    with pytest.raises(Transient) as first:
        await client.returns(KEY, Market.US, ID)
    assert first.value.retry_after == pytest.approx(31.5)
    with pytest.raises(Transient) as second:
        await client.returns(KEY, Market.US, ID)
    assert second.value.retry_after == pytest.approx(31.5, abs=0.5)
    assert len(walmart.calls(RETURNS)) == 1

    assert await client.order(KEY, Market.US, ID) is None
    assert await client.returns(OTHER, Market.US, ID) == ()

    clock.move(timedelta(seconds=32))
    assert await client.returns(KEY, Market.US, ID) == ()


async def test_a_429_at_the_token_stops_the_token(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(TOKEN, {}, status=429)

    for _ in range(2):
        with pytest.raises(Transient) as caught:
            await client.returns(KEY, Market.US, ID)
        assert caught.value.retry_after == pytest.approx(63, abs=0.5)

    assert len(walmart.calls(TOKEN)) == 1


async def test_a_clock_that_is_set_back_does_not_stretch_a_pause(
    walmart: ScriptedWalmart, client: WalmartMarketplace, clock: MovableClock
) -> None:
    walmart.answer(RETURNS, {}, status=429)
    with pytest.raises(Transient):
        await client.returns(KEY, Market.US, ID)

    clock.move(timedelta(days=-1))

    assert await client.returns(KEY, Market.US, ID) == ()


async def test_an_endless_answer_is_cut_off(walmart: ScriptedWalmart, client: WalmartMarketplace) -> None:
    walmart.answer(RETURNS, b" " * (9 * 1024 * 1024))

    with pytest.raises(Permanent) as caught:
        await client.returns(KEY, Market.US, ID)
    assert caught.value.code == "TOO_LARGE"


async def test_a_small_answer_that_unfolds_into_a_large_one_is_cut_off(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    bomb = gzip.compress(b" " * (64 * 1024 * 1024))
    walmart.answer(RETURNS, bomb, headers={"Content-Encoding": "gzip"})

    with pytest.raises(Permanent) as caught:
        await client.returns(KEY, Market.US, ID)
    assert caught.value.code == "TOO_LARGE"


@pytest.mark.parametrize("status", [422, 429, 500])
async def test_the_token_is_not_repeated_in_a_reason(
    walmart: ScriptedWalmart, client: WalmartMarketplace, status: int
) -> None:
    said = {"errors": [{"code": "BAD_TOKEN", "description": "eyJ.first-token is bad"}]}
    walmart.answer(RETURNS, said, status=status)

    with pytest.raises(Failure) as caught:
        await client.returns(KEY, Market.US, ID)
    assert "is bad" in caught.value.reason
    assert "first-token" not in caught.value.reason


async def test_nobody_there_is_transient(clock: MovableClock) -> None:
    async with scripted_walmart() as gone:
        address = gone.api_url
    async with WalmartMarketplace(clock, api_url=address) as client:
        with pytest.raises(Transient):
            await client.order(KEY, Market.US, ID)


@asynccontextmanager
async def raw_server(greeting: bytes, drip: bytes = b"") -> AsyncIterator[str]:
    """Whoever connects is sent `greeting` and then, twenty times a second, `drip`."""
    speaking: list[asyncio.Task[None]] = []

    async def speak(writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(greeting)
            while drip:
                writer.write(drip)
                await writer.drain()
                await asyncio.sleep(0.05)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(
        lambda _, writer: speaking.append(asyncio.ensure_future(speak(writer))), "127.0.0.1", 0
    )
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in speaking:
            task.cancel()
        await asyncio.gather(*speaking, return_exceptions=True)


async def test_an_answer_that_drips_in_for_ever_is_given_up(clock: MovableClock) -> None:
    async with (
        raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", drip=b" ") as address,
        WalmartMarketplace(clock, api_url=address, timeout_seconds=0.3) as client,
    ):
        with pytest.raises(Transient, match="in time"):
            await client.order(KEY, Market.US, ID)


async def test_an_answer_that_is_no_http_is_transient(clock: MovableClock) -> None:
    async with (
        raw_server(b"220 smtp.example.com ESMTP\r\n\r\n") as address,
        WalmartMarketplace(clock, api_url=address) as client,
    ):
        with pytest.raises(Transient):
            await client.order(KEY, Market.US, ID)
