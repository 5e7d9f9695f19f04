"""Two runs for one card, of processes of which one was taken for dead: one message is left standing."""

from dataclasses import dataclass

import pytest

from bot.domain.people import Platform
from bot.domain.sites import Channel
from bot.i18n import Texts
from bot.ports.chat import ChatCall, Intent, MessageRef, Rendered
from bot.ports.chat_records import CARD, Post, PostState
from bot.ports.failures import Permanent
from bot.ports.store import UnitOfWork
from bot.services.card_sync import CardSync, Desk
from bot.services.pacing import NotYet, Pacing
from bot.services.waits import Waits
from integrations.simulator.clock import MovableClock
from tests.contract.store_places import START
from tests.contract.store_world import conversation
from tests.fakes.chat import FakeChat
from tests.fakes.store import FakeStore

CHANNEL = Channel(Platform.SLACK, "C1")
WAITS = Waits(card_rest=0.0, chat_post=0.0)


@dataclass
class Overtaken(FakeChat):
    """While the first message is on its way, something happens elsewhere."""

    meanwhile: "object" = None

    async def post(self, channel: str, view: Rendered, intent: Intent, *, thread: str = "") -> MessageRef:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()  # type: ignore[operator]
        return await super().post(channel, view, intent, thread=thread)


class Office:
    def __init__(self) -> None:
        self.clock = MovableClock(start=START)
        self.store = FakeStore(self.clock)
        self.chat = Overtaken(self.clock)

    async def a_ticket(self) -> None:
        self.ticket = await self.store.run(lambda uow: conversation(uow)[1].id)

    def process(self) -> CardSync:
        desk = Desk(self.store, Pacing(self.store, self.clock, WAITS), lambda _channel: Texts(), self.clock, WAITS)
        return CardSync(desk, self.chat.chat(), CHANNEL, self.ticket, {})

    async def put(self, **changes: object) -> None:
        post = Post(self.ticket, CHANNEL, CARD, PostState.POSTING, START, **changes)  # type: ignore[arg-type]
        await self.store.run(lambda uow: uow.posts.put(post))

    async def known(self) -> Post:
        return (await self.store.read(lambda snapshot: snapshot.posts.of_ticket(self.ticket, CHANNEL)))[CARD]


async def test_of_two_cards_the_one_that_was_committed_first_stands() -> None:
    office = Office()
    await office.a_ticket()
    # The peer finds that a card was about to be posted, finds none in the channel, and posts it.
    office.chat.meanwhile = office.process().run
    await office.process().run()
    (card,) = office.chat.in_channel("C1")
    assert (await office.known()).message == card.ref.id


async def test_who_did_not_see_that_a_peer_has_begun_looks_again() -> None:
    office = Office()
    await office.a_ticket()
    process = office.process()
    usual = process._look

    async def look():  # type: ignore[no-untyped-def]
        shown = await usual()
        await office.put()
        return shown

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CardSync, "_look", lambda _self: look())
        with pytest.raises(NotYet):
            await process.run()
    assert office.chat.in_channel("C1") == []


async def test_what_a_peer_has_posted_is_not_forgotten_with_what_was_not() -> None:
    office = Office()
    await office.a_ticket()

    async def peer() -> None:
        def posted(uow: UnitOfWork) -> None:
            uow.posts.put(Post(office.ticket, CHANNEL, CARD, PostState.POSTED, START, "1.5", shown_at=START))

        await office.store.run(posted)
        office.chat.fail(ChatCall.POST, Permanent("refused."))

    office.chat.meanwhile = peer
    with pytest.raises(Permanent):
        await office.process().run()
    assert (await office.known()).message == "1.5"
