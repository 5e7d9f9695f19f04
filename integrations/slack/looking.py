"""Finding a message of ours whose posting ended without an answer (facts 3).

Slack has no idempotency key. Every post carries its intent's key in the message's metadata, and whoever is unsure
reads the channel or the thread back from a little before the first attempt.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from bot.ports.chat import MessageGone
from bot.ports.failures import Failure, Uncertain
from integrations.slack.calls import SlackCalls
from integrations.slack.errors import GONE
from integrations.slack.json_values import JsonObject, object_of, objects_of, text_of

EVENT_TYPE = "relaydesk_message"
# Slack's clock and ours may differ, and a message's ts is Slack's.
_CLOCKS_DIFFER = timedelta(minutes=1)
_PAGE = 200
_MOST_PAGES = 25


def metadata(key: str) -> JsonObject:
    """What marks a message as ours: a key without any of a buyer's data, since every app may read it."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


async def find(calls: SlackCalls, channel: str, thread: str, key: str, since: datetime) -> str | None:
    """The ts of our message that carries `key`, the oldest if there are twins. Raises `MessageGone` without thread."""
    us = await calls.us()
    found: list[str] = []
    async for message in messages(calls, channel, thread, since):
        marked = object_of(message.get("metadata"))
        ours = text_of(message, "bot_id") == us.bot or text_of(message, "user") == us.bot_user
        if ours and marked.get("event_type") == EVENT_TYPE:
            payload = object_of(marked.get("event_payload"))
            found += [text_of(message, "ts")] if payload.get("key") == key else []
    return min(found, key=float, default=None)


async def messages(calls: SlackCalls, channel: str, thread: str, since: datetime) -> AsyncIterator[JsonObject]:
    """Every message of the channel, or of the thread, since a little before `since`, with metadata.

    Raises `MessageGone` when the thread does not exist, and `Uncertain` rather than stopping half way.
    """
    method = "conversations.replies" if thread else "conversations.history"
    arguments: dict[str, object] = {
        "channel": channel,
        "oldest": f"{(since - _CLOCKS_DIFFER).timestamp():.6f}",
        "include_all_metadata": True,
        "limit": _PAGE,
    }
    if thread:
        arguments["ts"] = thread
    for _ in range(_MOST_PAGES):
        try:
            answer = await calls.read(method, **arguments)
        except Failure as refusal:
            if refusal.code in GONE:
                raise MessageGone(refusal.reason) from refusal
            raise
        for message in objects_of(answer.get("messages")):
            yield message
        cursor = text_of(object_of(answer.get("response_metadata")), "next_cursor")
        if not cursor:
            return
        arguments["cursor"] = cursor
    raise Uncertain(f"{method}: too many messages to look through", code="too_many_messages")
