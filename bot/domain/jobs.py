"""The work that happens outside a transaction: one dataclass per job, and what lane and order each keeps.

Jobs carry ids, never content: whoever runs one reads the present state. Every job may run twice.
"""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import ClassVar, TypeAlias, assert_never

from bot.domain.docking import DraftId
from bot.domain.events import TicketId
from bot.domain.json import Json, JsonObject
from bot.domain.people import AgentId, Platform
from bot.domain.replies import ReplyId
from bot.domain.sites import AccountId, MailAccountId
from bot.domain.where import Where


class Lane(StrEnum):
    """Workers of their own, so that an agent's reply never waits behind five hundred cards."""

    REPLIES = "replies"  # replies, and the card updates that show them
    INTERACTIONS = "interactions"  # answers to a person who is waiting
    MAIL = "mail"
    CARDS = "cards"  # other cards and digests


@dataclass(frozen=True, slots=True)
class ReadNewMail:
    """Read what was fetched from a mailbox, in arrival order."""

    kind: ClassVar[str] = "read new mail"
    mailbox: MailAccountId


@dataclass(frozen=True, slots=True)
class EnrichTicket:
    """Look up the order behind a ticket."""

    kind: ClassVar[str] = "enrich ticket"
    ticket: TicketId


@dataclass(frozen=True, slots=True)
class SyncCard:
    """Bring a ticket's card and thread in one channel up to date. `urgent` ones show a person what they just did."""

    kind: ClassVar[str] = "sync card"
    ticket: TicketId
    platform: Platform
    channel: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class DeliverReply:
    kind: ClassVar[str] = "deliver reply"
    reply: ReplyId
    ticket: TicketId


@dataclass(frozen=True, slots=True)
class SettleReply:
    """Look for proof of a reply whose outcome is unknown, in the Sent folder."""

    kind: ClassVar[str] = "settle reply"
    reply: ReplyId
    ticket: TicketId


@dataclass(frozen=True, slots=True)
class FindAnswers:
    """Look into the Sent folder for answers to messages whose clock runs, after a backup was restored."""

    kind: ClassVar[str] = "find answers"
    mailbox: MailAccountId


@dataclass(frozen=True, slots=True)
class OfferToSend:
    """Show an agent who wrote in a ticket's thread the only-you *Send to buyer*."""

    kind: ClassVar[str] = "offer to send"
    ticket: TicketId
    platform: Platform
    channel: str
    thread: str
    message: str
    user: str


@dataclass(frozen=True, slots=True)
class WarnOfMailbox:
    """Tell a channel that a mailbox has been out of reach for long. `since` is an ISO 8601 instant."""

    kind: ClassVar[str] = "warn of mailbox"
    mailbox: MailAccountId
    platform: Platform
    channel: str
    since: str


@dataclass(frozen=True, slots=True)
class CheckKey:
    """Ask Walmart whether it takes a key again that it has refused."""

    kind: ClassVar[str] = "check key"
    account: AccountId


@dataclass(frozen=True, slots=True)
class WarnOfKey:
    """Tell a channel, or one person, that Walmart refuses an account's key. `since` is an ISO 8601 instant."""

    kind: ClassVar[str] = "warn of key"
    account: AccountId
    platform: Platform
    since: str
    channel: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class NotifyAgent:
    """Tell one person in one channel that a trigger wants them to look at a ticket."""

    kind: ClassVar[str] = "notify agent"
    ticket: TicketId
    platform: Platform
    channel: str
    user: str
    rule: str


@dataclass(frozen=True, slots=True)
class CheckDraft:
    """Have Walmart look at the key that an admin entered. The rest is where the admin can be answered."""

    kind: ClassVar[str] = "check draft"
    draft: DraftId
    platform: Platform
    user: str
    channel: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class TellOwner:
    """Send the owner of a Walmart account what only they can do; `sender` is the admin who asks."""

    kind: ClassVar[str] = "tell owner"
    platform: Platform
    user: str
    sender: str


