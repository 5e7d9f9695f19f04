"""A chat platform, seen from the application: what comes in, what may be answered, what can be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from bot.domain.mails import Attachment
from bot.domain.people import ChatUser, Person, Platform
from bot.domain.replies import ReplyFile
from bot.domain.where import Where
from bot.i18n.pieces import Line
from bot.ports.jobs import Pace
from bot.views.acts import Act
from bot.views.form import Form
from bot.views.notice import Notice
from bot.views.page import Page
from bot.views.sheet import Sheet
from bot.views.thread_message import ThreadMessage
from bot.views.ticket_card import TicketCard

View: TypeAlias = TicketCard | ThreadMessage | Notice


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that exists. `thread` is the message it hangs under, empty for a root message."""

    channel: str
    id: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A view in the platform's own JSON. Equal views give equal fingerprints, in every process and release that
    draws them alike."""

    body: str = field(repr=False)
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Intent:
    """Why a message is posted, so that it can be found again.

    `first_tried_at` is set when an earlier attempt may have landed: the platform is searched for `key` from then on,
    and only if nothing is found is the message posted.
    """

    key: str
    first_tried_at: datetime | None = None


class ChatCall(StrEnum):
    POST = "post"
    UPDATE = "update"
    TELL = "tell"
    FILE = "file"


class MessageGone(Exception):
    """The message (or the root of the thread) no longer exists or can no longer be changed; nothing happened."""


class ChatPlatform(Protocol):
    """Every method raises the four failure words, `MessageGone` where it is named."""

    @property
    def connected_since(self) -> datetime | None:
        """Since when what people do arrives here without a break; None while it does not."""
        ...

    async def post(self, channel: str, view: Rendered, intent: Intent, *, thread: str = "") -> MessageRef:
        """Post once. `Uncertain` when the answer was lost: the caller tries again with `first_tried_at`.
        Raises `MessageGone` when `thread` does not exist; nothing is left standing outside the thread."""
        ...

    async def update(self, message: MessageRef, view: Rendered) -> None:
        """Raises `MessageGone`. Safe to repeat."""
        ...

    async def remove(self, message: MessageRef) -> None: ...

    async def tell(self, channel: str, user: ChatUser, notice: Notice, *, thread: str = "") -> None:
        """Show something to one person only."""
        ...

    async def serve(self, inbox: "ChatInbox") -> None:
        """Keep the connection until cancelled; reconnects by itself and never gives up on a dead network.
        Raises `Misconfigured` when the platform refuses the tokens."""
        ...

    async def check(self) -> str:
        """Return one line about who we are on the platform (workspace, bot); raises as every call."""
        ...


class ChatRenderer(Protocol):
    """Pure."""

    def render(self, view: View) -> Rendered: ...

    def pace(self, call: ChatCall, channel: str) -> Pace:
        """The platform's rate limit that this call falls under."""
        ...


class ChatDirectory(Protocol):
    async def person(self, user: ChatUser) -> Person: ...

    async def person_by_email(self, email: str) -> Person | None: ...

    async def is_member(self, channel: str, user: ChatUser) -> bool:
        """Tell whether the user is in the channel."""
        ...

    async def channel(self, channel: str) -> str:
        """Return the name of a channel that the program works in. Raises `Misconfigured` for one that it is not in,
        where no click would arrive, and for one that is closed."""
        ...


class ChatForms(Protocol):
    """Bringing news to somebody who waits. To open something is an answer's business (`Answer`): a platform lets a
    program open a form only in the moment in which a person acts."""

    async def refresh(self, where: Where, answer: "Answer") -> None:
        """Show what came of a longer work: in the form or page that was open, or, where that is gone or none was, to
        the person alone, with a button that opens it. Safe to repeat. Raises the failure words."""
        ...


