"""Breaking the product on purpose, one way a kind: whoever watches it must notice each (`demo --check --sabotage`)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.mails import OutgoingMail
from bot.domain.people import ChatUser
from bot.domain.sites import MailAccount
from bot.ports.chat import Answer, ChatInbox, ChatPlatform, Intent, Interaction, MessageRef, Rendered, Submitted
from bot.ports.mail import Batch, Cursor, Folder, MailboxReport, MailSession, MailSource, Postman
from bot.ports.vault import Secret
from bot.views.notice import Notice


@dataclass(slots=True)
class LosingSession:
    """Forgets every second mail that it fetched."""

    session: MailSession
    source: "LosingSource"

    async def fetch(self, folder: Folder, after: Cursor | None, *, since: datetime, limit: int) -> Batch:
        batch = await self.session.fetch(folder, after, since=since, limit=limit)
        kept = tuple(mail for mail in batch.mails if self.source.keeps_next())
        return replace(batch, mails=kept)

    async def wait(self, seconds: float) -> None:
        await self.session.wait(seconds)

    def wake(self) -> None:
        self.session.wake()

    async def sent(self, message_id: str, *, since: datetime) -> bool | None:
        return await self.session.sent(message_id, since=since)

    async def answered(self, message_ids: Sequence[str], *, since: datetime) -> frozenset[str]:
        return await self.session.answered(message_ids, since=since)


@dataclass(slots=True)
class LosingSource:
    source: MailSource
    _count: int = 0

    def keeps_next(self) -> bool:
        self._count += 1
        return self._count % 2 == 1

    @asynccontextmanager
    async def open(self, mailbox: MailAccount, password: Secret) -> AsyncIterator[MailSession]:
        async with self.source.open(mailbox, password) as session:
            yield LosingSession(session, self)

    async def check(self, mailbox: MailAccount, password: Secret) -> MailboxReport:
        return await self.source.check(mailbox, password)


@dataclass(slots=True)
class DoublingPostman:
    """Sends every reply twice."""

    postman: Postman

    def compose(self, mail: OutgoingMail) -> bytes:
        return self.postman.compose(mail)

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        await self.postman.send(mailbox, password, mail, within=within)
        await self.postman.send(mailbox, password, mail, within=within)

    async def check(self, mailbox: MailAccount, password: Secret) -> None:
        await self.postman.check(mailbox, password)


@dataclass(slots=True)
class MisaddressingPostman:
    """Sends every reply to the buyer who was answered first."""

    postman: Postman
    _first: list[str] = field(default_factory=list)

    def compose(self, mail: OutgoingMail) -> bytes:
        return self.postman.compose(mail)

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        self._first.append(mail.to)
        await self.postman.send(mailbox, password, replace(mail, to=self._first[0]), within=within)

    async def check(self, mailbox: MailAccount, password: Secret) -> None:
        await self.postman.check(mailbox, password)


@dataclass(slots=True)
class LeakingInbox:
    """Takes an internal note for a reply to the buyer."""

    inbox: ChatInbox

    async def receive(self, interaction: Interaction) -> Answer:
        if isinstance(interaction, Submitted) and interaction.values.get("kind") == "internal_note":
            interaction = replace(interaction, values={**interaction.values, "kind": "walmart_reply"})
        return await self.inbox.receive(interaction)


@dataclass(slots=True)
class LeakingConnection:
    """A chat whose internal notes are taken for replies."""

    connection: ChatPlatform

    @property
    def connected_since(self) -> datetime | None:
        return self.connection.connected_since

    async def post(self, channel: str, view: Rendered, intent: Intent, *, thread: str = "") -> MessageRef:
        return await self.connection.post(channel, view, intent, thread=thread)

    async def update(self, message: MessageRef, view: Rendered) -> None:
        await self.connection.update(message, view)

    async def remove(self, message: MessageRef) -> None:
        await self.connection.remove(message)

    async def tell(self, channel: str, user: ChatUser, notice: Notice, *, thread: str = "") -> None:
        await self.connection.tell(channel, user, notice, thread=thread)

    async def serve(self, inbox: ChatInbox) -> None:
        await self.connection.serve(LeakingInbox(inbox))

    async def check(self) -> str:
        return await self.connection.check()
