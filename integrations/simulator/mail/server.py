"""The mail stand-in as a whole: one submission server, one IMAP server, and Walmart's relay behind them."""

import logging
import ssl
from enum import StrEnum

from bot.domain.sites import Market
from integrations.simulator.changes import Changes
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.mail.certificate import LoopbackCertificate
from integrations.simulator.mail.folders import MailAccount
from integrations.simulator.mail.imap.server import ImapServer
from integrations.simulator.mail.post_office import PostOffice
from integrations.simulator.mail.records import Records
from integrations.simulator.mail.relay import Relay, Seller
from integrations.simulator.mail.submission import SubmissionServer


class Encryption(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailServer:
    def __init__(self, clock: MovableClock, faults: Faults, *, encryption: Encryption = Encryption.NONE) -> None:
        self.post_office = PostOffice(clock)
        self.relay = Relay(self.post_office, clock)
        self._imap = ImapServer(self.post_office.accounts, clock, faults)
        self._smtp = SubmissionServer(self.post_office, clock, faults)
        self.sellers: list[Seller] = []
        self._encryption = encryption
        self._certificate = None if encryption is Encryption.NONE else LoopbackCertificate()

    async def start(self, host: str = "127.0.0.1", *, smtp_port: int = 0, imap_port: int = 0) -> None:
        # aiosmtpd warns at every login about an attribute that it sets itself.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        context = None if self._certificate is None else self._certificate.server_context()
        implicit: ssl.SSLContext | None = context if self._encryption is Encryption.TLS else None
        start_tls: ssl.SSLContext | None = context if self._encryption is Encryption.STARTTLS else None
        await self._smtp.start(host, smtp_port, implicit=implicit, start_tls=start_tls)
        await self._imap.start(host, imap_port, implicit=implicit, start_tls=start_tls)

    async def stop(self) -> None:
        """Close both servers, cut every client off, and forget the bounces that are still under way."""
        await self.relay.stop()
        await self._smtp.stop()
        await self._imap.stop()

    @property
    def smtp_port(self) -> int:
        return self._smtp.port

    @property
    def imap_port(self) -> int:
        return self._imap.port

    @property
    def certificate_pem(self) -> str:
        """What a client has to trust; empty without encryption."""
        return "" if self._certificate is None else self._certificate.pem

    @property
    def records(self) -> Records:
        return self.post_office.records

    @property
    def changes(self) -> Changes:
        return self.post_office.changes

    def add_account(self, address: str, password: str, *, keeps_sent: bool = True) -> MailAccount:
        account = MailAccount(address, password, keeps_sent)
        self.post_office.accounts[address.lower()] = account
        return account

    def register_seller(self, name: str, market: Market, *addresses: str) -> Seller:
        """Register the customer-service contacts as in Seller Center, the primary one first."""
        seller = Seller(name, market, addresses)
        self.sellers.append(seller)
        return seller

    async def disconnect_readers(self, *, with_bye: bool) -> None:
        """End every IMAP connection, as an orderly restart of the server (BYE) or a crash (no BYE) does."""
        await self._imap.disconnect_all(with_bye=with_bye)
