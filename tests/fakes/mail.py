"""Mail without sockets. The fakes pass the same contract suite as the real adapters."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.parser import BytesHeaderParser

from bot.domain.letters import BuyerLetter, NotForUs, ReadMail, Unreadable
from bot.domain.mails import OutgoingMail, ParsedMail
from bot.domain.sites import MailAccount
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient
from bot.ports.mail import Batch, Cursor, FetchedMail, Folder, MailboxReport
from bot.ports.vault import Secret
from integrations.mail.compose import compose
from integrations.mail.relays import relay_address_in


@dataclass
class FakeFolder:
    uid_validity: int = 1
    next_uid: int = 1
    mails: list[FetchedMail] = field(default_factory=list)


class FakeMailbox:
    """What lies on the server; outlives sessions and sources."""

    def __init__(self, password: str = "pw") -> None:  # noqa: S107 - of a fake mailbox
        self.password = password
        self.folders = {folder: FakeFolder() for folder in Folder}
        self.arrived = asyncio.Event()

    def deliver(self, raw: bytes, received_at: datetime, folder: Folder = Folder.INBOX, *, problem: str = "") -> int:
        """Put a mail into a folder; with a `problem` its body cannot be fetched."""
        place = self.folders[folder]
        uid = place.next_uid
        place.next_uid += 1
        header = raw.partition(b"\r\n\r\n")[0] if problem else b""
        place.mails.append(FetchedMail(uid, received_at, len(raw), None if problem else raw, header, problem))
        if folder is Folder.INBOX:
            self.arrived.set()
        return uid

    def change_uid_validity(self, folder: Folder = Folder.INBOX) -> None:
        place = self.folders[folder]
        place.uid_validity += 1
        place.next_uid = 1
        renumbered, place.mails = place.mails, []
        for mail in renumbered:
            self.deliver(mail.raw or b"", mail.received_at, folder)


class FakeMailSession:
    def __init__(self, mailbox: FakeMailbox) -> None:
        self._mailbox = mailbox
        self._woken = asyncio.Event()
        self.failure: Failure | None = None  # raised by every call from now on, as on a dead link

    async def fetch(self, folder: Folder, after: Cursor | None, *, since: datetime, limit: int) -> Batch:
        self._alive()
        if folder is Folder.INBOX:
            self._mailbox.arrived.clear()
        place = self._mailbox.folders.get(folder)
        if place is None:
            return Batch((), after or Cursor(0, 0), more=False)
        if after is not None and after.uid_validity == place.uid_validity:
            start = after.uid
        else:
            recent = [mail.uid for mail in place.mails if mail.received_at >= since]
            start = recent[0] - 1 if recent else max((mail.uid for mail in place.mails), default=0)
        waiting = [mail for mail in place.mails if mail.uid > start]
        if folder is Folder.JUNK:
            waiting = [mail for mail in waiting if relay_address_in(mail.raw or mail.header)]
        taken = waiting[:limit]
        more = len(waiting) > len(taken)
        end = taken[-1].uid if more else max((mail.uid for mail in place.mails if mail.uid > start), default=start)
        return Batch(tuple(taken), Cursor(place.uid_validity, end), more=more)

    async def wait(self, seconds: float) -> None:
        self._alive()
        waits = [asyncio.ensure_future(event.wait()) for event in (self._woken, self._mailbox.arrived)]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()
        self._woken.clear()
        self._alive()

    def wake(self) -> None:
        self._woken.set()

    async def sent(self, message_id: str, *, since: datetime) -> bool | None:
        self._alive()
        if Folder.SENT not in self._mailbox.folders:
            return None
        return any(message_id == headers.get("message-id") for headers in self._sent_headers())

    async def answered(self, message_ids: Sequence[str], *, since: datetime) -> frozenset[str]:
        self._alive()
        named = " ".join(
            f"{headers.get('in-reply-to', '')} {headers.get('references', '')}" for headers in self._sent_headers()
        )
        return frozenset(message_ids).intersection(named.split())

    def _sent_headers(self) -> list[dict[str, str]]:
        place = self._mailbox.folders.get(Folder.SENT)
        return [
            {name.lower(): str(value) for name, value in BytesHeaderParser().parsebytes(mail.raw or b"").items()}
            for mail in (place.mails if place else [])
        ]

    def _alive(self) -> None:
        if self.failure is not None:
            raise self.failure


class FakeMailSource:
    """One mailbox for every address; `failure` is raised when a session is opened."""

    def __init__(self, mailbox: FakeMailbox | None = None) -> None:
        self.mailbox = mailbox or FakeMailbox()
        self.failure: Failure | None = None
        self.sessions: list[FakeMailSession] = []

    @contextlib.asynccontextmanager
    async def open(self, mailbox: MailAccount, password: Secret) -> AsyncIterator[FakeMailSession]:
        if self.failure is not None:
            raise self.failure
        if password.reveal() != self.mailbox.password:
            raise Misconfigured("The mail server refused the login.", code="login")
        session = FakeMailSession(self.mailbox)
        self.sessions.append(session)
        try:
            yield session
        finally:
            self.sessions.remove(session)

    def cut(self) -> None:
        """Let every open session find its link dead, and wake those that wait."""
        for session in self.sessions:
            session.failure = Transient("The mail server ended the connection.")
            session.wake()

    async def check(self, mailbox: MailAccount, password: Secret) -> MailboxReport:
        async with self.open(mailbox, password):
            folders = self.mailbox.folders
            return MailboxReport(
                idle=True,
                sent_folder="Sent" if Folder.SENT in folders else None,
                junk_folder="Junk" if Folder.JUNK in folders else None,
            )


class FakePostman:
    """Keeps what was sent. `failures` are raised one per mail, in order; `taken` says whether the mail went all the same
    (an `Uncertain` that did leave)."""

    def __init__(self, password: str = "pw") -> None:  # noqa: S107 - of a fake mailbox
        self.password = password
        self.sent: list[OutgoingMail] = []
        self.failures: list[Failure] = []
        self.taken = False

    def compose(self, mail: OutgoingMail) -> bytes:
        return compose(mail)

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        if mail.from_address.lower() != mailbox.address.lower():
            raise Misconfigured("The reply's sender is not the address of its mailbox; nothing has left.")
        try:
            self.compose(mail)
        except ValueError as failure:
            raise Permanent(str(failure)) from None
        await self.check(mailbox, password)
        if self.failures:
            ordered = self.failures.pop(0)
            if self.taken:
                self.sent.append(mail)
            raise ordered
        self.sent.append(mail)

    async def check(self, mailbox: MailAccount, password: Secret) -> None:
        if password.reveal() != self.password:
            raise Misconfigured("The mail server refused the login.", code="login")


class FakeLetterReader:
    """Reads in this process; a raw mail in `unreadable` hangs, crashes or eats the reader's memory."""

    def __init__(
        self,
        parse: Callable[[bytes], ParsedMail],
        recognise: Callable[[ParsedMail, str, str], BuyerLetter | NotForUs],
    ) -> None:
        self._parse = parse
        self._recognise = recognise
        self.unreadable: set[bytes] = set()

    async def read(self, raws: Sequence[bytes], own_address: str, authserv_id: str) -> tuple[ReadMail, ...]:
        return tuple(self._read_one(raw, own_address, authserv_id) for raw in raws)

    def _read_one(self, raw: bytes, own_address: str, authserv_id: str) -> ReadMail:
        if raw in self.unreadable:
            return ReadMail(None, Unreadable("The letter could not be read.", relay_address_in(raw)))
        mail = self._parse(raw)
        return ReadMail(mail, self._recognise(mail, own_address, authserv_id))
