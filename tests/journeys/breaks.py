"""Deliberate breaks of the product, each as small as the mistake that might be made one day."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from bot import gateway
from bot.app import Change
from bot.application import Adapters
from bot.demo import broken
from bot.domain.conversation import Conversation
from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.jobs import SyncCard
from bot.domain.mails import OutgoingMail
from bot.domain.sites import MailAccount
from bot.domain.tickets import Inquiry, Ticket
from bot.i18n import Texts
from bot.ports.chat import Answer, ChatInbox, ChatPlatform, Intent, MessageRef, Rendered, Said
from bot.ports.mail import Postman
from bot.ports.store import UnitOfWork
from bot.ports.vault import Secret
from bot.services import card_sync, filing, reactions, replying
from bot.services.acting import Acting
from bot.services.conversations import conversation
from bot.services.replying import Draft, minted, newest, queue_reply
from bot.views import order_facts
from bot.views.card_of_ticket import ticket_card
from bot.views.form import ChoiceField, Form
from bot.views.reply_form import INTERNAL_NOTE, ReplyToken, reply_form
from bot.views.ticket_card import TicketCard

Break = Callable[[pytest.MonkeyPatch], Change]


def _untouched(adapters: Adapters) -> Adapters:
    return adapters


def nothing(_patch: pytest.MonkeyPatch) -> Change:
    return _untouched


def as_the_demo_breaks_it(kind: str) -> Break:
    return lambda _patch: broken(kind)


# --- what is shown ---------------------------------------------------------------------------------------------------


def card(change: Callable[[TicketCard], TicketCard]) -> Break:
    """Every card is drawn otherwise."""

    def apply(patch: pytest.MonkeyPatch) -> Change:
        def drawn(talk: Conversation, texts: Texts, now: datetime) -> TicketCard:
            return change(ticket_card(talk, texts, now))

        patch.setattr(card_sync, "ticket_card", drawn)
        return _untouched

    return apply


def order_without(**left_away: object) -> Break:
    """The order component lacks something."""

    def change(shown: TicketCard) -> TicketCard:
        return replace(shown, order=replace(shown.order, **left_away) if shown.order else None)

    return card(change)


def form(change: Callable[[Form], Form]) -> Break:
    """The reply form is another one."""

    def apply(patch: pytest.MonkeyPatch) -> Change:
        patch.setattr(replying, "reply_form", lambda *given, **named: change(reply_form(*given, **named)))
        return _untouched

    return apply


def defaulting_to_a_note(shown: Form) -> Form:
    fields = [replace(each, value=INTERNAL_NOTE) if isinstance(each, ChoiceField) else each for each in shown.fields]
    return replace(shown, fields=tuple(fields))


def unmasked(patch: pytest.MonkeyPatch) -> Change:
    patch.setattr(order_facts, "masked", lambda person: f"{person.name}, {person.street}, {person.city}")
    return _untouched


@dataclass
class PostingAnew:
    """An update becomes a second card."""

    connection: ChatPlatform

    @property
    def connected_since(self) -> datetime | None:
        return self.connection.connected_since

    async def update(self, message: MessageRef, view: Rendered) -> None:
        await self.connection.post(message.channel, view, Intent(view.fingerprint), thread=message.thread)

    async def post(self, channel: str, view: Rendered, intent: Intent, *, thread: str = "") -> MessageRef:
        return await self.connection.post(channel, view, intent, thread=thread)

    async def serve(self, inbox: ChatInbox) -> None:
        await self.connection.serve(inbox)

    async def check(self) -> str:
        return await self.connection.check()


def card_again_instead_of_an_update(_patch: pytest.MonkeyPatch) -> Change:
    def change(adapters: Adapters) -> Adapters:
        chats = {name: replace(chat, connection=PostingAnew(chat.connection)) for name, chat in adapters.chats.items()}
        return replace(adapters, chats=chats)

    return change


# --- what leaves -----------------------------------------------------------------------------------------------------


@dataclass
class Liar:
    """Says that it sent, and sends nothing."""

    postman: Postman

    def compose(self, mail: OutgoingMail) -> bytes:
        return self.postman.compose(mail)

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        del mailbox, password, mail, within

    async def check(self, mailbox: MailAccount, password: Secret) -> None:
        await self.postman.check(mailbox, password)


def reply_that_never_leaves(_patch: pytest.MonkeyPatch) -> Change:
    return lambda adapters: replace(adapters, postman=Liar(adapters.postman))


def thread_text_that_leaves_by_itself(patch: pytest.MonkeyPatch) -> Change:
    def heard(uow: UnitOfWork, said: Said, ticket: TicketId, acting: Acting) -> Answer:
        talk, token = conversation(uow, ticket), minted(said.key)
        queue_reply(uow, talk, Draft(token, said.text, (), ReplyToken(token, *newest(talk))), acting)
        return offered(uow, said, ticket, acting)

    offered = gateway.heard
    patch.setattr(gateway, "heard", heard)
    return _untouched


# --- what comes in ---------------------------------------------------------------------------------------------------


def letter_that_waits_for_walmart(patch: pytest.MonkeyPatch) -> Change:
    def jobs(event: TicketEvent, ticket: Ticket, channels: object, waits: object) -> list[reactions.Follow]:
        follows = known(event, ticket, channels, waits)
        if event.kind is not EventKind.OPENED:
            return follows
        return [follow for follow in follows if not isinstance(follow.job, SyncCard)]

    known = reactions.jobs_for
    patch.setattr(reactions, "jobs_for", jobs)
    return _untouched


def clock_that_does_not_start(patch: pytest.MonkeyPatch) -> Change:
    def stopped(*given: object, **named: object) -> Inquiry:
        started = Inquiry(*given, **named)
        return replace(started, answered_at=started.received_at)

    patch.setattr(filing, "Inquiry", stopped)
    return _untouched


def clock_that_starts_late(patch: pytest.MonkeyPatch) -> Change:
    def late(*given: object, **named: object) -> Inquiry:
        started = Inquiry(*given, **named)
        return replace(started, due_at=started.due_at.replace(year=started.due_at.year + 1))

    patch.setattr(filing, "Inquiry", late)
    return _untouched
