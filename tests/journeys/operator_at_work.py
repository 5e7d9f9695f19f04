"""An operator at the command line, beside a simulated world; and the desk as a process of its own."""

import asyncio
import contextlib
import io
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.cli import main
from integrations.simulator.clock import MovableClock
from integrations.simulator.slack.messages import Message
from integrations.simulator.trip.hands import Hands
from integrations.simulator.world import World
from tests.journeys.shop import until

ROOT = Path(__file__).resolve().parents[2]
# As little waiting as a test wants, set as an operator would set it.
SHORT = {
    "TICK": "0.3",
    "MAIL_POLL": "0.3",
    "MAIL_RETRY": "0.1",
    "CHAT_LOOK": "0.5",
    "CHAT_RETRY": "0.2",
    "CHAT_RETRY_MOST": "0.3",
    "CHAT_HELLO": "1.0",
    "CARD_FOR_ORDER": "0.5",
    "JOB_RETRY": "0.1",
    "STOP": "5",
}


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


@dataclass
class Desk:
    """`relaydesk run` as a process."""

    process: asyncio.subprocess.Process
    health: str

    async def healthy(self) -> None:
        async with httpx.AsyncClient() as client:
            async with asyncio.timeout(15):
                while True:
                    with contextlib.suppress(httpx.TransportError):
                        if (await client.get(self.health)).status_code == 200:
                            return
                    await asyncio.sleep(0.05)

    async def ended(self, within: float = 15.0) -> Said:
        async with asyncio.timeout(within):
            out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return Said(self.process.returncode, out.decode(), err.decode())

    async def stopped(self, within: float = 15.0) -> Said:
        self.process.terminate()
        return await self.ended(within)


@dataclass
class Operator:
    world: World
    directory: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def environment(self) -> Mapping[str, str]:
        waits = {f"RELAYDESK_WAITS__{name}": value for name, value in SHORT.items()}
        return {**self.world.bot_environment(), **waits, "RELAYDESK_DATA_DIR": str(self.directory)}

    async def types(self, *words: str, piped: str = "", **settings: str) -> Said:
        """Run a command to its end, in a thread of its own as it would run in a process of its own."""
        with self.monkeypatch.context() as patch:
            for name, value in {**self.environment, **settings}.items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", io.StringIO(piped))
            status = await asyncio.to_thread(main, words)
        said = self.capsys.readouterr()
        return Said(status, said.out, said.err)

    async def adds_account(self, secret: str = "", name: str = "") -> Said:
        account = self.world.account
        words = ("account", "add", "--name", name or account.name, "--client-id", account.client_id)
        return await self.types(*words, piped=f"{secret or account.client_secret}\n")

    async def adds_mailbox(self, password: str = "", folders: Sequence[str] = (), **settings: str) -> Said:
        box = self.world.mailbox
        words = ["mailbox", "add", "--address", box.address, "--authserv-id", "mx.acme.example", *folders]
        for kind, host, port in (("imap", box.imap_host, box.imap_port), ("smtp", box.smtp_host, box.smtp_port)):
            words += [f"--{kind}-host", host, f"--{kind}-port", str(port), f"--{kind}-security", box.security]
        return await self.types(*words, piped=f"{password or box.password}\n", **settings)

    async def adds_site(self, **changes: str) -> Said:
        site = self.world.site
        facts = {
            "account": self.world.account.name,
            "market": site.market,
            "seller-name": site.seller_name,
            "mailbox": self.world.mailbox.address,
            "channel": f"slack:{site.channel}",
            **changes,
        }
        return await self.types(
            "site", "add", *(word for name, value in facts.items() for word in (f"--{name}", value))
        )

    async def sets_up(self) -> None:
        for said in (await self.adds_account(), await self.adds_mailbox(), await self.adds_site()):
            assert said.status == 0, said

    @asynccontextmanager
    async def starts(self, **settings: str) -> AsyncIterator[Desk]:
        """The desk in the background; killed at the end if it still runs."""
        port = free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RELAYDESK_")}
        environment = {**inherited, **self.environment, "RELAYDESK_HTTP__PORT": str(port), **settings}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), cwd=ROOT, env=environment, stdout=-1, stderr=-1
        )
        try:
            yield Desk(process, f"http://127.0.0.1:{port}/healthz")
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    # --- what the world shows ------------------------------------------------------------------------------------

    @property
    def hands(self) -> Hands:
        return Hands(self.world)

    def buyer_asks(self, words: str) -> None:
        orders = self.world.shop.orders.orders
        self.world.correspondence.ask(words, order_id=orders[0].customer_order_id)

    async def card(self, words: str) -> Message:
        await until(lambda: bool(self.hands.cards_with(words)), f"a card with {words!r}", within=15)
        return self.hands.cards_with(words)[0]


@asynccontextmanager
async def an_operator(
    directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Operator]:
    world = World(MovableClock(), slack_limits=False)
    await world.start()
    try:
        yield Operator(world, directory, monkeypatch, capsys)
    finally:
        await world.stop()
