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
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bot import logs
from bot.app import Change
from bot.application import Adapters
from bot.domain.people import Platform
from bot.domain.sites import Channel, Endpoint, Market, Security
from bot.ports.failures import Misconfigured
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox, NewSite
from bot.settings import Settings
from bot.under_demo import BotInProcess, BotProcess, Facts
from integrations.simulator import commands, sabotage, story
from integrations.simulator.clock import MovableClock
from integrations.simulator.trip.check import Trip
from integrations.simulator.world import World

# The check's world runs faster than the wall, so that Slack's one post a second does not make it slow. A process of
# its own lives on the wall's clock, and the world with it.
_CHECK_RATE = 3.0


async def demo(*, check: bool, restart: bool, kind: str | None, port: int) -> int:
    """Return the process's exit status. Raises `Misconfigured` when the page's port cannot be had."""
    logs.set_up("ERROR")
    logs.watch(asyncio.get_running_loop())
    if check or restart or kind:
        return await _check(restart=restart, kind=kind)
    return await _play(port)


async def simulate(port: int) -> int:
    """Only the stand-ins: a bot started elsewhere with the printed settings works in them."""
    stop = _interrupted()
    async with _open(World(), port) as world:
        print(f"The simulator's page: {world.page_url}\n\nSettings for `relaydesk run`:")
        print("\n".join(commands.exports(world)))
        print("\nSet up once, with these settings and a RELAYDESK_DATA_DIR of its own:")
        print("\n".join(commands.set_up(world)))
        print("\nThen: relaydesk run. Ctrl-C here ends the simulated world.", flush=True)
        await stop.wait()
    return 0


async def _play(port: int) -> int:
    stop = _interrupted()
    with tempfile.TemporaryDirectory(prefix="relaydesk-demo-") as directory:
        async with _open(World(), port) as world:
            bot = bot_in(world, Path(directory))
            try:
                await bot.start()
                print(f"RelayDesk is running in a simulated world. Look at it here: {world.page_url}\n", flush=True)
                await _until_first(bot.ended(), _tell(world), _tell_answers(world), stop.wait())
                print("\nStopping.")
            finally:
                await bot.stop()
    return 0


def bot_in(world: World, directory: Path) -> BotInProcess:
    """The product in this process and this world, set up and ready to be started."""
    return BotInProcess(_settings(_environment(world, directory)), _facts(world), world.clock)


async def _until_first(*works: Coroutine[object, object, object]) -> None:
    """Return when the first has ended, with the others cancelled; raises what ended it."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        ended, _going_on = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _tell(world: World) -> None:
    async for sentence in story.tell(world):
        print(f"  {sentence}", flush=True)
    print("\nNow it is yours: answer in the Slack pane, write as a buyer, order a fault.")
    print("Ctrl-C ends the demo.", flush=True)
    await asyncio.Event().wait()


async def _tell_answers(world: World) -> None:
    async for sentence in story.answers(world):
        print(f"  {sentence}", flush=True)


async def _check(*, restart: bool, kind: str | None) -> int:
    world = World(MovableClock(rate=1.0 if restart else _CHECK_RATE))
    with tempfile.TemporaryDirectory(prefix="relaydesk-check-") as directory:
        async with _open(world, 0):
            figures = await _trip(world, Path(directory), kind, restart=restart).play()
    for problem in figures.problems:
        print(problem, file=sys.stderr)
    print(json.dumps(figures.as_json()))
    return 1 if figures.problems else 0


def _trip(world: World, directory: Path, kind: str | None, *, restart: bool) -> Trip:
    environment = _environment(world, directory)
    settings, facts = _settings(environment), _facts(world)
    if restart:
        process = BotProcess(settings, facts, environment)
        return Trip(world, process, process.kill)
    return Trip(world, BotInProcess(settings, facts, world.clock, broken(kind)))


def broken(kind: str | None) -> Change:
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


# --- what a bot in a world is told -----------------------------------------------------------------------------------


def _environment(world: World, directory: Path) -> dict[str, str]:
    """What a bot in this world is started with: nothing of this shell's own settings, a data directory that goes away,
    and no port that two demos would quarrel about."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("RELAYDESK_")}
    own = {"RELAYDESK_DATA_DIR": str(directory), "RELAYDESK_HTTP__PORT": "0", "RELAYDESK_LOG_LEVEL": "ERROR"}
    return {**foreign, **world.bot_environment(), **own}


def _settings(environment: Mapping[str, str]) -> Settings:
    with _this_process_has(environment):
        return Settings()


@contextlib.contextmanager
def _this_process_has(environment: Mapping[str, str]) -> Iterator[None]:
    """Another environment for a moment; nothing else runs meanwhile."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _facts(world: World) -> Facts:
    account, mailbox, site = world.account, world.mailbox, world.site
    security = Security(mailbox.security)
    new_mailbox = NewMailbox(
        address=mailbox.address,
        imap=Endpoint(mailbox.imap_host, mailbox.imap_port, security),
        smtp=Endpoint(mailbox.smtp_host, mailbox.smtp_port, security),
        username="",
        password=Secret(mailbox.password),
        authserv_id=f"mx.{mailbox.address.partition('@')[2]}",
    )
    channels = (Channel(Platform.SLACK, site.channel),)
    new_site = NewSite(account.name, Market(site.market), site.seller_name, mailbox.address, channels)
    return Facts(account.client_id, Secret(account.client_secret), new_mailbox, new_site)


# --- a world's life --------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _open(world: World, page_port: int) -> AsyncIterator[World]:
    try:
        await world.start(page_port=page_port)
    except OSError as error:
        what = os.strerror(error.errno) if error.errno else str(error)
        raise Misconfigured(
            f"The page cannot be shown at port {page_port}: {what}. Choose another with --port; 0 takes any free one."
        ) from error
    try:
        yield world
    finally:
        await world.stop()


def _interrupted() -> asyncio.Event:
    """Set at Ctrl-C, or when the process is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
