"""A chat platform in memory: what was shown to whom, and failures that a test orders."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.mails import Attachment
from bot.domain.people import ChatUser, Person, Platform, Standing
from bot.domain.replies import ReplyFile
from bot.domain.where import Where
from bot.ports.chat import (
    Answer,
    Chat,
    ChatCall,
    ChatInbox,
    Intent,
    Interaction,
    MessageGone,
    MessageRef,
    Rendered,
    View,
)
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Permanent, Uncertain
from bot.ports.jobs import Pace
from bot.views.notice import Notice


@dataclass(frozen=True)
class Shown:
    """A message that stands in the chat. `history` holds every body it had, the newest last."""

    ref: MessageRef
    key: str
    at: datetime
    history: tuple[str, ...]

    @property
    def body(self) -> str:
        return self.history[-1]


@dataclass(frozen=True)
class Told:
    channel: str
    user: ChatUser
    notice: Notice
    thread: str


@dataclass
class FakeChat:
    """Implements `ChatPlatform`, `ChatRenderer`, `ChatDirectory`, `ChatFiles` and `ChatForms` of one platform.

    `fail` orders what the next call of a kind raises, before it does anything; `lose` lets it happen and loses the
    answer. `do` is a person's act: it goes to the inbox that is served and its answer is kept.
    """

    clock: Clock
    platform: Platform = Platform.SLACK
    messages: dict[str, Shown] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    files: dict[str, tuple[MessageRef, Attachment]] = field(default_factory=dict)
    uploads: dict[str, Attachment] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    paces: dict[ChatCall, timedelta] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    handed: list[tuple[ChatUser, Attachment]] = field(default_factory=list)
    refreshed: list[tuple[Where, Answer]] = field(default_factory=list)
    calls: list[ChatCall] = field(default_factory=list)
    _failures: dict[ChatCall, list[Exception]] = field(default_factory=dict)
    _losses: dict[ChatCall, int] = field(default_factory=dict)
    _inbox: ChatInbox | None = None
    _count: int = 0
    connected_since: datetime | None = None

    def chat(self) -> Chat:
        return Chat(self.platform, self, self, self, self, self)

    def fail(self, call: ChatCall, *failures: Failure | MessageGone) -> None:
        self._failures.setdefault(call, []).extend(failures)

    def lose(self, call: ChatCall, times: int = 1) -> None:
        self._losses[call] = self._losses.get(call, 0) + times

    def serves(self, inbox: ChatInbox) -> None:
        self._inbox = inbox

    async def do(self, interaction: Interaction) -> Answer:
        if self._inbox is None:
            raise RuntimeError("nobody serves this chat")
        answer = await self._inbox.receive(interaction)
        self.answers.append(answer)
        return answer

    def add_person(self, identity: str, name: str, *channels: str, **changes: object) -> ChatUser:
        """Somebody of the home workspace; `changes` are fields of `Person`."""
        user = ChatUser(self.platform, identity)
        person = Person(user, name, Standing.MEMBER, "UTC", "en-US", self.clock.now())
        self.people[identity] = replace(person, **changes)  # type: ignore[arg-type]
        for channel in channels:
            self.members.setdefault(channel, set()).add(identity)
        return user

    def delete(self, message: MessageRef) -> None:
        """A person deletes a message; what hangs under it stays."""
        del self.messages[message.id]

    def in_channel(self, channel: str) -> list[Shown]:
        """Root messages, oldest first."""
        return [shown for shown in self.messages.values() if shown.ref.channel == channel and not shown.ref.thread]

    def in_thread(self, root: MessageRef) -> list[Shown]:
        """What hangs under a message, oldest first, files left out."""
        return [shown for shown in self.messages.values() if shown.ref.thread == root.id]

    # --- ChatPlatform ---

    async def post(self, channel: str, view: Rendered, intent: Intent, *, thread: str = "") -> MessageRef:
        lost = self._begin(ChatCall.POST)
        if thread and thread not in self.messages:
            raise MessageGone("no such thread")
        if intent.first_tried_at is not None:
            for shown in self.messages.values():
                if shown.key == intent.key and (shown.ref.channel, shown.ref.thread) == (channel, thread):
                    return shown.ref
        self._count += 1
        ref = MessageRef(channel, f"{self._count}.0", thread)
        self.messages[ref.id] = Shown(ref, intent.key, self.clock.now(), (view.body,))
        self._end(lost)
        return ref

    async def update(self, message: MessageRef, view: Rendered) -> None:
        self._begin(ChatCall.UPDATE)
        shown = self.messages.get(message.id)
        if shown is None:
            raise MessageGone("no such message")
        self.messages[message.id] = replace(shown, history=(*shown.history, view.body))

    async def remove(self, message: MessageRef) -> None:
        self.messages.pop(message.id, None)

    async def tell(self, channel: str, user: ChatUser, notice: Notice, *, thread: str = "") -> None:
        lost = self._begin(ChatCall.TELL)
        self.told.append(Told(channel, user, notice, thread))
        self._end(lost)

    async def serve(self, inbox: ChatInbox) -> None:
        self.serves(inbox)
        self.connected_since = self.clock.now()
        try:
            while True:
                await self.clock.sleep(3600)
        finally:
            self.connected_since = None

    async def check(self) -> str:
        return f"a {self.platform} in memory"

    # --- ChatRenderer ---

    def render(self, view: View) -> Rendered:
        body = json.dumps({"shown": repr(view)})
        return Rendered(body, sha256(body.encode()).hexdigest())

    def pace(self, call: ChatCall, channel: str) -> Pace:
        return Pace(f"{self.platform}:{call}:{channel}", self.paces.get(call, timedelta()))

    # --- ChatDirectory ---

    async def person(self, user: ChatUser) -> Person:
        found = self.people.get(user.id)
        if found is None:
            raise Permanent("no such user", code="user_not_found")
        return replace(found, seen_at=self.clock.now())

    async def person_by_email(self, email: str) -> Person | None:
        return self._first(self.people.values(), lambda person: person.email == email)

    async def is_member(self, channel: str, user: ChatUser) -> bool:
        return user.id in self.members.get(channel, set())

    async def channel(self, channel: str) -> str:
        if channel not in self.members:
            raise Misconfigured("the program is not in the channel; invite it there", code="not_in_channel")
        return channel

    # --- ChatForms ---

    async def refresh(self, where: Where, answer: Answer) -> None:
        self._begin(ChatCall.TELL)
        self.refreshed.append((where, answer))

    # --- ChatFiles ---

    async def send(self, channel: str, thread: str, file: Attachment, intent: Intent) -> str:
        lost = self._begin(ChatCall.FILE)
        if thread not in self.messages:
            raise MessageGone("no such thread")
        if intent.first_tried_at is not None:
            for identity, (ref, kept) in self.files.items():
                if ref.thread == thread and (kept.name, kept.size) == (file.name, file.size):
                    return identity
        self._count += 1
        identity = f"file-{self._count}"
        self.files[identity] = (MessageRef(channel, f"{self._count}.0", thread), file)
        self._end(lost)
        return identity

    async def hand(self, user: ChatUser, file: Attachment) -> None:
        lost = self._begin(ChatCall.FILE)
        self.handed.append((user, file))
        self._end(lost)

    async def fetch(self, file: ReplyFile, *, most: int) -> Attachment:
        kept = self.uploads.get(file.chat_file)
        if kept is None:
            raise Permanent("the file was deleted", code="file_deleted")
        if kept.size > most:
            raise Permanent("the file is too large", code="too_large")
        return kept

    # --- what tests order ---

    def _begin(self, call: ChatCall) -> bool:
        """Raise what was ordered; tell whether this call's answer is to be lost."""
        self.calls.append(call)
        if ordered := self._failures.get(call):
            raise ordered.pop(0)
        if self._losses.get(call):
            self._losses[call] -= 1
            return True
        return False

    @staticmethod
    def _end(lost: bool) -> None:
        if lost:
            raise Uncertain("the answer was lost")

    @staticmethod
    def _first(people: Iterable[Person], wanted: Callable[[Person], bool]) -> Person | None:
        return next((person for person in people if wanted(person)), None)