class ChatFiles(Protocol):
    async def send(self, channel: str, thread: str, file: Attachment, intent: Intent) -> str:
        """Put a file into a thread, once, and return the platform's id of it."""
        ...

    async def hand(self, user: ChatUser, file: Attachment) -> None:
        """Give a file to one person, where nobody else sees it. After a failure the person may have it all the same."""
        ...

    async def fetch(self, file: ReplyFile, *, most: int) -> Attachment:
        """Fetch what an agent attached; `Permanent` when it is gone or larger than `most` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Chat:
    """One connected platform, as the composition root hands it to the application."""

    platform: Platform
    connection: ChatPlatform
    renderer: ChatRenderer
    directory: ChatDirectory
    files: ChatFiles
    forms: ChatForms


# --- what comes in -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Interaction:
    """`key` is the same for every delivery of one human act and for no other act."""

    key: str
    user: ChatUser
    channel: str


@dataclass(frozen=True, slots=True)
class Typed(_Interaction):
    """A slash command: the words after the command itself; or a button that stands for such words. Channels and people
    in them are written `<#id>` and `<@id>`, on every platform. `open_form` is the platform's name of the form or page
    where the button was pressed."""

    words: str = field(repr=False)
    open_form: str = ""


@dataclass(frozen=True, slots=True)
class Pressed(_Interaction):
    """A button, an overflow item or a message shortcut. `message` is what it hung on, if anything."""

    act: Act
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Submitted(_Interaction):
    """A form was sent. `values` by field name; `files` by field name; `form` names it, `token` is what it carried;
    `open_form` is the platform's own name of it, under which its answer can be brought later."""

    form: str
    token: str
    values: Mapping[str, str] = field(repr=False)
    files: Mapping[str, tuple[ReplyFile, ...]] = field(default_factory=dict, repr=False)
    open_form: str = ""


@dataclass(frozen=True, slots=True)
class FormClosed(_Interaction):
    """A form was left without sending it."""

    form: str
    token: str


@dataclass(frozen=True, slots=True)
class Said(_Interaction):
    """A person wrote in a thread that hangs under a message of ours. `text` has lost the platform's markup."""

    message: MessageRef
    text: str = field(repr=False)
    files: tuple[ReplyFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Picked(_Interaction):
    """A person picked a message in a thread and asks to send it to the buyer. `author` wrote it, which may be
    somebody else, a bot included (empty id); `text` has lost the platform's markup."""

    message: MessageRef
    author: ChatUser
    text: str = field(repr=False)
    files: tuple[ReplyFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened(_Interaction):
    """A person opened the bot's home."""


Interaction: TypeAlias = Typed | Pressed | Submitted | FormClosed | Said | Picked | Opened


# --- what may be answered ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Nothing:
    """Accepted; a form closes."""


@dataclass(frozen=True, slots=True)
class OnlyYou:
    """Tell the person who acted."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class ShowForm:
    """Open a form, or replace the one that was submitted."""

    form: Form


@dataclass(frozen=True, slots=True)
class ShowSheet:
    """Open something to read."""

    sheet: Sheet


@dataclass(frozen=True, slots=True)
class ShowPage:
    """Open a page. Where the act came from a page of the same name, that one is brought up to date in place; where it
    came from a form that a page had opened, the form closes and that page is brought up to date."""

    page: Page


@dataclass(frozen=True, slots=True)
class Wait:
    """Something takes longer than a person may be kept; it was begun, and its own answer follows (`ChatForms`). A form
    that was sent, and a page that was pressed, make room for this line; elsewhere it is told to the person alone."""

    line: Line


@dataclass(frozen=True, slots=True)
class FormErrors:
    """Refuse a form by field; what was typed stays. The empty name stands for the form as a whole."""

    errors: Mapping[str, str]


Answer: TypeAlias = Nothing | OnlyYou | ShowForm | ShowSheet | ShowPage | Wait | FormErrors


class ChatInbox(Protocol):
    """Implemented by `bot.gateway`."""

    async def receive(self, interaction: Interaction) -> Answer:
        """Return within the platform's three seconds, after what matters is committed. Never raises."""
        ...
