"""Telling open pages that something has changed; what has changed they ask for themselves."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from integrations.simulator.shop import Shop

_HEARTBEAT_SECONDS = 15.0
# Many changes come together (a card, its file, its update); a page looks once for all of them.
_GATHER_SECONDS = 0.04


class Watching:
    """Runs on the wall's clock: a page that is looked at is outside of the simulated time."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._version = 0
        self._changed = asyncio.Event()
        self._closing = False
        self._ends: list[Callable[[], object]] = []

    def start(self) -> None:
        self._closing = False
        following = asyncio.get_running_loop().create_task(self._follow_slack())
        self._ends = [
            following.cancel,
            self._shop.mail.changes.subscribe(self.touch),
            self._shop.walmart.changes.subscribe(self.touch),
        ]

    def stop(self) -> None:
        self._closing = True
        for end in self._ends:
            end()
        self._ends = []
        self.touch()

    def touch(self) -> None:
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Send an event at once and after every change, until the page or the simulator goes away."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        seen = -1
        try:
            while not self._closing:
                changed = self._changed
                if self._version != seen:
                    seen = self._version
                    await response.write(f"data: {seen}\n\n".encode())
                    await asyncio.sleep(_GATHER_SECONDS)
                    continue
                await self._wait(changed, response)
        except ConnectionError:
            # The page was closed; nobody is left to be told.
            return response
        return response

    async def _wait(self, changed: asyncio.Event, response: web.StreamResponse) -> None:
        try:
            async with asyncio.timeout(_HEARTBEAT_SECONDS):
                await changed.wait()
        except TimeoutError:
            await response.write(b": still here\n\n")

    async def _follow_slack(self) -> None:
        async for _version in self._shop.slack.changes():
            self.touch()
