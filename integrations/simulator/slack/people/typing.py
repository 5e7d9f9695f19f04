"""What a person types, as Slack's client sends it."""

import html
import re
from dataclasses import dataclass

from integrations.simulator.slack.json_values import JsonObject

# What the client itself makes of a mention or a pasted link; everything else is escaped.
_MARKED = re.compile(r"<(?:@[UWS][A-Z0-9]+|#C[A-Z0-9]+(?:\|[^<>]*)?|!(?:here|channel|everyone)|https?://[^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class FileToSend:
    name: str
    content: bytes
    mimetype: str = "application/octet-stream"


def as_sent(typed: str) -> str:
    """Escape `&`, `<` and `>` except in mentions and links."""
    parts: list[str] = []
    at = 0
    for found in _MARKED.finditer(typed):
        parts += [html.escape(typed[at : found.start()], quote=False), found.group()]
        at = found.end()
    return "".join([*parts, html.escape(typed[at:], quote=False)])


def as_blocks(typed: str) -> list[JsonObject]:
    """The rich text that the client sends beside the text."""
    if not typed:
        return []
    leaves: list[JsonObject] = []
    at = 0
    for found in _MARKED.finditer(typed):
        if found.start() > at:
            leaves.append({"type": "text", "text": typed[at : found.start()]})
        leaves.append(_leaf(found.group()[1:-1]))
        at = found.end()
    if at < len(typed):
        leaves.append({"type": "text", "text": typed[at:]})
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]}]


def _leaf(mark: str) -> JsonObject:
    if mark.startswith("@S"):
        return {"type": "usergroup", "usergroup_id": mark[1:]}
    if mark.startswith("@"):
        return {"type": "user", "user_id": mark[1:]}
    if mark.startswith("#"):
        return {"type": "channel", "channel_id": mark[1:].split("|", maxsplit=1)[0]}
    if mark.startswith("!"):
        return {"type": "broadcast", "range": mark[1:]}
    return {"type": "link", "url": mark}
