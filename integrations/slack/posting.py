"""Posting, changing and removing messages: each message once, and none outside its thread."""

import json
from datetime import datetime, timedelta

import structlog

from bot.domain.people import ChatUser
from bot.i18n.texts import Texts
from bot.ports.chat import Intent, MessageGone, MessageRef, Rendered
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Transient
from bot.views.notice import Notice
from integrations.slack.calls import SlackCalls
from integrations.slack.errors import GONE, NOT_THERE_FOR_THE_USER
from integrations.slack.json_values import JsonObject, object_of, text_of
from integrations.slack.looking import find, metadata
from integrations.slack.render import SlackRenderer

_log = structlog.get_logger(__name__)
# A buyer's links and pictures must not be fetched by Slack.
_QUIET: JsonObject = {"unfurl_links": False, "unfurl_media": False}


class Posting:
    """`settle`: how old a first attempt must be before its absence means anything, since Slack may still be at it."""

    def __init__(self, calls: SlackCalls, clock: Clock, texts: Texts, *, settle: timedelta) -> None:
        self._calls = calls
        self._clock = clock
        self._renderer = SlackRenderer(texts)
        self._settle = settle

    async def post(self, channel: str, view: Rendered, intent: Intent, *, thread: str = "") -> MessageRef:
        if intent.first_tried_at is not None:
            if wait := early(intent.first_tried_at, self._clock.now(), self._settle):
                raise Transient("the last attempt may still be landing", retry_after=wait)
            found = await find(self._calls, channel, thread, intent.key, intent.first_tried_at)
            if found is not None:
                return MessageRef(channel, found, thread)
        arguments = _body(view) | _QUIET | {"channel": channel, "metadata": metadata(intent.key)}
        if thread:
            arguments["thread_ts"] = thread
        try:
            answer = await self._calls.write("chat.postMessage", **arguments)
        except Failure as refusal:
            _raise_if_gone(refusal)
            raise
        posted = MessageRef(text_of(answer, "channel") or channel, text_of(answer, "ts"), thread)
        # Slack answers ok and posts into the channel when the thread's first message is no longer there (facts 2.3).
        if thread and text_of(object_of(answer.get("message")), "thread_ts") != thread:
            await self.remove(MessageRef(posted.channel, posted.id))
            raise MessageGone("the thread's first message was deleted")
        return posted

    async def update(self, message: MessageRef, view: Rendered) -> None:
        # Text and blocks together, always: an update with text alone removes the blocks.
        try:
            await self._calls.write_again("chat.update", **_body(view), channel=message.channel, ts=message.id)
        except Failure as refusal:
            _raise_if_gone(refusal)
            raise

    async def remove(self, message: MessageRef) -> None:
        try:
            await self._calls.read("chat.delete", channel=message.channel, ts=message.id)
        except Failure as refusal:
            if refusal.code not in GONE:
                raise
            _log.info("message was already gone", channel=message.channel, message=message.id)

    async def tell(self, channel: str, user: ChatUser, notice: Notice, *, thread: str = "") -> None:
        shown = self._renderer.message(notice)
        place = {"thread_ts": thread} if thread else {}
        if channel:
            try:
                await self._calls.write_again("chat.postEphemeral", **shown, **place, channel=channel, user=user.id)
            except Failure as refusal:
                if refusal.code not in NOT_THERE_FOR_THE_USER:
                    raise
            else:
                return
        # Where an only-you message cannot stand, a direct message reaches the same one person.
        opened = await self._calls.read("conversations.open", users=user.id)
        direct = text_of(object_of(opened.get("channel")), "id")
        await self._calls.write_again("chat.postMessage", **shown, **_QUIET, channel=direct)


def early(first_tried_at: datetime, now: datetime, settle: timedelta) -> float:
    """Seconds until a message that is not found is known not to be there; 0 if it is late enough."""
    return max(0.0, (settle - (now - first_tried_at)).total_seconds())


def _body(view: Rendered) -> JsonObject:
    return object_of(json.loads(view.body))


def _raise_if_gone(refusal: Failure) -> None:
    if refusal.code in GONE:
        raise MessageGone(refusal.reason) from refusal
