"""What stands under a card. Buyer, reply and note never look alike: a note taken for a reply is how secrets leave.

A buyer's words are a quotation. A reply that left stands in full between two lines. A note is in italics under a lock.
"""

from bot.i18n.texts import Texts
from bot.views.thread_message import ThreadMessage, Voice
from integrations.slack.json_values import JsonObject
from integrations.slack.render.buttons import actions
from integrations.slack.render.lines import (
    context,
    divider,
    emoji,
    leaves,
    quote,
    rich_text,
    section,
    space,
    words,
)

_MARKS = {
    Voice.BUYER: "speech_balloon",
    Voice.REPLY: "outbox_tray",
    Voice.NOTE: "lock",
    Voice.DESK: "robot_face",
}


def thread_blocks(message: ThreadMessage, texts: Texts, allowance: int) -> list[JsonObject]:
    """The blocks of a thread message, no single text longer than `allowance`."""
    heading = section(emoji(_MARKS[message.voice]), space("  "), *leaves(message.heading, min(400, allowance)))
    body = rich_text("message", heading, _body(message, texts, allowance))
    around = message.voice is Voice.REPLY
    footer = context("footer", message.footer, min(600, allowance))
    return [
        *([divider("above")] if around else []),
        body,
        *([footer] if footer is not None else []),
        *([divider("below")] if around else []),
        *actions("acts", message.buttons, allowance),
    ]


def _body(message: ThreadMessage, texts: Texts, allowance: int) -> JsonObject:
    mark = texts(" … (shortened)")
    if message.voice is Voice.BUYER:
        return quote(*words(message.text, allowance, mark))
    if message.voice is Voice.NOTE:
        return section(*words(message.text, allowance, mark, italic=True))
    return section(*words(message.text, allowance, mark))
