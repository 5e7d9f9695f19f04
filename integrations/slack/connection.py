"""Slack as the application's chat platform."""

import asyncio
from datetime import datetime, timedelta

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.domain.people import ChatUser
from bot.i18n.texts import Texts
from bot.ports.chat import ChatInbox, Intent, MessageRef, Rendered
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured
from bot.views.notice import Notice
from integrations.slack.afterwards import Answering
from integrations.slack.calls import SlackCalls, vendor_logger
from integrations.slack.door import FrontDoor
from integrations.slack.inbound import Us
from integrations.slack.json_values import text_of
from integrations.slack.posting import Posting
from integrations.slack.sockets import Patience, Sockets

_log = structlog.get_logger(__name__)


class SlackConnection:
    """Implements `ChatPlatform` with Bolt's `AsyncApp` over Socket Mode.

    `sockets` is how many connections are held at a time (Slack permits ten). `settle` is how long after a lost answer
    a message may still appear.
    """

    def __init__(
        self,
        calls: SlackCalls,
        clock: Clock,
        *,
        texts: Texts | None = None,
        sockets: int = 2,
        patience: Patience | None = None,
        settle: timedelta = timedelta(seconds=5),
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._texts = texts or Texts()
        self._count = sockets
        self._patience = patience or Patience()
        self._posting = Posting(calls, clock, self._texts, settle=settle)
        self._sockets: Sockets | None = None

    @property
    def connected_since(self) -> datetime | None:
        """Since when at least one connection has stood without a break; None while none does."""
        return self._sockets.connected_since if self._sockets is not None else None

    async def post(self, channel: str, view: Rendered, intent: Intent, *, thread: str = "") -> MessageRef:
        return await self._posting.post(channel, view, intent, thread=thread)

    async def update(self, message: MessageRef, view: Rendered) -> None:
        await self._posting.update(message, view)

    async def remove(self, message: MessageRef) -> None:
        await self._posting.remove(message)

    async def tell(self, channel: str, user: ChatUser, notice: Notice, *, thread: str = "") -> None:
        await self._posting.tell(channel, user, notice, thread=thread)

    async def check(self) -> str:
        found = await self._calls.whoami()
        workspace, team = text_of(found, "team"), text_of(found, "team_id")
        return f"Slack workspace {workspace} ({team}) as {text_of(found, 'user')} ({text_of(found, 'user_id')})"

    async def serve(self, inbox: ChatInbox) -> None:
        us = await self._introduce()
        answering = Answering(self._calls, self._posting, self._texts)
        door = FrontDoor(
            inbox,
            answering,
            us,
            self._clock,
            self._texts,
            answer_within=self._patience.answer,
            late=self._patience.late,
        )
        app = AsyncApp(client=self._calls.writer, before_authorize=door, logger=vendor_logger(), name="relaydesk")

        async def handle(socket: SocketModeClient, request: SocketModeRequest) -> None:
            response = await run_async_bolt_app(app, request)
            await send_async_response(socket, request, response, 0.0)

        self._sockets = Sockets(self._calls, self._clock, handle, count=self._count, patience=self._patience)
        try:
            await self._sockets.keep()
        finally:
            self._sockets = None
            await asyncio.shield(door.close(self._patience.leave))

    async def _introduce(self) -> Us:
        """Ask who we are, for as long as Slack does not answer. Raises `Misconfigured`."""
        pause = 0.5
        while True:
            try:
                return await self._calls.us()
            except Misconfigured:
                raise
            except Failure as failure:
                _log.warning("Slack does not answer", reason=failure.reason)
                await self._clock.sleep(pause)
                pause = min(self._patience.longest, pause * 2)
