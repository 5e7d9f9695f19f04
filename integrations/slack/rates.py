"""Slack's rate limits (facts 2.2) as the paces that jobs keep."""

from dataclasses import dataclass
from datetime import timedelta

from bot.ports.chat import ChatCall
from bot.ports.jobs import Pace


@dataclass(frozen=True, slots=True)
class Rates:
    """The time from one call to the next.

    One message a second goes into each channel. chat.update has the scarce limit, 50 a minute for the whole workspace;
    the margin keeps sixty seconds of network jitter from adding a 51st call. chat.postEphemeral takes 100 a minute.
    """

    post: timedelta = timedelta(seconds=1)
    update: timedelta = timedelta(seconds=1.25)
    tell: timedelta = timedelta(seconds=0.65)

    def pace(self, call: ChatCall, channel: str) -> Pace:
        match call:
            case ChatCall.POST:
                return Pace(f"slack:chat.postMessage:{channel}", self.post)
            case ChatCall.UPDATE:
                return Pace("slack:chat.update", self.update)
            case ChatCall.TELL:
                return Pace("slack:chat.postEphemeral", self.tell)
            case ChatCall.FILE:
                # Each file looks into its thread first, and conversations.replies takes 50 a minute.
                return Pace("slack:conversations.replies", self.update)


USUAL = Rates()
