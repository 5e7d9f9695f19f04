"""The front door: once only, in time, and an honest word whatever goes wrong behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography.fernet import Fernet

from bot.domain.events import EventKind, TicketId
from bot.domain.people import ChatUser, Platform, Standing
from bot.domain.sites import Channel
from bot.gateway import Gateway
from bot.i18n import Texts
from bot.i18n.pieces import plain
from bot.ports.chat import (
    Answer,
    FormClosed,
    FormErrors,
    MessageRef,
    Nothing,
    OnlyYou,
    Pressed,
    Said,
    ShowForm,
    Submitted,
    Typed,
)
from bot.ports.chat_records import CARD, Post, PostState
from bot.ports.failures import Transient
from bot.ports.store import UnitOfWork
from bot.ports.vault import Secret
from bot.services.acting import Surroundings
from bot.services.health import Health
from bot.services.identity import Identity
from bot.services.waits import Waits
from bot.views.acts import Act, ActName
from integrations.simulator.clock import MovableClock
from integrations.walmart.letters.reply_rules import WalmartReplyRules
from storage.vault import FernetVault
from tests.contract.store_places import START
from tests.contract.store_world import CHANNEL, conversation
from tests.fakes.chat import FakeChat
from tests.fakes.store import FakeStore

WAITS = Waits(answer=0.4)
GREEN = ChatUser(Platform.SLACK, "U7")


@dataclass
class House:
    store: FakeStore
    chat: FakeChat
    clock: MovableClock
    gateway: Gateway
    ticket: TicketId

    def pressed(self, act: ActName, key: str = "k1", user: ChatUser = GREEN, about: str = "") -> Pressed:
        return Pressed(key, user, CHANNEL.id, Act(act, self.ticket, about))

    def said(self, key: str = "k1", thread: str = "100.1") -> Said:
        return Said(key, GREEN, CHANNEL.id, MessageRef(CHANNEL.id, "200.2", thread), "On its way.")

    async def kinds(self) -> list[EventKind]:
        events = await self.store.read(lambda snapshot: snapshot.events.of_ticket(self.ticket))
        return [event.kind for event in events]

    async def card_stands(self, state: PostState = PostState.POSTED) -> None:
        message = "100.1" if state is PostState.POSTED else ""
        post = Post(self.ticket, CHANNEL, CARD, state, START, message)
        await self.store.run(lambda uow: uow.posts.put(post))


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    clock = MovableClock(start=START)
    store, chat = FakeStore(clock), FakeChat(clock)
    chat.add_person(GREEN.id, "Gil Green", CHANNEL.id)
    ticket = await store.run(lambda uow: conversation(uow)[1])
    gateway = Gateway(
        store=store,
        identity=Identity(store, {Platform.SLACK: chat.chat()}, clock, WAITS),
        rules=WalmartReplyRules(),
        desk=Surroundings(Health(), FernetVault([Secret(Fernet.generate_key().decode())])),
        texts=_english,
        admins=(),
        clock=clock,
        waits=WAITS,
    )
    yield House(store, chat, clock, gateway, ticket.id)


def _english(_channel: Channel) -> Texts:
    return Texts()


def words(answer: Answer) -> str:
    if isinstance(answer, FormErrors):
        return " ".join(answer.errors.values())
    assert isinstance(answer, OnlyYou)
    return " ".join(plain(line) for line in answer.notice.lines)


async def test_an_act_delivered_twice_happens_once_and_one_that_opens_opens_the_same_again() -> None:
    async with house() as at:
        for _delivery in range(2):
            assert await at.gateway.receive(at.pressed(ActName.RESOLVE)) == Nothing()
        assert await at.kinds() == [EventKind.SOLVED]
        first = await at.gateway.receive(at.pressed(ActName.REPLY, "k2"))
        second = await at.gateway.receive(at.pressed(ActName.REPLY, "k2"))
        assert isinstance(first, ShowForm)
        assert isinstance(second, ShowForm)
        assert first.form.token == second.form.token


async def test_a_refused_act_is_not_used_up() -> None:
    async with house() as at:
        form = await at.gateway.receive(at.pressed(ActName.REPLY))
        assert isinstance(form, ShowForm)
        empty = Submitted("k2", GREEN, "", "reply", form.form.token, {"text": " "})
        assert "Write something" in words(await at.gateway.receive(empty))
        full = replace(empty, values={"text": "Hello."})
        assert await at.gateway.receive(full) == Nothing()
        assert await at.kinds() == [EventKind.REPLY_QUEUED]
        assert await at.gateway.receive(replace(full, key="k3")) == Nothing()
        assert await at.kinds() == [EventKind.REPLY_QUEUED], "the same form, sent again, is the same reply"


async def test_a_ticket_that_is_not_here_is_said_so_and_a_forgotten_form_keeps_its_text() -> None:
    async with house() as at:
        other = Pressed("k1", GREEN, CHANNEL.id, Act(ActName.TAKE, TicketId(9)))
        assert "not known here" in words(await at.gateway.receive(other))
        lost = Submitted("k2", GREEN, "", "reply", "nobody.1.0", {"text": "Hello."})
        assert isinstance(await at.gateway.receive(lost), FormErrors)
        broken = Submitted("k3", GREEN, "", "note", "note." + "9" * 50, {"text": "Hello."})
        assert isinstance(await at.gateway.receive(broken), FormErrors)


async def test_whoever_may_not_is_told_recorded_and_changes_nothing() -> None:
    async with house() as at:
        at.chat.people[GREEN.id] = replace(at.chat.people[GREEN.id], standing=Standing.GUEST)
        assert "Guests" in words(await at.gateway.receive(at.pressed(ActName.TAKE)))
        assert "Guests" in words(await at.gateway.receive(Typed("k2", GREEN, CHANNEL.id, "")))
        assert await at.kinds() == []
        recorded = [(kind, reason) for _user, kind, reason, _at in at.store.tables.refusals.values()]
        assert recorded == [("take", "guest"), ("status", "guest")]


async def test_the_directory_is_asked_again_after_a_while_and_memory_ends() -> None:
    async with house() as at:
        assert await at.gateway.receive(at.pressed(ActName.RESOLVE)) == Nothing()
        at.clock.move(timedelta(seconds=WAITS.person_fresh - 60))
        at.chat.people.clear()
        assert await at.gateway.receive(at.pressed(ActName.REOPEN, "k2")) == Nothing()
        at.clock.move(timedelta(seconds=WAITS.person_stale))
        assert "Nothing was done" in words(await at.gateway.receive(at.pressed(ActName.RESOLVE, "k3")))


async def test_a_transaction_that_is_too_slow_is_answered_before_the_platform_gives_up() -> None:
    async with house() as at:
        run = at.store.run

        async def slow(work: Callable[[UnitOfWork], object]) -> object:
            await asyncio.sleep(1.0)
            return await run(work)

        at.store.run = slow  # type: ignore[method-assign,assignment]
        started = asyncio.get_running_loop().time()
        assert "too long" in words(await at.gateway.receive(at.pressed(ActName.TAKE)))
        assert asyncio.get_running_loop().time() - started < WAITS.answer * 1.5


async def test_a_failure_and_a_defect_are_told_each_in_its_way() -> None:
    async with house() as at:
        await at.card_stands()
        for failure, told in [(Transient("the disk is full."), "the disk is full"), (KeyError("x"), "a defect")]:

            async def broken(_work: object, failure: Exception = failure) -> object:
                raise failure

            at.store.read = broken  # type: ignore[method-assign,assignment]
            assert told in words(await at.gateway.receive(at.pressed(ActName.TAKE)))
            form = Submitted("k2", GREEN, "", "reply", "t.1.0", {"text": "Hello."})
            assert told in words(await at.gateway.receive(form))
            assert "stays internal" in words(await at.gateway.receive(at.said()))
            assert await at.gateway.receive(FormClosed("k3", GREEN, "", "reply", "t.1.0")) == Nothing()


async def test_words_under_a_card_whose_posting_is_just_being_recorded_are_heard() -> None:
    async with house() as at:
        await at.card_stands(PostState.POSTING)
        hearing = asyncio.create_task(at.gateway.receive(at.said()))
        await asyncio.sleep(0.02)
        await at.card_stands()
        assert await hearing == Nothing()
        assert [job.job.kind for job in at.store.tables.jobs.values()] == ["offer to send"]


async def test_words_in_a_thread_that_is_no_tickets_are_nobodys_business() -> None:
    async with house() as at:
        assert await at.gateway.receive(at.said(thread="300.3")) == Nothing()
        assert not at.store.tables.jobs
