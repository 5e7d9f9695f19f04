"""What really happened to every mail, append-only: the oracle of demo and tests reads these, never the bot's word."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from integrations.simulator.changes import Changes


class MailKind(StrEnum):
    BUYER_LETTER = "buyer letter"  # asks for a ticket of its own, or for a place in one
    REPEAT = "repeat"  # a further copy of a buyer letter: kept and linked, never a second ticket
    BOUNCE = "bounce"
    OTHER = "other"  # news, alerts, spam, out-of-office, seller to seller


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail put into one folder of a seller's mailbox."""

    at: datetime
    mailbox: str
    folder: str
    uid: int
    kind: MailKind
    sender: str
    subject: str
    message_id: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Submission:
    """One mail that the submission server took over, whatever became of it afterwards."""

    at: datetime
    account: str
    envelope_sender: str
    recipients: tuple[str, ...]
    message_id: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReplyReached:
    """A seller's reply that the relay passed on. `raw` is what the seller sent, `as_seen` what the buyer got."""

    at: datetime
    buyer: str
    relay_address: str
    seller: str
    sender: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    raw: bytes = field(repr=False)
    as_seen: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bounce:
    at: datetime
    to: str
    recipient: str
    reason: str
    message_id: str  # of the mail that came back
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that the product must never do, whether or not the real world would have noticed."""

    at: datetime
    what: str
    sender: str
    recipient: str
    raw: bytes = field(repr=False)


Record = Delivery | Submission | ReplyReached | Bounce | Violation


class Records:
    """Every record in the order in which it happened."""

    def __init__(self, changes: Changes) -> None:
        self._all: list[Record] = []
        self._changes = changes

    def add(self, record: Record) -> None:
        self._all.append(record)
        self._changes.announce()

    @property
    def all(self) -> tuple[Record, ...]:
        return tuple(self._all)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        return tuple(record for record in self._all if isinstance(record, Delivery))

    @property
    def submissions(self) -> tuple[Submission, ...]:
        return tuple(record for record in self._all if isinstance(record, Submission))

    @property
    def replies(self) -> tuple[ReplyReached, ...]:
        return tuple(record for record in self._all if isinstance(record, ReplyReached))

    @property
    def bounces(self) -> tuple[Bounce, ...]:
        return tuple(record for record in self._all if isinstance(record, Bounce))

    @property
    def violations(self) -> tuple[Violation, ...]:
        return tuple(record for record in self._all if isinstance(record, Violation))
