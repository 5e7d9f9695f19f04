"""What a shop's desk depends on, and how each of it goes away and comes back."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from integrations.simulator.faults import Fault, FaultKind
from tests.contract.postgres_server import PostgresServer
from tests.journeys.shop import Shop

_FOR_LONG = 500


class Service(StrEnum):
    WALMART = "walmart"
    SLACK = "slack"
    SMTP = "smtp"
    IMAP = "imap"
    DATABASE = "database"


@dataclass
class Outage:
    """Of one shop. `server` is the shop's PostgreSQL; a database in a file does not go away by itself."""

    shop: Shop
    server: PostgresServer | None = None

    def __post_init__(self) -> None:
        self._ports = {
            Service.WALMART: urlsplit(self.shop.walmart.api_url).port or 0,
            Service.SLACK: urlsplit(self.shop.slack.api_url).port or 0,
        }

    async def begins(self, services: Collection[Service]) -> None:
        for service in services:
            match service:
                case Service.WALMART:
                    await self.shop.walmart.stop()
                case Service.SLACK:
                    await self.shop.slack.stop()
                case Service.SMTP:
                    self._refuses("smtp:CONNECT")
                case Service.IMAP:
                    self._refuses("imap:CONNECT")
                    await self.shop.mail.disconnect_readers(with_bye=False)
                case Service.DATABASE:
                    assert self.server is not None
                    await asyncio.to_thread(self.server.halt)

    async def ends(self, services: Collection[Service]) -> None:
        self.shop.faults.clear()
        if Service.DATABASE in services:
            assert self.server is not None
            await asyncio.to_thread(self.server.go)
        if Service.WALMART in services:
            await self.shop.walmart.start(port=self._ports[Service.WALMART])
        if Service.SLACK in services:
            await self.shop.slack.start(port=self._ports[Service.SLACK])

    def _refuses(self, place: str) -> None:
        self.shop.faults.order(place, Fault(FaultKind.DROP_BEFORE), times=_FOR_LONG)
