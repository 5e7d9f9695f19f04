"""A mail stand-in with one seller and one buyer, and the clients through which the tests look at it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TypeVar

import aiosmtplib
from imapclient import IMAPClient

from bot.domain.sites import Market
from integrations.simulator.buyers.buyer import Buyer
from integrations.simulator.buyers.question import Purchase
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.mail.folders import Folder
from integrations.simulator.mail.records import MailKind
from integrations.simulator.mail.server import Encryption, MailServer

T = TypeVar("T")
CARE = "care@bison.example"
PASSWORD = 'pass "word"\\'
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PURCHASE = Purchase("5921679250664", "Barbie Girls' Selfie 2 Piece Pajama Set", "162457985", "BARBIE-4-10")
RAW = (
    b"From: Ann <ann@example.org>\r\nSubject: Where is\r\n my order?\r\nMessage-ID: <one@example.org>\r\n\r\n"
    b"Hello\r\n.\r\n\x00\xff\r\n"
)


class World:
    def __init__(self, encryption: Encryption = Encryption.NONE) -> None:
        self.clock = MovableClock(start=NOON)
        self.faults = Faults()
        self.server = MailServer(self.clock, self.faults, encryption=encryption)
        self.server.relay.bounce_after_seconds = 0
        self.account = self.server.add_account(CARE, PASSWORD)
        self.seller = self.server.register_seller("Bison Commerce", Market.US, CARE)
        self.buyer = Buyer(self.server, self.clock, "Ann Miller", "ann.miller@example.org")

    @property
    def inbox(self) -> Folder:
        return self.account.inbox

    def deliver(self, raw: bytes = RAW, received_at: datetime | None = None) -> int:
        return self.server.post_office.deliver(CARE, raw, kind=MailKind.OTHER, received_at=received_at).uid

    def reader(self) -> IMAPClient:
        """Return a client that has logged in and selected INBOX."""
        client = self.stranger()
        client.login(CARE, PASSWORD)
        client.select_folder("INBOX")
        return client

    def stranger(self) -> IMAPClient:
        return IMAPClient("127.0.0.1", self.server.imap_port, ssl=False, timeout=0.5)

    @asynccontextmanager
    async def sender(self, password: str = PASSWORD) -> AsyncIterator[aiosmtplib.SMTP]:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.server.smtp_port, timeout=0.5, start_tls=False)
        await client.connect()
        try:
            await client.login(CARE, password)
            yield client
        finally:
            client.close()


@asynccontextmanager
async def mail_world(encryption: Encryption = Encryption.NONE) -> AsyncIterator[World]:
    world = World(encryption)
    await world.server.start("127.0.0.1")
    try:
        yield world
    finally:
        await world.server.stop()


async def visit(work: Callable[[], T]) -> T:
    """Do blocking work with an IMAP client while the server goes on serving."""
    return await asyncio.to_thread(work)


def reply(to: str, text: str = "It ships on Monday.", *, sender: str = CARE) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Bison Commerce <{sender}>"
    mail["To"] = to
    mail["Subject"] = "RE: Message from Walmart.com Customer:  Order status, 5921679250664"
    mail["Message-ID"] = "<reply-1@bison.example>"
    mail.set_content(text)
    return mail
