"""Slack's rate limits (facts 2.2) as the paces that jobs keep."""

from datetime import timedelta

from bot.ports.chat import ChatCall
from bot.ports.jobs import Pace

# One message a second into each channel. chat.update has the scarce limit, 50 a minute for the whole workspace; the
# margin keeps sixty seconds of network jitter from adding a 51st call. chat.postEphemeral takes 100 a minute.
_POST = timedelta(seconds=1)
_UPDATE = timedelta(seconds=1.25)
_TELL = timedelta(seconds=0.65)


def pace(call: ChatCall, channel: str) -> Pace:
    match call:
        case ChatCall.POST:
            return Pace(f"slack:chat.postMessage:{channel}", _POST)
        case ChatCall.UPDATE:
            return Pace("slack:chat.update", _UPDATE)
        case ChatCall.TELL:
            return Pace("slack:chat.postEphemeral", _TELL)
        case ChatCall.FILE:
            # Each file looks into its thread first, and conversations.replies takes 50 a minute.
            return Pace("slack:conversations.replies", _UPDATE)
