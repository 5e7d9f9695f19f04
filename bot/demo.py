"""`relaydesk demo` and `relaydesk simulate`: the product between stand-ins, without any account.

Beside `bot.app` this is the only module that knows the simulator. The bot under demo is put together by the same
function as in production, from ordinary settings.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot import logs
from bot.app import Assembled, Change, assembled
from bot.application import Adapters
from bot.domain.people import Platform
from bot.domain.sites import Channel, Endpoint, Market, Security
from bot.ports.clock import Clock
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox, NewSite
from bot.settings import Settings
from integrations.simulator import sabotage
from integrations.simulator.clock import MovableClock
from integrations.simulator.trip.check import Trip
from integrations.simulator.world import World

# The check's world runs faster than the wall, so that Slack's one post a second does not make it slow. A process of
# its own lives on the wall's clock, and the world with it.
_CHECK_RATE = 3.0


async def demo(*, check: bool, restart: bool, kind: str | None, port: int) -> int:
    """Return the process's exit status."""
    if check or restart or kind:
        return await _check(restart=restart, kind=kind)
    await _play(port)
    return 0


async def simulate(port: int) -> None:
    """Only the stand-ins: a bot started elsewhere with the printed settings works in them."""
    world = World()
    await world.start(page_port=port)
    try:
        print(f"The simulator's page: {world.page_url}\n\nSettings for `relaydesk run`:")
        for name, value in world.bot_environment().items():
            print(f"export {name}={value}")
        print("\nSet up once, against the same RELAYDESK_DATA_DIR:")
        print("\n".join(_set_up_commands(world)))
        await _interrupted()
    finally:
        await world.stop()


async def _play(port: int) -> None:
    logs.set_up("ERROR")
    world = World()
    await world.start(page_port=port)
    with tempfile.TemporaryDirectory(prefix="relaydesk-demo-") as directory:
        bot = BotInProcess(world, _settings(world, Path(directory)), world.clock)
        try:
            await bot.start()
            print(f"RelayDesk is running in a simulated world. Look at it here: {world.page_url}\n")
            story = asyncio.create_task(_tell(world))
            await _interrupted()
            story.cancel()
            print("\nStopping.")
        finally:
            await bot.stop()
            await world.stop()


async def _tell(world: World) -> None:
    from integrations.simulator.story import tell

    async for sentence in tell(world):
        print(f"  {sentence}")
    print("\nNow it is yours: answer in the Slack pane, write as a buyer, order a fault. Ctrl-C ends the demo.")


async def _check(*, restart: bool, kind: str | None) -> int:
    logs.set_up("ERROR")
    world = World(MovableClock(rate=1.0 if restart else _CHECK_RATE))
    await world.start()
    with tempfile.TemporaryDirectory(prefix="relaydesk-check-") as directory:
        try:
            figures = await _trip(world, Path(directory), kind, restart=restart).play()
        finally:
            await world.stop()
    for problem in figures.problems:
        print(problem, file=sys.stderr)
    print(json.dumps(figures.as_json()))
    return 1 if figures.problems else 0


def _trip(world: World, directory: Path, kind: str | None, *, restart: bool) -> Trip:
    if restart:
        process = BotProcess(world, directory)
        return Trip(world, process, process.kill)
    return Trip(world, BotInProcess(world, _settings(world, directory), world.clock, _broken(kind)))


def _broken(kind: str | None) -> Change:
    """The product with one part broken on purpose; untouched without a kind."""
    match kind:
        case "lose":
            return lambda adapters: replace(adapters, source=sabotage.LosingSource(adapters.source))
        case "double":
            return lambda adapters: replace(adapters, postman=sabotage.DoublingPostman(adapters.postman))
        case "misaddress":
            return lambda adapters: replace(adapters, postman=sabotage.MisaddressingPostman(adapters.postman))
        case "leak":
            return _leaking
        case _:
            return lambda adapters: adapters


def _leaking(adapters: Adapters) -> Adapters:
    chats = {
        platform: replace(chat, connection=sabotage.LeakingConnection(chat.connection))
        for platform, chat in adapters.chats.items()
    }
    return replace(adapters, chats=chats)


