"""Lines of pieces in Slack's two safe forms: leaves of rich text, and elements of a quiet context line.

Whatever a person or a buyer may have chosen stands in rich_text text leaves or in plain_text, where Slack parses
nothing. mrkdwn is used for nothing but date tokens, which are built from a number.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.i18n.pieces import Line, Link, Mention, Plain, Strong, When, plain
from integrations.slack import limits
from integrations.slack.json_values import JsonObject
from integrations.slack.safe_text import clean, one_line

_DAY = "{date_short}"
_MOMENT = "{date_short} {time}"
# A single leaf of rich text has no published limit; text objects take 3,000 characters, so leaves keep to that.
_LEAF = 3000
# More pieces than any line of ours has, and what a drawn date takes of a line's room.
_PIECES = 12
_DATE_ROOM = 20
_LONGEST_LINE = 2000


def text_leaf(text: str, **style: bool) -> JsonObject:
    """One leaf; `style` is bold, italic or code. `text` must not be empty."""
    leaf: JsonObject = {"type": "text", "text": text}
    return leaf | {"style": dict(style)} if style else leaf


def emoji(name: str) -> JsonObject:
    """One of our own marks, by Slack's name for it."""
    return {"type": "emoji", "name": name}


def space(text: str = " ") -> JsonObject:
    return {"type": "text", "text": text}


def words(text: str, most: int, mark: str, **style: bool) -> list[JsonObject]:
    """Somebody's words, letter by letter, in leaves that Slack takes; shortened visibly to `most`."""
    kept = limits.shortened(clean(text), most, mark)
    return [text_leaf(kept[start : start + _LEAF // 2], **style) for start in range(0, len(kept), _LEAF // 2)]


def leaves(line: Line, most: int) -> list[JsonObject]:
    """A line in rich text; once `most` characters are used up the rest is left away, visibly."""
    shown: list[JsonObject] = []
    room = min(most, _LONGEST_LINE)
    for piece in line[:_PIECES]:
        if isinstance(piece, When):
            shown.append(_date_leaf(piece))
            room -= _DATE_ROOM
            continue
        if isinstance(piece, Mention):
            shown.append({"type": "user", "user_id": piece.user})
            room -= _DATE_ROOM
            continue
        text = _kept_spaces(piece.text)
        if not text:
            continue
        if room <= 0:
            break
        kept = limits.shortened(text, room)
        shown.append(_worded_leaf(piece, kept))
        room -= limits.measure(text)
    return shown


def paragraph(lines: Sequence[Line], most: int) -> list[JsonObject]:
    """Several lines in one section; whether sections break a line between them is not documented."""
    shown: list[JsonObject] = []
    for line in lines:
        if elements := leaves(line, most):
            shown += [space("\n"), *elements] if shown else elements
    return shown


def _worded_leaf(piece: Plain | Strong | Link, text: str) -> JsonObject:
    match piece:
        case Strong():
            return text_leaf(text, bold=True)
        case Link(url=url) if _is_web(url):
            return {"type": "link", "url": url, "text": text}
        case _:
            return text_leaf(text)


def _kept_spaces(text: str) -> str:
    """Clean a piece without losing the blank that parts it from its neighbour."""
    inner = one_line(text)
    if not inner:
        return " " if text and text.strip("\n\r\t ") == "" else ""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return before + inner + after


def _is_web(url: str) -> bool:
    if limits.measure(url) > limits.URL or clean(url) != url or any(letter.isspace() for letter in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _date_leaf(when: When) -> JsonObject:
    stamp = _stamp(when)
    if stamp is None:
        return text_leaf(plain((when,)))
    return {
        "type": "date",
        "timestamp": stamp,
        "format": _DAY if when.day_only else _MOMENT,
        "fallback": plain((when,)),
    }


def _stamp(when: When) -> int | None:
    """Seconds since the epoch, if Slack can draw them."""
    stamp = int(when.at.timestamp())
    return stamp if stamp >= 0 else None


def context(block_id: str, line: Line, most: int = 600) -> JsonObject | None:
    """A quiet grey line; None when there is nothing to say."""
    elements = _merged(line, most)
    if not elements:
        return None
    if len(elements) > limits.CONTEXT_ELEMENTS:
        elements = [_plain_text(limits.shortened(one_line(plain(line)), most))]
    return {"type": "context", "block_id": block_id, "elements": elements}


def _merged(line: Line, most: int) -> list[JsonObject]:
    elements: list[JsonObject] = []
    pending = ""
    for piece in (*line, None):
        stamp = _stamp(piece) if isinstance(piece, When) else None
        if piece is None or stamp is not None:
            text = limits.shortened(one_line(pending), most)
            elements += [_plain_text(text)] if text else []
            pending = ""
        if isinstance(piece, When) and stamp is not None:
            elements.append(_date_token(piece, stamp))
        elif piece is not None:
            pending += plain((piece,))
    return elements


def _date_token(when: When, stamp: int) -> JsonObject:
    shape = _DAY if when.day_only else _MOMENT
    return {"type": "mrkdwn", "text": f"<!date^{stamp}^{shape}|{plain((when,))}>"}


def _plain_text(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text, "emoji": False}


def plain_text(text: str, most: int, otherwise: str = "–") -> JsonObject:
    """A `plain_text` object of one line; Slack refuses an empty one, `otherwise` stands for it."""
    return _plain_text(limits.shortened(one_line(text), most) or otherwise)


def section(*elements: JsonObject) -> JsonObject:
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: JsonObject) -> JsonObject:
    return {"type": "rich_text_quote", "elements": list(elements)}


def rich_text(block_id: str, *parts: JsonObject) -> JsonObject:
    """A block of those `parts` that hold anything; never empty, because Slack refuses that."""
    kept = [part for part in parts if part["elements"]]
    return {"type": "rich_text", "block_id": block_id, "elements": kept or [section(text_leaf("–"))]}


def divider(name: str) -> JsonObject:
    return {"type": "divider", "block_id": name}
