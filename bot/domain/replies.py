"""A Walmart reply and its state machine (design, decision 6): it leaves at most once by itself.

queued -> sending -> sent -> bounced
          sending -> queued      a passing failure before the mail can have left
queued -> sent                   whoever was taken for dead comes back with the server's word, before a second try
          sending -> failed      the server refused, or the set-up does not allow it
          sending -> uncertain   nobody can tell; only after `until`, or told so by the carrier
          uncertain -> sent | failed   by proof in the Sent folder, or by a person
          failed -> queued       a person presses Try again
queued, sending, failed -> uncertain   a backup was restored, and nobody knows what happened since it was made
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.letters import LetterId
from bot.domain.people import SYSTEM, Actor, AgentId
from bot.domain.sites import MailAccountId

ReplyId = NewType("ReplyId", int)

MOST_FILES = 5  # Seller Center's Inbox limit (walmart 4.6)
LARGEST_FILE = 5 * 1024 * 1024


class ReplyState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class ReplyFile:
    """A file that an agent attached: where the chat keeps it until it has been fetched."""

    name: str
    content_type: str
    size: int
    chat_file: str


@dataclass(frozen=True, slots=True)
class Reply:
    """`token` is minted with the form; a second submission with the same token is the same reply.

    `shown_letter` is the letter filed last that the form had shown: the reply answers the inquiries up to it.
    `until` is set while sending: before it, nobody else may touch the reply.
    """

    id: ReplyId
    ticket: TicketId
    token: str
    author: AgentId
    text: str
    files: tuple[ReplyFile, ...]
    mailbox: MailAccountId
    from_address: str
    recipient: str
    message_id: str
    subject: str
    in_reply_to: str
    references: tuple[str, ...]
    shown_letter: LetterId
    queued_at: datetime
    state: ReplyState = ReplyState.QUEUED
    until: datetime | None = None
    sent_at: datetime | None = None
    reason: str = ""
    rehearsal: bool = False  # it goes to the site's rehearsal address, and no clock or ticket follows from it
    version: int = 1


@dataclass(frozen=True, slots=True)
class Turned:
    reply: Reply
    events: tuple[TicketEvent, ...]


class WrongMove(Exception):
    """The reply is not in a state from which this may happen; nothing was changed."""


def _turn(
    reply: Reply, to: Reply, kind: EventKind, *, allowed: set[ReplyState], at: datetime, by: Actor = SYSTEM
) -> Turned:
    if reply.state not in allowed:
        raise WrongMove(f"a reply that is {reply.state} cannot become {to.state}")
    event = TicketEvent(reply.ticket, at, by, kind, reply.state, to.state, about=reply.id)
    return Turned(to, (event,))


def start(reply: Reply, now: datetime, lease: timedelta) -> Turned:
    to = replace(reply, state=ReplyState.SENDING, until=now + lease, reason="")
    return _turn(reply, to, EventKind.REPLY_SENDING, allowed={ReplyState.QUEUED}, at=now)


def accepted(reply: Reply, now: datetime, actor: Actor = SYSTEM) -> Turned:
    """The mailbox's server took the mail, or proof or a person says that it did."""
    to = replace(reply, state=ReplyState.SENT, until=None, sent_at=now, reason="")
    allowed = {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN}
    kind = EventKind.REPLY_REHEARSED if reply.rehearsal else EventKind.REPLY_SENT
    return _turn(reply, to, kind, allowed=allowed, at=now, by=actor)


def put_back(reply: Reply, reason: str, now: datetime) -> Turned:
    """A passing failure before anything can have left; the reply is tried again by itself."""
    to = replace(reply, state=ReplyState.QUEUED, until=None, reason=reason)
    return _turn(reply, to, EventKind.REPLY_PUT_BACK, allowed={ReplyState.QUEUED, ReplyState.SENDING}, at=now)


def failed(reply: Reply, reason: str, now: datetime, actor: Actor = SYSTEM) -> Turned:
    to = replace(reply, state=ReplyState.FAILED, until=None, reason=reason)
    allowed = {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN}
    return _turn(reply, to, EventKind.REPLY_FAILED, allowed=allowed, at=now, by=actor)


def outcome_unknown(reply: Reply, reason: str, now: datetime) -> Turned:
    to = replace(reply, state=ReplyState.UNCERTAIN, until=None, reason=reason)
    return _turn(reply, to, EventKind.REPLY_UNCERTAIN, allowed={ReplyState.SENDING}, at=now)


def in_doubt(reply: Reply, reason: str, now: datetime) -> Turned:
    """It had not left when a backup was made, and may have since: the one who would know was the desk of then."""
    to = replace(reply, state=ReplyState.UNCERTAIN, until=None, reason=reason)
    allowed = {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.FAILED}
    return _turn(reply, to, EventKind.REPLY_UNCERTAIN, allowed=allowed, at=now)


def bounced(reply: Reply, reason: str, now: datetime) -> Turned:
    """A delivery report names our Message-ID. It also settles a reply whose outcome was unknown."""
    to = replace(reply, state=ReplyState.BOUNCED, until=None, reason=reason)
    allowed = {ReplyState.SENT, ReplyState.SENDING, ReplyState.UNCERTAIN}
    return _turn(reply, to, EventKind.REPLY_BOUNCED, allowed=allowed, at=now)


def queue_again(reply: Reply, now: datetime, actor: Actor) -> Turned:
    """Try again with the same Message-ID: nothing has left under it, as far as anybody can tell. The time that a
    reply may wait for its mailbox, and its Date, begin anew."""
    to = replace(reply, state=ReplyState.QUEUED, until=None, reason="", queued_at=now)
    return _turn(reply, to, EventKind.REPLY_QUEUED, allowed={ReplyState.FAILED}, at=now, by=actor)
