"""Slack's limits (facts 2.1), and how a view is made to fit before Slack refuses it.

Slack does not say whether it counts code points or UTF-16 units; the larger count is used.
"""

import json
from collections.abc import Callable, Sequence

from integrations.slack.json_values import JsonObject

HEADER = 150
BUTTON = 75
OPTION = 75
VALUE = 150
OVERFLOW = 5
OPTIONS = 100
LABEL = 2000
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
CONTEXT_ELEMENTS = 10
PLAIN_TEXT = 3000
URL = 3000
MODAL_TITLE = 24
INPUT = 3000
INPUT_FILES = 10
METADATA = 3000
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
# What a view's blocks may take, so that titles and hidden values still fit.
VIEW_ROOM = VIEW_BYTES - 20_000
# Push notifications and screen readers get `text`; from 4,041 characters on Slack would split the message.
FALLBACK = 1000
# Slack refuses long messages with `msg_blocks_too_long` by a formula that it does not publish: 13,297 characters in one
# block were seen to pass, 11,341 in many small leaves were not. Counting 20 for every JSON object stays below both.
MESSAGE_WEIGHT = 11_500
_OBJECT_WEIGHT = 20

# How long a single text may be, from generous to tight; the first that makes the whole fit is used.
_ALLOWANCES = (10_000, 6000, 3000, 1500, 600, 250, 100, 40, 20)


def measure(text: str) -> int:
    return len(_units(text)) // 2


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "replace")


def shortened(text: str, most: int, mark: str = "…") -> str:
    """`text` if it fits, else its beginning and `mark`, together at most `most` long."""
    if measure(text) <= most:
        return text
    room = most - measure(mark)
    if room <= 0:
        return _beginning(text, most)
    return _beginning(text, room).rstrip() + mark


def _beginning(text: str, most: int) -> str:
    # Half of a character that needs two units is left away.
    return _units(text[:most])[: most * 2].decode("utf-16-le", "ignore")


def weigh(value: object) -> int:
    """Estimate what a message's blocks count towards Slack's limit on the whole message."""
    if isinstance(value, dict):
        own = sum(measure(entry) for name, entry in value.items() if name == "text" and isinstance(entry, str))
        return _OBJECT_WEIGHT + own + sum(weigh(entry) for entry in value.values())
    if isinstance(value, list):
        return sum(weigh(entry) for entry in value)
    return 0


def size(blocks: Sequence[JsonObject]) -> int:
    """Bytes of JSON, escaped as ASCII: what the client sends, and the longest that Slack can count."""
    return len(json.dumps(list(blocks)).encode())


def message_fits(blocks: Sequence[JsonObject]) -> bool:
    return len(blocks) <= MESSAGE_BLOCKS and weigh(list(blocks)) <= MESSAGE_WEIGHT


def fitted(
    build: Callable[[int], list[JsonObject]], fits: Callable[[Sequence[JsonObject]], bool] = message_fits
) -> list[JsonObject]:
    """Build with the most generous allowance (the longest single text) that fits.

    Callers bound the number of their parts, so that the tightest allowance always fits.
    """
    blocks: list[JsonObject] = []
    for allowance in _ALLOWANCES:
        blocks = build(allowance)
        if fits(blocks):
            break
    return blocks
