"""The product as a demo and its check start it, set up from ordinary settings as an operator would."""

import asyncio
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bot.app import Assembled, Change, assembled
from bot.ports.clock import Clock
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox, NewSite
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Facts:
    """What an operator types into `account add`, `mailbox add` and `site add`."""

    client_id: str
    client_secret: Secret
    mailbox: NewMailbox
    site: NewSite


async def set_up(parts: Assembled, facts: Facts) -> None:
    """Only once in a data directory."""
    if await parts.adapters.store.read(lambda snapshot: snapshot.sites.all()):
        return
    await parts.setting_up.add_account(facts.site.account, facts.client_id, facts.client_secret)
    await parts.setting_up.add_mailbox(facts.mailbox)
    await parts.setting_up.add_site(facts.site)


@dataclass(slots=True)
class BotInProcess:
    """The product in this process and on the world's clock, so that a moved clock moves both."""

    settings: Settings
    facts: Facts
    clock: Clock
    change: Change = lambda adapters: adapters
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _running: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        parts = await self._stack.enter_async_context(assembled(self.settings, clock=self.clock, change=self.change))
        await set_up(parts, self.facts)
        self._running = asyncio.create_task(parts.application.run(self._stop))

    async def ended(self) -> None:
        """Return when the product has ended by itself, which it does for a defect only; raises what ended it."""
        if self._running is not None:
            await asyncio.shield(self._running)

    async def stop(self) -> None:
        """May be called whatever became of `start`."""
        self._stop.set()
        try:
            if self._running is not None:
                await self._running
        finally:
            await self._stack.aclose()


@dataclass(slots=True)
class BotProcess:
    """`relaydesk run` as a process of its own, which can be killed. `environment` is all that it is given."""

    settings: Settings
    facts: Facts
    environment: Mapping[str, str] = field(repr=False)
    _process: "asyncio.subprocess.Process | None" = None

    async def start(self) -> None:
        async with assembled(self.settings, alone=False) as parts:
            await set_up(parts, self.facts)
        self._process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=self.environment)

    async def stop(self) -> None:
        await self._end(graceful=True)

    async def kill(self) -> None:
        await self._end(graceful=False)

    async def _end(self, *, graceful: bool) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        if graceful:
            self._process.terminate()
        else:
            self._process.kill()
        await self._process.wait()
