"""A small workspace for the tests of the Slack stand-in: Ann and Bob in a support channel, and an application."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.slack.channels import Channel
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.server import SlackServer
from integrations.simulator.slack.users import User


@dataclass
class Room:
    clock: MovableClock
    faults: Faults
    server: SlackServer
    ann: User
    bob: User
    channel: Channel
    client: AsyncWebClient


@asynccontextmanager
async def a_room(
    *, limits: bool = False, rate: float = 1.0, installation: Installation | None = None, processing: float = 0.0
) -> AsyncIterator[Room]:
    clock = MovableClock(rate=rate)
    faults = Faults()
    server = SlackServer(clock, faults, limits=limits, installation=installation, processing_seconds=processing)
    ann = server.workspace.add_user("Ann Agent", email="ann@acme.example", tz="America/Chicago")
    bob = server.workspace.add_user("Bob Agent", email="bob@acme.example")
    channel = server.workspace.add_channel("support", ann.id, bob.id)
    await server.start()
    client = AsyncWebClient(token=server.bot_token, base_url=server.api_url, retry_handlers=[], timeout=5)
    try:
        yield Room(clock, faults, server, ann, bob, channel, client)
    finally:
        await server.stop()


async def refusal(call: Awaitable[object]) -> tuple[str, list[str]]:
    """The code and the messages with which Slack refuses `call`."""
    with pytest.raises(SlackApiError) as refused:
        await call
    answer = refused.value.response
    messages = (answer.get("response_metadata") or {}).get("messages", [])
    return answer["error"], messages


@asynccontextmanager
async def an_application(room: Room, connections: int = 1) -> AsyncIterator[AsyncApp]:
    """An unmodified slack-bolt application; listeners may be added before the first interaction."""
    app = AsyncApp(client=room.client)
    handlers = [AsyncSocketModeHandler(app, room.server.app_token) for _ in range(connections)]
    for handler in handlers:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(lambda: len(room.server.socket.connections) == connections)
    try:
        yield app
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]


async def until(seen: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for something that another task is about to do."""
    async with asyncio.timeout(seconds):
        while not seen():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


CARD = [
    {"type": "header", "text": {"type": "plain_text", "text": "#1042 Where is my order?"}},
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Tracking stands still"}]}],
    },
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {
                "type": "button",
                "action_id": "reply",
                "value": "t:1042:v1",
                "text": {"type": "plain_text", "text": "Reply"},
            },
            {
                "type": "overflow",
                "action_id": "more",
                "options": [
                    {"text": {"type": "plain_text", "text": "Note"}, "value": "note"},
                    {"text": {"type": "plain_text", "text": "Junk"}, "value": "junk"},
                ],
            },
        ],
    },
]

FORM = {
    "type": "modal",
    "callback_id": "reply_form",
    "private_metadata": "1042",
    "title": {"type": "plain_text", "text": "Walmart reply"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Reply"},
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        }
    ],
}
