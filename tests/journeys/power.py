"""A process that dies without warning: from one moment on, nothing of it reaches the database any more."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.application import Adapters
from bot.ports.store import Snapshot, Store, UnitOfWork

T = TypeVar("T")


class Power:
    """Cut with `cut`, or by itself once `transactions` have been committed; whoever asks then waits for ever."""

    def __init__(self, transactions: int | None = None) -> None:
        self.gone = asyncio.Event()
        self.committed = 0
        self._left = transactions

    def into(self, adapters: Adapters) -> Adapters:
        return replace(adapters, store=_Powered(adapters.store, self))

    def cut(self) -> None:
        self.gone.set()

    def cut_after(self, transactions: int) -> None:
        """Go on for so many more transactions."""
        self._left = self.committed + transactions

    def commit(self) -> None:
        self.committed += 1
        if self._left is not None and self.committed >= self._left:
            self.cut()


class _Powered:
    def __init__(self, store: Store, power: Power) -> None:
        self._store = store
        self._power = power

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        await self._unless_gone()
        result = await self._store.run(work)
        self._power.commit()
        await self._unless_gone()
        return result

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        await self._unless_gone()
        return await self._store.read(work)

    async def _unless_gone(self) -> None:
        if self._power.gone.is_set():
            await asyncio.get_running_loop().create_future()
