"""A Walmart Marketplace to talk to on this machine: tokens, orders and returns, as strict as the real one."""

import asyncio
from collections.abc import Iterable, Mapping

from aiohttp import web

from integrations.simulator.changes import Changes
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.walmart.buckets import PUBLISHED_LIMITS, Buckets
from integrations.simulator.walmart.endpoints import Endpoints
from integrations.simulator.walmart.gate import Gate, Handler
from integrations.simulator.walmart.order_book import OrderBook
from integrations.simulator.walmart.records import Records
from integrations.simulator.walmart.sellers import FULL_ACCESS, Seller, Sellers


class WalmartServer:
    """Start it, add sellers, let their order books invent orders.

    Faults are taken from the places `walmart:POST /v3/token`, `walmart:GET /v3/token/detail`,
    `walmart:GET /v3/orders`, `walmart:GET /v3/orders/{purchaseOrderId}` and `walmart:GET /v3/returns`. A fault of
    kind `ERROR` names in `code` one of `shapes.Shape`, or a code of Walmart's; both go with a `status`.
    """

    def __init__(
        self,
        clock: MovableClock,
        faults: Faults,
        *,
        limits: Mapping[str, int] = PUBLISHED_LIMITS,
        page_size: int | None = None,
    ) -> None:
        """`limits` are calls a minute by place; `page_size` makes pages small enough for a test."""
        self._clock = clock
        self._faults = faults
        self._limits = limits
        self._page_size = page_size
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()
        self.changes = Changes()
        self.records = Records(self.changes)
        self.sellers = Sellers(clock)
        self.api_url = ""

    def add_seller(
        self,
        client_id: str,
        client_secret: str,
        name: str,
        *,
        markets: Iterable[str] = ("us",),
        permissions: Mapping[str, str] = FULL_ACCESS,
        seed: int = 1,
    ) -> Seller:
        """Take a seller on; give every seller a `seed` of its own, or their orders will be the same."""
        book = OrderBook(self._clock, self.changes, seed=seed)
        seller = Seller(client_id, client_secret, name, frozenset(markets), dict(permissions), book)
        self.sellers.add(seller)
        self.changes.announce()
        return seller

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; afterwards `api_url` says where. Port 0 takes a free one."""
        self._closing.clear()
        gate = Gate(
            clock=self._clock,
            faults=self._faults,
            sellers=self.sellers,
            buckets=Buckets(self._clock, self._limits),
            records=self.records,
            closing=self._closing,
            seen=set(),
        )

        @web.middleware
        async def through_the_gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await gate.pass_through(request, handler)

        application = web.Application(middlewares=[through_the_gate])
        application.add_routes(Endpoints(self._clock, self.sellers, gate, self._page_size).routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound_host, bound_port = self._runner.addresses[0][:2]
        self.api_url = f"http://{bound_host}:{bound_port}"

    async def stop(self) -> None:
        """Stop listening and let go of every call that a fault keeps hanging; may be called twice."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
