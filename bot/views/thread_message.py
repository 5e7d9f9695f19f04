"""What stands under a card: buyer messages, replies that left, internal notes."""

from dataclasses import dataclass
from enum import StrEnum

from bot.i18n.pieces import Line
from bot.views.acts import Button


class Voice(StrEnum):
    """Whose words these are; each looks unlike the others, so that a note is never taken for a reply."""

    BUYER = "buyer"
    REPLY = "reply"
    NOTE = "note"
    DESK = "desk"  # RelayDesk itself


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    voice: Voice
    summary: str  # for notifications; no buyer text
    heading: Line
    text: str
    footer: Line = ()
    buttons: tuple[Button, ...] = ()
