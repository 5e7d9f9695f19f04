"""Mail in and out. One session serves one mailbox; raw bytes in, complete mails out."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.letters import ReadMail
from bot.domain.mails import OutgoingMail
from bot.domain.sites import MailAccount
from bot.ports.vault import Secret


class Folder(StrEnum):
    INBOX = "inbox"
    JUNK = "junk"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been taken over: every UID up to and including `uid` is committed."""

    uid_validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """`raw` is None when the server did not give the body (a NIL answer, a parse error, over the size limit);
    `problem` then says why and `header` may hold the header lines."""

    uid: int
    received_at: datetime  # INTERNALDATE, aware UTC
    size: int
    raw: bytes | None = field(repr=False)
    header: bytes = field(default=b"", repr=False)
    problem: str = ""
    answered: bool = False  # at first contact: the Sent folder holds an answer to it


@dataclass(frozen=True, slots=True)
class Batch:
    """What came after a cursor, in UID order. `cursor` is where to go on once the mails are committed."""

    mails: tuple[FetchedMail, ...]
    cursor: Cursor
    more: bool


class MailSession(Protocol):
    """A logged-in connection. Every method raises `Transient` when the link is dead, then only `close` is left."""

    async def fetch(self, folder: Folder, after: Cursor | None, *, since: datetime, limit: int) -> Batch:
        """Fetch up to `limit` mails after the cursor without marking them read.

        Without a cursor, or when the server's UIDVALIDITY is another than the cursor's, start at the first mail
        received at or after `since`. From the junk folder only mails are returned whose From or Reply-To names a
        Walmart relay domain. A mail that cannot be fetched is returned with its problem; it never ends the batch.
        A folder that does not exist is empty.
        """
        ...

    async def wait(self, seconds: float) -> None:
        """Return when something new may have arrived in INBOX, after `seconds`, or when `wake` is called."""
        ...

    def wake(self) -> None: ...

    async def sent(self, message_id: str, *, since: datetime) -> bool | None:
        """Tell whether the Sent folder holds this Message-ID; None when there is no Sent folder to look in."""
        ...

    async def answered(self, message_ids: Sequence[str], *, since: datetime) -> frozenset[str]:
        """Return those Message-IDs that a mail in the Sent folder names in In-Reply-To or References."""
        ...


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """What a test of a mailbox found, for the one who sets it up."""

    idle: bool
    sent_folder: str | None
    junk_folder: str | None


class MailSource(Protocol):
    def open(self, mailbox: MailAccount, password: Secret) -> AbstractAsyncContextManager[MailSession]:
        """Raises `Misconfigured` when the login is refused, `Transient` when nobody answers."""
        ...

    async def check(self, mailbox: MailAccount, password: Secret) -> MailboxReport: ...


class Postman(Protocol):
    """Carries a mail to the mailbox's own SMTP server, once."""

    def compose(self, mail: OutgoingMail) -> bytes:
        """Pure: the bytes that `send` hands over, to be kept as proof."""
        ...

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        """Return only when the server has accepted the mail.

        The whole conversation ends within `within` seconds. Raises `Transient` only when the server cannot have
        taken the mail (before the end of DATA, or a 4xx answer), `Permanent` for a 5xx answer, `Misconfigured` for
        a refused login, and `Uncertain` for everything after the final dot that is not a clear answer.
        """
        ...

    async def check(self, mailbox: MailAccount, password: Secret) -> None:
        """Connect, secure, log in and leave; raises as `send` does."""
        ...


class LetterReader(Protocol):
    async def read(self, raws: Sequence[bytes], own_address: str, authserv_id: str) -> tuple[ReadMail, ...]:
        """Read raw mails, one result each, in order. Never raises for a mail, however hostile: one that takes
        longer than its time or crashes its reader is `Unreadable`."""
        ...
