"""What every chat platform keeps to: the fake, and Slack's adapter against the stand-in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.mails import Attachment
from bot.domain.people import ChatUser, Platform, Standing
from bot.domain.replies import ReplyFile
from bot.i18n import Texts
from bot.ports.chat import Chat, ChatCall, Intent, Interaction, MessageGone, MessageRef, Nothing
from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured, Permanent, Transient, Uncertain
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.people.typing import FileToSend
from integrations.simulator.slack.users import UserKind
from integrations.slack.attached import reply_files
from integrations.slack.directory import SlackDirectory
from integrations.slack.files import SlackFiles
from integrations.slack.posting import Posting
from integrations.slack.refreshing import SlackForms
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import Inbox, a_desk, until
from tests.fakes.chat import FakeChat
from tests.golden.sample_views import CARDS, MESSAGES, NEW_CARD, line

NOTICE = Notice(Tone.INFO, (line("only for you"),))
PHOTO = Attachment("photo.png", "image/png", b"\x89PNG")


@dataclass
class World:
    """A chat with one channel and one member, and the ways in which a test meddles with it."""

    chat: Chat
    clock: Clock
    channel: str
    user: ChatUser
    stranger: ChatUser
    roots: Callable[[], int]
    replies: Callable[[MessageRef], int]
    told: Callable[[], int]
    lose_answer: Callable[[ChatCall], None]
    refuse_for_now: Callable[[ChatCall], None]
    upload: Callable[[bytes], Awaitable[ReplyFile]]

    async def card(self, key: str = "card") -> MessageRef:
        return await self.chat.connection.post(self.channel, self.chat.renderer.render(NEW_CARD), Intent(key))


@asynccontextmanager
async def the_fake() -> AsyncIterator[World]:
    clock = MovableClock()
    fake = FakeChat(clock)
    user = fake.add_person("U1", "Ann", "C1", email="ann@acme.example")
    stranger = fake.add_person("U2", "Sam", standing=Standing.STRANGER)

    async def upload(content: bytes) -> ReplyFile:
        fake.uploads["F1"] = Attachment("a.pdf", "application/pdf", content)
        return ReplyFile("a.pdf", "application/pdf", len(content), "F1")

    yield World(
        fake.chat(),
        clock,
        "C1",
        user,
        stranger,
        roots=lambda: len(fake.in_channel("C1")),
        replies=lambda root: len(fake.in_thread(root)) + sum(ref.thread == root.id for ref, _ in fake.files.values()),
        told=lambda: len(fake.told),
        lose_answer=fake.lose,
        refuse_for_now=lambda call: fake.fail(call, Transient("too many calls", retry_after=1)),
        upload=upload,
    )


_METHODS = {
    ChatCall.POST: "chat.postMessage",
    ChatCall.UPDATE: "chat.update",
    ChatCall.TELL: "chat.postEphemeral",
    ChatCall.FILE: "files.completeUploadExternal",
}


@asynccontextmanager
async def slack() -> AsyncIterator[World]:
    async with a_desk() as desk:
        chat = Chat(
            Platform.SLACK,
            desk.slack,
            SlackRenderer(),
            SlackDirectory(desk.calls, desk.clock),
            SlackFiles(desk.calls, desk.clock, settle=timedelta()),
            SlackForms(desk.calls, Posting(desk.calls, desk.clock, Texts(), settle=timedelta()), Texts()),
        )
        sam = desk.server.workspace.add_user("Sam Stranger", kind=UserKind.STRANGER)

        async def upload(content: bytes) -> ReplyFile:
            message = await desk.ann.say(desk.channel.id, "see", "", [FileToSend("a.pdf", content, "application/pdf")])
            (file,) = reply_files(message.as_json()["files"])
            desk.server.posting.delete(message, by=desk.ann.user.id, method="test")
            return file

        def lose(call: ChatCall) -> None:
            desk.faults.order(f"slack:{_METHODS[call]}", Fault(FaultKind.DROP_AFTER))

        def refuse(call: ChatCall) -> None:
            desk.faults.order(f"slack:{_METHODS[call]}", Fault(FaultKind.STATUS, status=429, retry_after=1))

        yield World(
            chat,
            desk.clock,
            desk.channel.id,
            desk.user,
            ChatUser(Platform.SLACK, sam.id),
            roots=lambda: len(desk.server.messages(desk.channel.id)),
            replies=lambda root: len(desk.server.thread(root.channel, root.id)) - 1,
            told=lambda: len(desk.server.ephemerals(desk.ann.user.id)),
            lose_answer=lose,
            refuse_for_now=refuse,
            upload=upload,
        )


@pytest.fixture(params=[the_fake, slack])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with request.param() as opened:
        yield opened


async def test_a_lost_answer_is_uncertain_and_what_landed_is_found(world: World) -> None:
    tried = world.clock.now()
    world.lose_answer(ChatCall.POST)
    with pytest.raises(Uncertain):
        await world.card()
    assert world.roots() == 1
    found = await world.chat.connection.post(world.channel, world.chat.renderer.render(NEW_CARD), Intent("card", tried))
    assert world.roots() == 1
    await world.chat.connection.update(found, world.chat.renderer.render(CARDS["card-taken"]))


async def test_what_never_landed_is_posted_when_it_was_looked_for(world: World) -> None:
    tried = world.clock.now()
    await world.card("another")
    await world.chat.connection.post(world.channel, world.chat.renderer.render(NEW_CARD), Intent("card", tried))
    assert world.roots() == 2


async def test_too_many_calls_are_transient_and_nothing_happened(world: World) -> None:
    world.refuse_for_now(ChatCall.POST)
    with pytest.raises(Transient) as refused:
        await world.card()
    assert refused.value.retry_after is not None
    assert world.roots() == 0


async def test_a_vanished_thread_is_gone_and_nothing_stands_outside(world: World) -> None:
    letter = world.chat.renderer.render(MESSAGES["thread-buyer"])
    for intent in (Intent("letter"), Intent("letter", world.clock.now())):
        with pytest.raises(MessageGone):
            await world.chat.connection.post(world.channel, letter, intent, thread="1600000000.000100")
    assert world.roots() == 0


async def test_an_update_of_a_removed_message_is_gone(world: World) -> None:
    card = await world.card()
    await world.chat.connection.remove(card)
    await world.chat.connection.remove(card)
    with pytest.raises(MessageGone):
        await world.chat.connection.update(card, world.chat.renderer.render(CARDS["card-taken"]))


async def test_thread_items_hang_under_their_card(world: World) -> None:
    card = await world.card()
    letter = world.chat.renderer.render(MESSAGES["thread-buyer"])
    posted = await world.chat.connection.post(world.channel, letter, Intent("letter"), thread=card.id)
    assert (posted.channel, posted.thread) == (card.channel, card.id)
    assert (world.roots(), world.replies(card)) == (1, 1)


async def test_an_update_may_be_repeated(world: World) -> None:
    card = await world.card()
    taken = world.chat.renderer.render(CARDS["card-taken"])
    world.refuse_for_now(ChatCall.UPDATE)
    with pytest.raises(Transient):
        await world.chat.connection.update(card, taken)
    await world.chat.connection.update(card, taken)
    await world.chat.connection.update(card, taken)
    assert world.roots() == 1


async def test_one_person_is_told(world: World) -> None:
    card = await world.card()
    await world.chat.connection.tell(world.channel, world.user, NOTICE, thread=card.id)
    assert world.told() == 1
    assert world.replies(card) == 0


async def test_equal_views_have_equal_fingerprints(world: World) -> None:
    render = world.chat.renderer.render
    assert render(NEW_CARD) == render(replace(NEW_CARD))
    prints = {render(view).fingerprint for view in [*CARDS.values(), *MESSAGES.values()]}
    assert len(prints) == len(CARDS) + len(MESSAGES)


async def test_the_directory_knows_members_and_strangers(world: World) -> None:
    directory = world.chat.directory
    assert (await directory.person(world.user)).standing is Standing.MEMBER
    assert (await directory.person(world.stranger)).standing is Standing.STRANGER
    assert await directory.is_member(world.channel, world.user)
    assert not await directory.is_member(world.channel, world.stranger)
    found = await directory.person_by_email("ann@acme.example")
    assert found is not None
    assert found.user == world.user
    assert await directory.person_by_email("nobody@acme.example") is None
    with pytest.raises(Permanent):
        await directory.person(ChatUser(world.user.platform, "U404"))


async def test_only_a_channel_that_we_are_in_can_be_worked_in(world: World) -> None:
    assert await world.chat.directory.channel(world.channel)
    with pytest.raises(Misconfigured):
        await world.chat.directory.channel("C404")


async def test_it_tells_since_when_clicks_arrive(world: World) -> None:
    assert world.chat.connection.connected_since is None
    serving = asyncio.create_task(world.chat.connection.serve(Inbox()))
    await until(lambda: world.chat.connection.connected_since is not None)
    assert world.chat.connection.connected_since is not None
    assert world.chat.connection.connected_since <= world.clock.now()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert world.chat.connection.connected_since is None


async def test_a_file_goes_into_its_thread_once(world: World) -> None:
    card = await world.card()
    tried = world.clock.now()
    world.lose_answer(ChatCall.FILE)
    with pytest.raises(Uncertain):
        await world.chat.files.send(world.channel, card.id, PHOTO, Intent("file"))
    await until(lambda: world.replies(card) == 1)
    await world.chat.files.send(world.channel, card.id, PHOTO, Intent("file", tried))
    assert world.replies(card) == 1
    with pytest.raises(MessageGone):
        await world.chat.files.send(world.channel, "1600000000.000100", PHOTO, Intent("file"))


async def test_a_persons_file_is_fetched_up_to_a_size(world: World) -> None:
    file = await world.upload(b"%PDF-1.7")
    assert (await world.chat.files.fetch(file, most=100)).content == b"%PDF-1.7"
    with pytest.raises(Permanent):
        await world.chat.files.fetch(file, most=3)
    with pytest.raises(Permanent):
        await world.chat.files.fetch(replace(file, chat_file="F404"), most=100)


async def test_serving_ends_when_it_is_cancelled_and_never_by_itself(world: World) -> None:
    class Nobody:
        async def receive(self, interaction: Interaction) -> Nothing:
            return Nothing()

    serving = asyncio.ensure_future(world.chat.connection.serve(Nobody()))
    await asyncio.sleep(0.05)
    assert not serving.done()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    assert await world.chat.connection.check()
