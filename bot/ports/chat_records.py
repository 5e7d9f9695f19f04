"""Where is kept what stands in the chats, and what people did there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.events import TicketId
from bot.domain.letters import LetterId
from bot.domain.people import AgentId, ChatUser
from bot.domain.replies import ReplyFile, ReplyId
from bot.domain.sites import Channel

CARD = "card"


class PostState(StrEnum):
    POSTING = "posting"  # an attempt was made whose end nobody saw yet
    POSTED = "posted"
    DROPPED = "dropped"  # given up, with the reason in the log; the ticket itself is whole


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a ticket in one channel. `item` is `card`, `letter:5`, `file:5:0`, `reply:3` or `note:2`."""

    ticket: TicketId
    channel: Channel
    item: str
    state: PostState
    since: datetime  # when the first attempt was about to start
    message: str = ""  # the platform's id, once posted
    thread: str = ""
    fingerprint: str = ""
    shown_at: datetime | None = None


class PostsReading(Protocol):
    def of_ticket(self, ticket: TicketId, channel: Channel) -> dict[str, Post]:
        """By item."""
        ...

    def channels(self, ticket: TicketId) -> tuple[Channel, ...]:
        """Where the ticket stands, and where it is to be shown besides its site's own channels."""
        ...

    def ticket_of(self, channel: Channel, message: str) -> TicketId | None:
        """Which ticket a message belongs to, card or thread item."""
        ...


class Posts(PostsReading, Protocol):
    def show_in(self, ticket: TicketId, channel: Channel) -> None:
        """Show the ticket there too from its next event on."""
        ...

    def put(self, post: Post) -> None: ...

    def forget(self, post: Post) -> None: ...


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """A reply form that was opened: what it had shown decides what its Send answers and whether it is held."""

    token: str
    ticket: TicketId
    agent: AgentId
    opened_at: datetime
    shown_letter: LetterId
    shown_reply: ReplyId | None
    closed_at: datetime | None = None
    warned_of: str = ""  # what the agent was already asked about and sends anyway


class ReplyFormsReading(Protocol):
    def get(self, token: str) -> ReplyForm | None: ...

    def open_on(self, ticket: TicketId, since: datetime) -> tuple[ReplyForm, ...]: ...


class ReplyForms(ReplyFormsReading, Protocol):
    def add(self, form: ReplyForm) -> None: ...

    def save(self, form: ReplyForm) -> None: ...


@dataclass(frozen=True, slots=True)
class ThreadText:
    """What an agent wrote in a ticket's thread. Internal, unless its author sends it to the buyer."""

    channel: Channel
    message: str
    ticket: TicketId
    user: ChatUser
    at: datetime
    text: str = field(repr=False)
    files: tuple[ReplyFile, ...] = ()


class ThreadTextsReading(Protocol):
    def get(self, channel: Channel, message: str) -> ThreadText | None: ...


class ThreadTexts(ThreadTextsReading, Protocol):
    def put(self, text: ThreadText) -> None: ...


class Interactions(Protocol):
    def record(self, key: str, kind: str, user: ChatUser, at: datetime) -> bool:
        """Remember a human act; False if it was remembered before. Never its payload, which may hold a secret."""
        ...

    def refuse(self, kind: str, user: ChatUser, reason: str, at: datetime) -> None:
        """Record that somebody was refused; the audit shows it."""
        ...

    def forget_before(self, at: datetime) -> int:
        """Forget acts, never refusals; returns how many."""
        ...


class Ticks(Protocol):
    def win(self, name: str, slot: datetime) -> bool:
        """Claim a firing of a periodic job; exactly one caller wins each slot."""
        ...
