"""A mailbox as its server keeps it: folders of raw mails with UIDs, flags and the time of receipt."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from functools import cached_property


@dataclass
class StoredMail:
    uid: int
    raw: bytes = field(repr=False)
    received_at: datetime  # what IMAP calls INTERNALDATE
    flags: set[str] = field(default_factory=set)

    @cached_property
    def header(self) -> Message:
        return BytesHeaderParser(policy=policy.compat32).parsebytes(self.raw)


class Folder:
    """UIDs only ever grow, unless `rebuild` is ordered; then the UIDVALIDITY changes as RFC 3501 demands."""

    def __init__(self, name: str, special_use: str = "") -> None:
        self.name = name
        self.special_use = special_use
        self.uid_validity = 1
        self.uid_next = 1
        self._mails: dict[int, StoredMail] = {}
        self._watchers: list[Callable[[], None]] = []

    @property
    def mails(self) -> tuple[StoredMail, ...]:
        return tuple(self._mails.values())

    @property
    def uids(self) -> list[int]:
        return list(self._mails)

    def get(self, uid: int) -> StoredMail | None:
        return self._mails.get(uid)

    def append(self, raw: bytes, received_at: datetime, flags: frozenset[str] = frozenset()) -> StoredMail:
        mail = StoredMail(self.uid_next, raw, received_at, set(flags))
        self._mails[mail.uid] = mail
        self.uid_next += 1
        self._announce()
        return mail

    def remove(self, uid: int) -> None:
        """Take a mail away, as another client of the same mailbox would by deleting or moving it."""
        if self._mails.pop(uid, None) is not None:
            self._announce()

    def rebuild(self) -> None:
        """Number every mail anew under a new UIDVALIDITY, as a restored or migrated mailbox does."""
        kept = self.mails
        self.uid_validity += 1
        self._mails = dict(enumerate(kept, start=1))
        for uid, mail in self._mails.items():
            mail.uid = uid
        self.uid_next = len(kept) + 1
        self._announce()

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call `watcher` at every change; return the function that ends it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def _announce(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()


@dataclass
class MailAccount:
    """One address with its password. `password` may be changed at any time, as an operator changes it."""

    address: str
    password: str = field(repr=False)
    keeps_sent: bool = True  # False: mail submitted by SMTP leaves no copy in Sent, as with NetEase
    inbox: Folder = field(default_factory=lambda: Folder("INBOX"))
    junk: Folder = field(default_factory=lambda: Folder("Junk", r"\Junk"))
    sent: Folder = field(default_factory=lambda: Folder("Sent", r"\Sent"))

    @property
    def folders(self) -> tuple[Folder, ...]:
        return (self.inbox, self.junk, self.sent)

    @property
    def authentication_server(self) -> str:
        """The authserv-id (RFC 8601) under which this mailbox's own server reports what it checked."""
        return "mx." + self.address.rpartition("@")[2]

    def folder(self, name: str) -> Folder | None:
        wanted = "INBOX" if name.upper() == "INBOX" else name
        return next((folder for folder in self.folders if folder.name == wanted), None)
