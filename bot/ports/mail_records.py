"""Where mail is kept: raw bytes first, then what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, Protocol

from bot.domain.events import TicketId
from bot.domain.letters import LetterId
from bot.domain.mails import Attachment
from bot.domain.replies import ReplyId
from bot.domain.sites import MailAccountId
from bot.domain.tickets import Letter
from bot.ports.mail import Batch, Cursor, Folder

InboundId = NewType("InboundId", int)


class InboundState(StrEnum):
    UNREAD = "unread"
    AGAIN = "again"  # reading it into a ticket failed; tried again at `again_at`
    TICKETED = "ticketed"
    REPEAT = "repeat"
    NOT_FOR_US = "not for us"
    DEAD_LETTER = "dead letter"  # it matched a deleted site


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail as it was fetched. `raw` falls back to its header lines when the server gave no body."""

    id: InboundId
    mailbox: MailAccountId
    folder: Folder
    received_at: datetime  # INTERNALDATE
    fetched_at: datetime
    raw: bytes = field(repr=False)
    problem: str
    state: InboundState
    attempts: int
    outcome: str = ""  # why it is not for us, or what went wrong
    answered: bool = False  # as fetched: answered before RelayDesk watched this mailbox


class InboundReading(Protocol):
    def get(self, inbound: InboundId) -> InboundMail: ...

    def cursor(self, mailbox: MailAccountId, folder: Folder) -> Cursor | None: ...

    def newest_receipt(self, mailbox: MailAccountId, folder: Folder) -> datetime | None: ...

    def counts(self) -> dict[InboundState, int]: ...

    def in_state(self, state: InboundState, *, most: int) -> tuple[InboundMail, ...]:
        """The newest `most`, newest first."""
        ...


class Inbound(InboundReading, Protocol):
    def keep(self, mailbox: MailAccountId, folder: Folder, batch: Batch, now: datetime) -> int:
        """Keep what is new of a batch (unique on mailbox, folder, UIDVALIDITY, UID), move the cursor, which never
        goes back within one UIDVALIDITY, and return how many were new."""
        ...

    def unread(self, mailbox: MailAccountId, now: datetime, *, most: int) -> tuple[InboundMail, ...]:
        """In arrival order: unread ones, and those to be tried again whose time has come. Stops early, after at
        least one, where their raw bytes would exceed 25 MB together."""
        ...

    def settle(self, inbound: InboundId, state: InboundState, outcome: str = "") -> None: ...

    def again(self, inbound: InboundId, at: datetime, problem: str) -> None:
        """Count an attempt, and pass the mail over until `at`."""
        ...

    def forget_cursors(self) -> None:
        """Look into every folder as at first contact, from a day before the newest mail that is known."""
        ...

    def read_again(self, states: Sequence[InboundState], since: datetime) -> int:
        """Mark mails received since then as unread, for `relaydesk reread`; returns how many."""
        ...


class LettersReading(Protocol):
    def get(self, letter: LetterId) -> Letter: ...

    def of_ticket(self, ticket: TicketId) -> tuple[Letter, ...]:
        """In order of receipt, repeats included."""
        ...

    def twins(self, mailbox: MailAccountId, letter: Letter) -> tuple[Letter, ...]:
        """Letters of the same mailbox that share RefID, Message-ID, or Date with sender and body hash; oldest first.
        Whether one is a repeat, `bot.domain.repeats` decides."""
        ...

    def with_message_ids(self, mailbox: MailAccountId, message_ids: Sequence[str]) -> tuple[Letter, ...]: ...

    def from_inbound(self, inbound: InboundId) -> Letter | None: ...

    def files(self, letter: LetterId) -> tuple[Attachment, ...]: ...


class Letters(LettersReading, Protocol):
    def add(self, letter: Letter, files: Sequence[Attachment]) -> Letter:
        """Keep a letter under an id of its own; the given one is ignored."""
        ...

    def save(self, letter: Letter, files: Sequence[Attachment]) -> None:
        """Replace what was read from the mail, files included (after a `reread`); identity and ticket stay."""
        ...


class SentMailsReading(Protocol):
    def raw(self, reply: ReplyId) -> bytes | None:
        """The bytes that were handed to the mailbox's server."""
        ...

    def files(self, reply: ReplyId) -> tuple[Attachment, ...]: ...


class SentMails(SentMailsReading, Protocol):
    def keep(self, reply: ReplyId, raw: bytes) -> None: ...

    def keep_files(self, reply: ReplyId, files: Sequence[Attachment]) -> None: ...
