"""What a person wrote in Slack, as plain words: the way out of Slack's markup, for what may leave to a buyer.

Slack gives a message twice: `text` in mrkdwn with escapes, and usually `blocks` of rich text. The blocks are read
where they are, because in them an asterisk is an asterisk. A mention without a name stays as `<@U…>`, in both: only
the directory knows the name, and whoever sends the text refuses it while such a mark is in it (facts 2.3).
"""

import re

from integrations.slack.json_values import JsonObject, number_of, objects_of, text_of
from integrations.slack.safe_text import clean

_MARK = re.compile(r"<([^<>\s|]{1,3000})(?:\|([^<>]{0,3000}))?>")
_DEEPEST_INDENT = 8


def message_words(message: JsonObject) -> str:
    """The words of a message, from its rich text if it has any."""
    blocks = [block for block in objects_of(message.get("blocks")) if block.get("type") == "rich_text"]
    shown = "\n".join(_parts(block) for block in blocks)
    return clean(shown or unmarked(text_of(message, "text")))


def unmarked(text: str) -> str:
    """Markup as plain words: links, mentions and escapes become what a reader sees."""
    return _unescaped(_MARK.sub(lambda found: _mark(found[1], found[2]), text))


def typed_words(text: str) -> str:
    """The words behind a slash command. Mentions keep their id, without the name that Slack adds (`should_escape`)."""
    return _unescaped(re.sub(r"<([@#!][^<>\s|]{1,100})\|[^<>]{0,300}>", r"<\1>", text)).strip()


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _mark(target: str, label: str | None) -> str:
    if target.startswith(("@", "#")):
        return f"{target[0]}{label}" if label else f"<{target}>"
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return _link(address, label or "")


def _link(address: str, label: str) -> str:
    plain_label = label.removeprefix("http://").removeprefix("https://").rstrip("/")
    if not label or plain_label == address.removeprefix("http://").removeprefix("https://").rstrip("/"):
        return address
    return f"{label} ({address})"


def _parts(block: JsonObject) -> str:
    lines: list[str] = []
    for part in objects_of(block.get("elements")):
        match part.get("type"):
            case "rich_text_list":
                lines.append(_list(part))
            case "rich_text_section" | "rich_text_quote" | "rich_text_preformatted":
                lines.append(_leaves(part).strip("\n"))
            case _:
                continue
    return "\n".join(lines)


def _list(part: JsonObject) -> str:
    numbered = part.get("style") == "ordered"
    first = number_of(part, "offset") + 1
    indent = "  " * min(number_of(part, "indent"), _DEEPEST_INDENT)
    entries = objects_of(part.get("elements"))
    marks = [f"{first + place}." if numbered else "-" for place in range(len(entries))]
    return "\n".join(f"{indent}{mark} {_leaves(entry).strip()}" for mark, entry in zip(marks, entries, strict=True))


def _leaves(part: JsonObject) -> str:
    return "".join(_leaf(leaf) for leaf in objects_of(part.get("elements")))


def _leaf(leaf: JsonObject) -> str:
    match leaf.get("type"):
        case "text":
            return text_of(leaf, "text")
        case "link":
            return _link(text_of(leaf, "url").removeprefix("mailto:"), text_of(leaf, "text"))
        case "emoji":
            return _emoji(leaf)
        case "user":
            return f"<@{text_of(leaf, 'user_id')}>"
        case "channel":
            return f"<#{text_of(leaf, 'channel_id')}>"
        case _:
            return text_of(leaf, "fallback", "range", "text")


def _emoji(leaf: JsonObject) -> str:
    """The character itself; a workspace's own emoji has none and stays a word."""
    points = text_of(leaf, "unicode").split("-")
    try:
        return "".join(chr(int(point, 16)) for point in points)
    except (ValueError, OverflowError):
        return f":{text_of(leaf, 'name')}:"
