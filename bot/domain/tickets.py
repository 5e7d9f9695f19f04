"""The ticket: one buyer's conversation about one order or question. Pure; every move returns the new state and
the events that tell of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NewType

from bot.domain.categories import CategoryId
from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.letters import Authenticity, LetterId, Topic
from bot.domain.people import BUYER, AgentId, GroupId, by
from bot.domain.sites import SiteId

InquiryId = NewType("InquiryId", int)
NoteId = NewType("NoteId", int)

# "high-quality response within 48 hours of receipt including weekends" (Customer Care Policy, walmart 5.1).
REPLY_WITHIN = timedelta(hours=48)


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"  # answered, waiting for the buyer
    SOLVED = "solved"


class Source(StrEnum):
    """Where a ticket came from; set when it is opened, before any rule looks at it."""

    WALMART = "walmart"


class Priority(IntEnum):
    LOW = 0
    MEDIUM = 1
    HIGH = 2
    URGENT = 3


class Caution(StrEnum):
    """What a person should know before answering; shown on the card."""

    FOUND_IN_JUNK = "found in junk"
    NOT_AUTHENTIC = "not authentic"
    UNREADABLE = "unreadable"
    NOT_FETCHED = "not fetched"  # the mail server gave the header only: too large, or its own fault
    PARTLY_READ = "partly read"
    SITE_UNSURE = "site unsure"
    ORDER_UNSURE = "order unsure"  # the order number stands in the buyer's text, not in Walmart's part of the letter
    NO_REPLY_ADDRESS = "no reply address"
    CUSTOMER_CARE = "customer care"  # Walmart Customer Care writes for the buyer
    AUTOMATIC = "automatic"


class OrderKnowledge(StrEnum):
    """What is known of the order behind a ticket; the order itself is kept apart, as a live snapshot."""

    NONE = "none"  # the buyer named no order
    PENDING = "pending"  # being looked up, or Walmart does not answer
    KNOWN = "known"
    UNKNOWN = "unknown"  # Walmart has no such order of this seller


@dataclass(frozen=True, slots=True)
class Ticket:
    """`id` is also the number that people see: #1042.

    `thread_key` is unique within the site: two letters with the same key are one conversation.
    `approved_address` is a reply address outside the relay domains that an admin allowed for this ticket.
    `vouched` says that an agent confirmed a letter whose authentication failed.
    `placed_by` names the trigger that chose the group, and is empty once a person has chosen.
    `junked_at` is set while the ticket is junk: hidden from lists, and no reply is due; the status stays beneath it.
    """

    id: TicketId
    site: SiteId
    thread_key: str
    title: str
    topic: Topic
    opened_at: datetime
    status: Status = Status.NEW
    priority: Priority = Priority.MEDIUM
    assignee: AgentId | None = None
    group: GroupId | None = None
    placed_by: str = ""
    junked_at: datetime | None = None
    source: Source = Source.WALMART
    buyer_name: str | None = None
    order_id: str | None = None
    item_name: str | None = None
    order_knowledge: OrderKnowledge = OrderKnowledge.NONE
    before_purchase: bool = False
    cautions: frozenset[Caution] = frozenset()
    vouched: bool = False
    approved_address: str = ""
    category: CategoryId | None = None
    version: int = 1

    @property
    def number(self) -> str:
        return f"#{self.id}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A buyer's letter as it is kept. `repeat_of` links a second copy to the first; both stay.

    `sender` is the bare From address; `reply_address` follows the rule of design 4 and may be empty.
    """

    id: LetterId
    ticket: TicketId
    site: SiteId
    inbound: int
    received_at: datetime
    message_id: str
    references: tuple[str, ...]
    ref_id: str
    date_header: str
    body_hash: str
    sender: str
    reply_address: str
    subject: str
    buyer_name: str | None
    words: str
    whole_text: str
    authenticity: Authenticity
    files: int
    repeat_of: LetterId | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One buyer message that starts a 48-hour clock; `due_at` never changes, also when a bounce re-opens it."""

    id: InquiryId
    ticket: TicketId
    letter: LetterId
    received_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    answered_by: int | None = None  # the reply


@dataclass(frozen=True, slots=True)
class Note:
    """Internal; it never leaves."""

    id: NoteId
    ticket: TicketId
    author: AgentId
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    ticket: Ticket
    events: tuple[TicketEvent, ...] = ()


class AlreadyTaken(Exception):
    def __init__(self, by_agent: AgentId) -> None:
        super().__init__("another agent has this ticket")
        self.by_agent = by_agent


def due(received_at: datetime) -> datetime:
    return received_at + REPLY_WITHIN


def letter_arrived(ticket: Ticket, letter: Letter, now: datetime) -> Moved:
    """A further message of the buyer: a pending or solved ticket opens again, the assignee stays.

    It also takes the ticket out of junk, because nobody has judged this message yet and its 48 hours run.
    """
    events = [TicketEvent(ticket.id, now, BUYER, EventKind.LETTER_ADDED, about=letter.id)]
    if ticket.junked_at is not None:
        events.append(TicketEvent(ticket.id, now, BUYER, EventKind.RESTORED))
        ticket = replace(ticket, junked_at=None)
    if ticket.status in {Status.PENDING, Status.SOLVED}:
        events.append(TicketEvent(ticket.id, now, BUYER, EventKind.REOPENED, ticket.status, Status.OPEN))
        ticket = replace(ticket, status=Status.OPEN)
    return Moved(ticket, tuple(events))


def take(ticket: Ticket, agent: AgentId, now: datetime) -> Moved:
    """Make `agent` the assignee. Raises `AlreadyTaken`; taking one's own ticket again changes nothing."""
    if ticket.assignee == agent:
        return Moved(ticket)
    if ticket.assignee is not None:
        raise AlreadyTaken(ticket.assignee)
    status = Status.OPEN if ticket.status is Status.NEW else ticket.status
    event = TicketEvent(ticket.id, now, by(agent), EventKind.TAKEN, "", str(agent))
    return Moved(replace(ticket, assignee=agent, status=status), (event,))


def resolve(ticket: Ticket, agent: AgentId, now: datetime) -> Moved:
    if ticket.status is Status.SOLVED:
        return Moved(ticket)
    event = TicketEvent(ticket.id, now, by(agent), EventKind.SOLVED, ticket.status, Status.SOLVED)
    return Moved(replace(ticket, status=Status.SOLVED), (event,))


def reopen(ticket: Ticket, agent: AgentId, now: datetime) -> Moved:
    if ticket.status is not Status.SOLVED:
        return Moved(ticket)
    event = TicketEvent(ticket.id, now, by(agent), EventKind.REOPENED, ticket.status, Status.OPEN)
    return Moved(replace(ticket, status=Status.OPEN), (event,))
