"""The stand-in's rate limits, ordered faults and records."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.walmart.server import WalmartServer
from integrations.simulator.walmart.shapes import Shape
from tests.simulator.walmart_world import START, World, headers, walmart_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with walmart_world() as started:
        yield started


async def test_a_full_bucket_is_a_429_that_says_until_when() -> None:
    clock = MovableClock(start=START)
    server = WalmartServer(clock, Faults(), limits={"GET /v3/returns": 2})
    server.add_seller("client-1", "s3cret", "Acme Home")
    await server.start()
    async with httpx.AsyncClient(base_url=server.api_url) as http:
        world = World(http=http)
        statuses = [(await world.get("/v3/returns")).status_code for _ in range(2)]
        refused = await world.get("/v3/returns")
        other = await world.get("/v3/orders")
        clock.move(timedelta(seconds=31))
        later = await world.get("/v3/returns")
    await server.stop()

    assert statuses == [404, 404]
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "30"
    assert int(refused.headers["X-Next-Replenishment-Time"]) > START.timestamp() * 1000
    assert other.status_code == later.status_code == 404


@pytest.mark.parametrize(
    "shape", [shape for shape in Shape if shape not in {Shape.NULLS, Shape.CUT_SHORT, Shape.WRONG}]
)
async def test_every_shape_of_error_can_be_ordered(world: World, shape: Shape) -> None:
    world.faults.order("walmart:GET /v3/orders", Fault(FaultKind.ERROR, code=shape, status=503, retry_after=7))

    response = await world.get("/v3/orders")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "7"
    assert ("html" in response.headers["Content-Type"]) == (shape is Shape.EDGE)
    assert (await world.get("/v3/orders")).status_code == 404


@pytest.mark.parametrize("shape", [Shape.NULLS, Shape.CUT_SHORT, Shape.WRONG])
async def test_broken_successes_can_be_ordered(world: World, shape: Shape) -> None:
    world.faults.order("walmart:GET /v3/orders", Fault(FaultKind.ERROR, code=shape))

    assert (await world.get("/v3/orders")).status_code == 200


async def test_a_connection_can_be_cut_before_and_after(world: World) -> None:
    for kind in (FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER):
        world.faults.order("walmart:GET /v3/orders", Fault(kind))
        with pytest.raises(httpx.TransportError):
            await world.get("/v3/orders")

    assert [call.status for call in world.server.records.calls("GET /v3/orders")] == [0, 0]


async def test_a_call_that_hangs_is_let_go_when_the_stand_in_stops(world: World) -> None:
    world.faults.order("walmart:GET /v3/orders", Fault(FaultKind.HANG))

    with pytest.raises(httpx.ReadTimeout):
        await world.http.get("/v3/orders", headers=headers(), timeout=0.1)
    await world.server.stop()


async def test_a_delay_runs_on_the_simulators_clock() -> None:
    clock, faults = MovableClock(start=START, rate=1000), Faults()
    server = WalmartServer(clock, faults)
    await server.start()
    faults.order("walmart:POST /v3/token", Fault(FaultKind.DELAY, seconds=60))
    async with httpx.AsyncClient(base_url=server.api_url) as http:
        await http.post("/v3/token", headers=headers())
    await server.stop()

    assert clock.now() - START >= timedelta(seconds=60)


# What is kept


async def test_calls_are_recorded_without_secrets_and_announced(world: World) -> None:
    announced: list[int] = []
    end = world.server.changes.subscribe(lambda: announced.append(1))

    await world.get("/v3/orders?sku=GP-1")
    end()
    count = len(announced)
    await world.get("/v3/orders")

    call = world.server.records.calls("GET /v3/orders")[0]
    assert (call.path, call.query, call.client_id, call.market, call.status) == (
        "/v3/orders",
        "sku=GP-1",
        "client-1",
        "us",
        404,
    )
    assert count == 2
    assert len(announced) == count
    assert "s3cret" not in repr(world.server.records.calls()) + repr(world.server.sellers.all)
