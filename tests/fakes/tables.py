"""What the in-memory store keeps, and the few moves that all its repositories make."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from bot.domain.audit import AuditEntry
from bot.domain.categories import Category
from bot.domain.docking import DockingDraft
from bot.domain.events import TicketEvent
from bot.domain.fields import CustomField, FieldMapping, FieldValue
from bot.domain.jobs import Job
from bot.domain.mails import Attachment
from bot.domain.orders import Order
from bot.domain.people import Agent, ChatUser, Group, Person
from bot.domain.replies import Reply
from bot.domain.sites import Account, Channel, MailAccount, Site, SiteId
from bot.domain.templates import Template
from bot.domain.tickets import Inquiry, Letter, Note, Ticket
from bot.domain.triggers import Firing, Trigger
from bot.domain.walmart_fields import Attribute
from bot.ports.chat_records import Post, ReplyForm, ThreadText
from bot.ports.mail import Cursor, Folder
from bot.ports.mail_records import InboundMail
from bot.ports.site_records import DeadLetter
from bot.ports.store import NotFound, VersionConflict

FIRST_TICKET = 1001


class JobState(StrEnum):
    WAITING = "waiting"  # in its key's line, or without a key
    RETRY = "retry"  # in its key's line until `due`
    DELAYED = "delayed"  # in no line until `due`
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True)
class JobRow:
    id: int
    place: int
    job: Job
    state: JobState
    due: datetime
    enqueued_at: datetime
    attempt: int = 0
    reserved: dict[str, datetime] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class InboundRow:
    mail: InboundMail
    uid: tuple[int, Folder, int, int]
    due: datetime | None


@dataclass
class Tables:
    """Rows are frozen, so that a copy of the dictionaries is a copy of everything."""

    numbers: Counter[str] = field(default_factory=Counter)
    accounts: dict[int, Account] = field(default_factory=dict)
    mailboxes: dict[int, MailAccount] = field(default_factory=dict)
    sites: dict[int, Site] = field(default_factory=dict)
    drafts: dict[int, DockingDraft] = field(default_factory=dict)
    secrets: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    people: dict[ChatUser, Person] = field(default_factory=dict)
    agents: dict[int, Agent] = field(default_factory=dict)
    triggers: dict[int, Trigger] = field(default_factory=dict)
    firings: dict[int, Firing] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    memberships: dict[tuple[Channel, ChatUser], tuple[bool, datetime]] = field(default_factory=dict)
    inbound: dict[int, InboundRow] = field(default_factory=dict)
    cursors: dict[tuple[int, Folder], Cursor] = field(default_factory=dict)
    dead_letters: dict[int, tuple[DeadLetter, SiteId | None]] = field(default_factory=dict)
    letters: dict[int, Letter] = field(default_factory=dict)
    letter_files: dict[int, tuple[Attachment, ...]] = field(default_factory=dict)
    sent_raw: dict[int, bytes] = field(default_factory=dict)
    sent_files: dict[int, tuple[Attachment, ...]] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    events: dict[int, TicketEvent] = field(default_factory=dict)
    inquiries: dict[int, Inquiry] = field(default_factory=dict)
    replies: dict[int, Reply] = field(default_factory=dict)
    notes: dict[int, Note] = field(default_factory=dict)
    orders: dict[tuple[int, str], Order] = field(default_factory=dict)
    custom_fields: dict[int, CustomField] = field(default_factory=dict)
    field_mappings: dict[Attribute, FieldMapping] = field(default_factory=dict)
    field_values: dict[tuple[int, int], FieldValue] = field(default_factory=dict)
    posts: dict[tuple[int, Channel, str], Post] = field(default_factory=dict)
    ticket_channels: set[tuple[int, Channel]] = field(default_factory=set)
    categories: dict[int, Category] = field(default_factory=dict)
    templates: dict[int, Template] = field(default_factory=dict)
    reply_forms: dict[str, ReplyForm] = field(default_factory=dict)
    thread_texts: dict[tuple[Channel, str], ThreadText] = field(default_factory=dict)
    interactions: dict[str, datetime] = field(default_factory=dict)
    refusals: dict[int, tuple[ChatUser, str, str, datetime]] = field(default_factory=dict)
    audit: dict[int, AuditEntry] = field(default_factory=dict)
    ticks: set[tuple[str, datetime]] = field(default_factory=set)
    jobs: dict[int, JobRow] = field(default_factory=dict)
    slots: dict[str, datetime] = field(default_factory=dict)

    def number(self, name: str, first: int = 1) -> int:
        self.numbers[name] += 1
        return first + self.numbers[name] - 1

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        kept = {column.name: copy(getattr(self, column.name)) for column in fields(self)}
        try:
            yield
        except BaseException:
            self.__dict__.update(kept)
            raise


K = TypeVar("K")
V = TypeVar("V")


def got(rows: dict[K, V], key: K) -> V:
    if key not in rows:
        raise NotFound(str(key))
    return rows[key]


class Versioned(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...


R = TypeVar("R", bound=Versioned)


def save(rows: dict[int, R], record: R) -> None:
    kept = rows.get(record.id)
    if kept is None or kept.version != record.version:
        raise VersionConflict(str(record.id))
    changed: Any = record
    rows[record.id] = replace(changed, version=record.version + 1)