@dataclass(frozen=True, slots=True)
class RunErrand:
    """Do the part of a command that needs the network, then answer whoever waits. `errand` says which, `about` is the
    id of what it concerns."""

    kind: ClassVar[str] = "run errand"
    errand: str
    about: str
    agent: AgentId
    where: Where


Job: TypeAlias = (
    ReadNewMail
    | EnrichTicket
    | SyncCard
    | DeliverReply
    | SettleReply
    | FindAnswers
    | OfferToSend
    | WarnOfMailbox
    | CheckKey
    | WarnOfKey
    | NotifyAgent
    | CheckDraft
    | TellOwner
    | RunErrand
)
JOBS: tuple[type[Job], ...] = (
    ReadNewMail,
    EnrichTicket,
    SyncCard,
    DeliverReply,
    SettleReply,
    FindAnswers,
    OfferToSend,
    WarnOfMailbox,
    CheckKey,
    WarnOfKey,
    NotifyAgent,
    CheckDraft,
    TellOwner,
    RunErrand,
)


def lane(job: Job) -> Lane:
    match job:
        case ReadNewMail() | EnrichTicket() | FindAnswers() | CheckKey():
            return Lane.MAIL
        case SyncCard(urgent=urgent):
            return Lane.REPLIES if urgent else Lane.CARDS
        case DeliverReply() | SettleReply():
            return Lane.REPLIES
        case OfferToSend() | WarnOfMailbox() | WarnOfKey() | NotifyAgent() | CheckDraft() | TellOwner() | RunErrand():
            return Lane.INTERACTIONS
        case _:
            assert_never(job)


def serial_key(job: Job) -> str | None:  # noqa: C901, PLR0911 - one line for each kind there is
    """Jobs with the same key run one at a time, in the order in which they were enqueued."""
    match job:
        case ReadNewMail(mailbox=mailbox):
            return f"read:{mailbox}"
        case FindAnswers(mailbox=mailbox):
            return f"answers:{mailbox}"
        case EnrichTicket(ticket=ticket):
            return f"order:{ticket}"
        case SyncCard():
            return f"card:{job.ticket}:{job.platform}:{job.channel}"
        case DeliverReply(ticket=ticket):
            return f"reply:{ticket}"
        case SettleReply(reply=reply):
            # A line of its own: the ticket's next reply does not wait until a search for proof is given up.
            return f"settle:{reply}"
        case CheckKey(account=account):
            return f"key:{account}"
        case CheckDraft(draft=draft):
            return f"draft:{draft}"
        case RunErrand(errand=errand, about=about):
            # Two admins who ask for the same thing get it done once after the other.
            return f"errand:{errand}:{about}"
        case OfferToSend() | WarnOfMailbox() | WarnOfKey() | NotifyAgent() | TellOwner():
            return None
        case _:
            assert_never(job)


def payload(job: Job) -> JsonObject:
    return asdict(job)


def job_from(kind: str, payload: JsonObject) -> Job:
    """Rebuild a job. Raises ValueError for a kind or a field that this release does not know."""
    for job_type in JOBS:
        if job_type.kind == kind:
            return _build(job_type, payload)
    raise ValueError(f"no job is called {kind!r}")


def _build(job_type: type[Job], payload: JsonObject) -> Job:
    values: dict[str, object] = {}
    for field in fields(job_type):
        if field.name in payload:
            value = payload[field.name]
            values[field.name] = _value(field.name, value)
    try:
        return job_type(**values)  # type: ignore[arg-type]  # the payload was made from the same fields
    except TypeError as error:
        raise ValueError(f"{job_type.kind}: {error}") from error


def _value(name: str, value: Json) -> object:
    match name, value:
        case "platform", str(platform):
            return Platform(platform)
        case "where", {"platform": str(platform), "user": str(user), **rest}:
            return Where(Platform(platform), user, str(rest.get("channel", "")), str(rest.get("form", "")))
        case _:
            return value
