"""The places that the mail contract is held in: one face over the fake, the stand-in and a real Dovecot."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.domain.sites import Endpoint, MailAccount, MailAccountId, SecretId, Security
from bot.ports.mail import Folder, MailSource
from bot.ports.vault import Secret
from integrations.mail.imap import ImapSource
from integrations.simulator.mail.server import MailServer
from tests.contract.dovecot import Dovecot
from tests.fakes.mail import FakeMailSource

ADDRESS = "help@seller.example"
PASSWORD = Secret("pw")
NAMES = {Folder.INBOX: "INBOX", Folder.JUNK: "Junk", Folder.SENT: "Sent"}


def mailbox_at(imap_port: int, smtp_port: int = 1, *, security: Security = Security.PLAIN) -> MailAccount:
    return MailAccount(
        id=MailAccountId(1),
        address=ADDRESS,
        imap=Endpoint("127.0.0.1", imap_port, security),
        smtp=Endpoint("127.0.0.1", smtp_port, security),
        username=ADDRESS,
        password=SecretId(1),
    )


class Place(Protocol):
    @property
    def source(self) -> MailSource: ...

    @property
    def mailbox(self) -> MailAccount: ...

    def deliver(
        self, raw: bytes, received_at: datetime, folder: Folder = Folder.INBOX, *, seen: bool = False
    ) -> None: ...

    def forget_numbers(self) -> None: ...

    async def cut(self) -> None: ...


class FakePlace:
    def __init__(self) -> None:
        self.source = FakeMailSource()
        self.mailbox = mailbox_at(1)

    def deliver(self, raw: bytes, received_at: datetime, folder: Folder = Folder.INBOX, *, seen: bool = False) -> None:
        self.source.mailbox.deliver(raw, received_at, folder)

    def forget_numbers(self) -> None:
        self.source.mailbox.change_uid_validity()

    async def cut(self) -> None:
        self.source.cut()


class SimulatedPlace:
    def __init__(self, server: MailServer) -> None:
        self.source = ImapSource()
        self.mailbox = mailbox_at(server.imap_port, server.smtp_port)
        self.server = server
        self._account = server.add_account(ADDRESS, PASSWORD.reveal())

    def deliver(self, raw: bytes, received_at: datetime, folder: Folder = Folder.INBOX, *, seen: bool = False) -> None:
        place = self._account.folder(NAMES[folder])
        assert place is not None
        place.append(raw, received_at, frozenset({"\\Seen"} if seen else ()))

    def forget_numbers(self) -> None:
        place = self._account.folder("INBOX")
        assert place is not None
        place.rebuild()

    async def cut(self) -> None:
        await self.server.disconnect_readers(with_bye=True)


class DovecotPlace:
    """A user of its own for every test, because the server is shared."""

    def __init__(self, server: Dovecot) -> None:
        self.source = ImapSource()
        self._user = uuid.uuid4().hex
        self.mailbox = replace(mailbox_at(server.port, server.submission_port or 1), username=self._user)
        self._server = server

    def deliver(self, raw: bytes, received_at: datetime, folder: Folder = Folder.INBOX, *, seen: bool = False) -> None:
        self._server.deliver(self._user, NAMES[folder], raw, received_at, seen=seen)

    def forget_numbers(self) -> None:
        self._server.forget_numbers(self._user, "INBOX")

    async def cut(self) -> None:
        self._server.kick(self._user)
