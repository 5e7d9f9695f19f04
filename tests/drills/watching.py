"""What stands between the product and its ports in a drilled process: it dies, or stands still, at an exact boundary."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any, cast

from bot.app import Change
from bot.application import Adapters
from tests.drills.boundaries import CALLS, ROOT, Side, Site, all_boundaries

_DEEPEST = 60


@dataclass(slots=True)
class Order:
    """At the `turn`-th time that a process comes to a boundary, it gets the signal: it dies, or it stands still."""

    boundary: int
    turn: int
    ends_with: signal.Signals = signal.SIGKILL


class Watch:
    """`tell` is called in the process itself, right before its signal, with the boundary's number."""

    def __init__(self, orders: Sequence[Order], tell: Callable[[int, signal.Signals], None]) -> None:
        self._sites = {(boundary.site, boundary.side): n for n, boundary in enumerate(all_boundaries())}
        self._calls = {boundary.site for boundary in all_boundaries()}
        self._orders = {order.boundary: order for order in orders}
        self._tell = tell

    def site(self, call: str) -> Site | None:
        """The product's own line that leads to this call; None for one that is on no trip."""
        frame: FrameType | None = sys._getframe(2)
        for _step in range(_DEEPEST):
            if frame is None:
                return None
            site = Site(_function(frame), call)
            if site in self._calls:
                return site
            frame = frame.f_back
        return None

    def reach(self, site: Site, side: Side) -> None:
        number = self._sites[site, side]
        order = self._orders.get(number)
        if order is None:
            return
        order.turn -= 1
        if order.turn:
            return
        del self._orders[number]
        self._tell(number, order.ends_with)
        os.kill(os.getpid(), order.ends_with)


def _function(frame: FrameType) -> str:
    path = frame.f_code.co_filename.removeprefix(f"{ROOT}/").removesuffix(".py")
    # What stands inside of a function belongs to it: a lambda, a comprehension.
    qualified = frame.f_code.co_qualname.partition(".<locals>")[0]
    return f"{path.replace('/', '.')}.{qualified}"


@dataclass
class Watched:
    """An adapter whose calls are boundaries; everything else is the adapter's own."""

    adapter: object
    name: str
    watch: Watch

    def __getattr__(self, attribute: str) -> Any:
        own = getattr(self.adapter, attribute)
        if attribute not in CALLS[self.name]:
            return own
        return watched(self.watch, f"{self.name}.{attribute}", own)


def watched(watch: Watch, call: str, act: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    async def watched_call(*arguments: object, **named: object) -> object:
        site = watch.site(call)
        if site is None:
            return await act(*arguments, **named)
        watch.reach(site, Side.BEFORE)
        answer = await act(*arguments, **named)
        watch.reach(site, Side.AFTER)
        return answer

    return watched_call


@dataclass
class WatchedSource:
    """A mail source: opening a session is a call of its own, and so is each of the session's."""

    source: Any
    watch: Watch

    @asynccontextmanager
    async def open(self, *arguments: object) -> AsyncIterator[object]:
        # Its opener stands behind the machinery of `async with`, which adds no line of the product's.
        site = self.watch.site("source.open")
        if site is not None:
            self.watch.reach(site, Side.BEFORE)
        async with self.source.open(*arguments) as session:
            if site is not None:
                self.watch.reach(site, Side.AFTER)
            yield Watched(session, "session", self.watch)

    async def check(self, *arguments: object) -> object:
        return await self.source.check(*arguments)


def under(watch: Watch) -> Change:
    """The product's adapters, with a watch before and after each call."""

    def change(adapters: Adapters) -> Adapters:
        # The queue and the leases share this very store; what they do goes the same way.
        store = cast("Any", adapters.store)
        for call in CALLS["store"]:
            setattr(store, call, watched(watch, f"store.{call}", getattr(store, call)))
        chats = {
            platform: replace(
                chat,
                connection=Watched(chat.connection, "connection", watch),
                directory=Watched(chat.directory, "directory", watch),
                files=Watched(chat.files, "files", watch),
            )
            for platform, chat in adapters.chats.items()
        }
        return replace(
            adapters,
            leases=cast("Any", Watched(adapters.leases, "leases", watch)),
            source=cast("Any", WatchedSource(adapters.source, watch)),
            postman=cast("Any", Watched(adapters.postman, "postman", watch)),
            reader=cast("Any", Watched(adapters.reader, "reader", watch)),
            marketplace=cast("Any", Watched(adapters.marketplace, "marketplace", watch)),
            chats=chats,
        )

    return change