def _environment(world: World, directory: Path) -> dict[str, str]:
    """What a bot in this world is started with: nothing of this shell's own settings, a data directory that goes away,
    and no port that two demos would quarrel about."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("RELAYDESK_")}
    own = {"RELAYDESK_DATA_DIR": str(directory), "RELAYDESK_HTTP__PORT": "0", "RELAYDESK_LOG_LEVEL": "ERROR"}
    return {**foreign, **world.bot_environment(), **own}


def _settings(world: World, directory: Path) -> Settings:
    with patched(_environment(world, directory)):
        return Settings()


@contextlib.contextmanager
def patched(environment: Mapping[str, str]) -> Iterator[None]:
    """Let this process have another environment for a moment; nothing else runs meanwhile."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


async def set_up(world: World, parts: Assembled) -> None:
    """What an operator does with `account add`, `mailbox add` and `site add`; only once in a data directory."""
    account, mailbox, site = world.account, world.mailbox, world.site
    if await parts.adapters.store.read(lambda snapshot: snapshot.sites.all()):
        return
    await parts.setting_up.add_account(account.name, account.client_id, Secret(account.client_secret))
    new_mailbox = NewMailbox(
        address=mailbox.address,
        imap=Endpoint(mailbox.imap_host, mailbox.imap_port, Security(mailbox.security)),
        smtp=Endpoint(mailbox.smtp_host, mailbox.smtp_port, Security(mailbox.security)),
        username="",
        password=Secret(mailbox.password),
        authserv_id=f"mx.{mailbox.address.partition('@')[2]}",
    )
    await parts.setting_up.add_mailbox(new_mailbox)
    channels = (Channel(Platform.SLACK, site.channel),)
    await parts.setting_up.add_site(
        NewSite(account.name, Market(site.market), site.seller_name, mailbox.address, channels)
    )


def _set_up_commands(world: World) -> list[str]:
    account, mailbox, site = world.account, world.mailbox, world.site
    add_account = (
        f"printf %s '{account.client_secret}' | relaydesk account add --name '{account.name}' "
        f"--client-id {account.client_id}"
    )
    add_mailbox = (
        f"printf %s '{mailbox.password}' | relaydesk mailbox add --address {mailbox.address} "
        f"--imap-host {mailbox.imap_host} --imap-port {mailbox.imap_port} --imap-security {mailbox.security} "
        f"--smtp-host {mailbox.smtp_host} --smtp-port {mailbox.smtp_port} --smtp-security {mailbox.security} "
        f"--authserv-id mx.{mailbox.address.partition('@')[2]}"
    )
    add_site = (
        f"relaydesk site add --account '{account.name}' --market {site.market} --seller-name '{site.seller_name}' "
        f"--mailbox {mailbox.address} --channel slack:{site.channel}"
    )
    return [add_account, add_mailbox, add_site]


@dataclass(slots=True)
class BotInProcess:
    """The product in this process and on the world's clock, so that a moved clock moves both."""

    world: World
    settings: Settings
    clock: Clock
    change: Change = lambda adapters: adapters
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _running: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        parts = await self._stack.enter_async_context(assembled(self.settings, clock=self.clock, change=self.change))
        await set_up(self.world, parts)
        self._running = asyncio.create_task(parts.application.run(self._stop))

    async def stop(self) -> None:
        self._stop.set()
        if self._running is not None:
            await self._running
        await self._stack.aclose()


@dataclass(slots=True)
class BotProcess:
    """`relaydesk run` as a process of its own, which can be killed."""

    world: World
    directory: Path
    _process: "asyncio.subprocess.Process | None" = None

    async def start(self) -> None:
        async with assembled(_settings(self.world, self.directory), alone=False) as parts:
            await set_up(self.world, parts)
        environment = _environment(self.world, self.directory)
        self._process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=environment)

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.wait()


async def _interrupted() -> None:
    """Return at Ctrl-C, or when the process is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
