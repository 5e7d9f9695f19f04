"""A very small bot of a few calls, enough to see whether the page carries clicks and forms to whoever serves them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from integrations.simulator.world import World
from tests.simulator.slack_room import CARD, FORM, until

CHANNEL = "C0WALMARTUS"


@dataclass
class SmallBot:
    """Shows `CARD`; Reply opens `FORM`; what is submitted is kept, refused if it holds the word "rude"."""

    client: AsyncWebClient
    received: list[str]

    async def post(self, blocks: list[object] | None = None, text: str = "a card", thread_ts: str = "") -> str:
        posted = await self.client.chat_postMessage(
            channel=CHANNEL, text=text, blocks=CARD if blocks is None else blocks, thread_ts=thread_ts or None
        )
        return str(posted["ts"])

    async def update(self, ts: str, words: str) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": words}}, *CARD[1:]]
        await self.client.chat_update(channel=CHANNEL, ts=ts, text=words, blocks=blocks)


@asynccontextmanager
async def a_world() -> AsyncIterator[World]:
    world = World(slack_limits=False)
    await world.start()
    try:
        yield world
    finally:
        await world.stop()


@asynccontextmanager
async def a_small_bot(world: World) -> AsyncIterator[SmallBot]:
    client = AsyncWebClient(token=world.slack.bot_token, base_url=world.slack.api_url, retry_handlers=[], timeout=5)
    bot = SmallBot(client, [])
    app = AsyncApp(client=client)

    @app.action("reply")
    async def reply(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.action(re.compile(".*"))
    async def anything(ack, body, action, client):
        await ack()
        chosen = action.get("selected_option", {}).get("value", action["action_id"])
        await client.chat_postEphemeral(channel=CHANNEL, user=body["user"]["id"], text=f"You chose {chosen}")

    @app.view("reply_form")
    async def submitted(ack, view):
        words = view["state"]["values"]["words"]["text"]["value"]
        if "rude" in words:
            await ack(response_action="errors", errors={"words": "Say it kindly."})
            return
        bot.received.append(words)
        await ack()

    @app.command("/walmart")
    async def command(ack, body):
        await ack(f"You typed {body['text']}")

    @app.shortcut("msg_reply")
    async def shortcut(ack, body, client):
        await ack()
        bot.received.append(f"shortcut on: {body['message']['text']}")

    @app.event(re.compile(".*"))
    async def event(event):
        bot.received.append(f"{event['type']}: {event.get('text', '')}")

    handler = AsyncSocketModeHandler(app, world.slack.app_token)
    await handler.connect_async()
    await until(lambda: world.slack.socket.connections)
    try:
        yield bot
    finally:
        await handler.close_async()
