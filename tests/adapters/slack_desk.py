"""RelayDesk's Slack adapter against the stand-in: a support channel, its people, and an inbox that tests script."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.people import ChatUser, Platform
from bot.ports.chat import Answer, Intent, Interaction, MessageRef, Nothing
from bot.ports.vault import Secret
from bot.views.acts import ActName
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.slack.channels import Channel
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.server import SlackServer
from integrations.slack.calls import SlackCalls
from integrations.slack.connection import SlackConnection
from integrations.slack.json_values import JsonObject
from integrations.slack.methods import EVENTS, METHODS, bot_scopes
from integrations.slack.render import SlackRenderer
from integrations.slack.sockets import Patience
from tests.golden.sample_views import NEW_CARD

QUICK = Patience(heartbeat=0.2, hello=2.0, steady=0.2, longest=0.2, leave=1.0)
Receive = Callable[[Interaction], Awaitable[Answer]]


@dataclass
class Inbox:
    """Keeps what arrives and answers with what the test says, `Nothing` by default."""

    answer: Answer = field(default_factory=Nothing)
    receiving: Receive | None = None
    heard: list[Interaction] = field(default_factory=list)

    async def receive(self, interaction: Interaction) -> Answer:
        self.heard.append(interaction)
        if self.receiving is not None:
            return await self.receiving(interaction)
        return self.answer


class HonestCalls(SlackCalls):
    """Fails on a method or an argument that is not in the list which the manifest and the contract test read."""

    async def _call(
        self, client: AsyncWebClient, method: str, arguments: dict[str, object], *, repeatable: bool
    ) -> JsonObject:
        assert arguments.keys() <= METHODS[method].arguments, f"{method} is called with more than it lists"
        return await super()._call(client, method, arguments, repeatable=repeatable)


@dataclass
class Desk:
    clock: MovableClock
    faults: Faults
    server: SlackServer
    channel: Channel
    ann: Person
    calls: SlackCalls
    slack: SlackConnection
    inbox: Inbox

    @property
    def user(self) -> ChatUser:
        return ChatUser(Platform.SLACK, self.ann.user.id)


@asynccontextmanager
async def a_desk(
    *, limits: bool = False, rate: float = 1.0, installation: Installation | None = None
) -> AsyncIterator[Desk]:
    clock, faults = MovableClock(rate=rate), Faults()
    # Granted is what our own manifest asks for and no more: a call that needs another scope fails here.
    granted = installation or Installation(scopes=frozenset(bot_scopes()), events=frozenset(EVENTS))
    server = SlackServer(clock, faults, limits=limits, installation=granted, processing_seconds=0.0)
    ann = server.workspace.add_user("Ann Agent", email="ann@acme.example", tz="America/Chicago")
    channel = server.workspace.add_channel("support", ann.id)
    await server.start()
    calls = HonestCalls(Secret(server.bot_token), Secret(server.app_token), server.api_url, patience=1.0)
    slack = SlackConnection(calls, clock, patience=QUICK, settle=timedelta())
    try:
        yield Desk(clock, faults, server, channel, server.person(ann.id), calls, slack, Inbox())
    finally:
        await server.stop()


@asynccontextmanager
async def serving(desk: Desk, connections: int = 2) -> AsyncIterator[Desk]:
    """The desk while its connection is up."""
    task = asyncio.ensure_future(desk.slack.serve(desk.inbox))
    try:
        await until(lambda: task.done() or len(desk.server.socket.connections) == connections)
        if task.done():
            task.result()
        await until(lambda: desk.slack.connected_since is not None)
        yield desk
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(seen: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for something that another task is about to do."""
    async with asyncio.timeout(seconds):
        while not seen():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


async def a_card(desk: Desk) -> MessageRef:
    """A new ticket's card in the channel."""
    return await desk.slack.post(desk.channel.id, SlackRenderer().render(NEW_CARD), Intent("card"))


async def press(desk: Desk, card: MessageRef, act: ActName) -> None:
    """Ann presses Reply or Take it, and Slack is content."""
    place = 0 if act is ActName.REPLY else 1
    outcome = await desk.ann.press(desk.channel.id, card.id, f"{act}.{place}")
    assert outcome.acknowledged, outcome.warning


def told(desk: Desk) -> list[str]:
    """What only Ann was told, oldest first."""
    return [message.content.text for message in desk.server.ephemerals(desk.ann.user.id)]
