"""A Walmart stand-in with one seller, and a plain HTTP client that keeps its rules."""

import base64
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import httpx

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.walmart.order_book import OrderBook
from integrations.simulator.walmart.server import WalmartServer

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


class World(SimpleNamespace):
    clock: MovableClock
    faults: Faults
    server: WalmartServer
    book: OrderBook
    http: httpx.AsyncClient

    async def token(self, key: str = "client-1:s3cret") -> httpx.Response:
        basic = base64.b64encode(key.encode()).decode()
        body = {"grant_type": "client_credentials"}
        return await self.http.post("/v3/token", data=body, headers=headers(Authorization=f"Basic {basic}"))

    async def get(self, target: str, **changes: str) -> httpx.Response:
        value = (await self.token()).json()["access_token"]
        return await self.http.get(target, headers=headers(**{"WM_SEC.ACCESS_TOKEN": value, **changes}))


def headers(**changes: str) -> dict[str, str]:
    usual = {
        "WM_QOS.CORRELATION_ID": str(uuid.uuid4()),
        "WM_SVC.NAME": "Walmart Marketplace",
        "Accept": "application/json",
    }
    return {name: value for name, value in (usual | changes).items() if value}


@asynccontextmanager
async def walmart_world() -> AsyncIterator[World]:
    clock, faults = MovableClock(start=START), Faults()
    server = WalmartServer(clock, faults, page_size=2)
    seller = server.add_seller("client-1", "s3cret", "Acme Home", markets=("us", "ca", "mx"))
    await server.start()
    async with httpx.AsyncClient(base_url=server.api_url) as http:
        yield World(clock=clock, faults=faults, server=server, book=seller.order_book, http=http)
    await server.stop()
