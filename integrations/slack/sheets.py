"""Something to read: a modal without inputs. Notices that answer a form are shown the same way."""

import json
from collections.abc import Sequence

from bot.i18n.pieces import Plain
from bot.i18n.texts import Texts
from bot.views.notice import Notice
from bot.views.sheet import Sheet, SheetPart
from integrations.slack import limits
from integrations.slack.json_values import JsonObject
from integrations.slack.render.lines import context, divider, paragraph, plain_text, quote, rich_text, section, words
from integrations.slack.render.notice import notice_blocks

_LINES = 100
# No limit is published for rich text in a view; a block of it keeps to what a text object takes.
_CHUNK = 2
_ROOM = limits.VIEW_BYTES - 20_000
_ALLOWANCES = (60_000, 20_000, 6000, 2000, 500)


def sheet_view(sheet: Sheet, texts: Texts) -> JsonObject:
    """The view of a sheet. What Slack has no room for is cut, and the sheet says so."""
    blocks: list[JsonObject] = []
    for allowance in _ALLOWANCES:
        blocks = [block for place, part in enumerate(sheet.parts) for block in _part(part, place, texts, allowance)]
        if len(blocks) < limits.VIEW_BLOCKS and _bytes(blocks) <= _ROOM:
            break
    kept = _within(blocks)
    if len(kept) < len(blocks):
        note = context("cut", (Plain(texts("There is more than Slack can show here.")),))
        kept += [note] if note is not None else []
    return _view(sheet.title, kept, texts)


def notice_view(notice: Notice, title: str, texts: Texts) -> JsonObject:
    """A notice in a modal, for whoever acted inside one."""
    return _view(title, limits.fitted(lambda allowance: notice_blocks(notice, texts, allowance)), texts)


def home_view(notice: Notice, texts: Texts) -> JsonObject:
    """A notice in the bot's home."""
    return {"type": "home", "blocks": limits.fitted(lambda allowance: notice_blocks(notice, texts, allowance))}


def _view(title: str, blocks: list[JsonObject], texts: Texts) -> JsonObject:
    return {
        "type": "modal",
        "title": plain_text(title, limits.MODAL_TITLE),
        "close": plain_text(texts("Close"), limits.MODAL_TITLE),
        "blocks": blocks or [rich_text("empty", section())],
    }


def _part(part: SheetPart, place: int, texts: Texts, allowance: int) -> list[JsonObject]:
    blocks: list[JsonObject] = [divider(f"part {place}")] if place else []
    if part.heading:
        heading = plain_text(part.heading, limits.HEADER)
        blocks.append({"type": "header", "block_id": f"heading {place}", "text": heading})
    if lines := paragraph(part.lines[:_LINES], min(2000, allowance)):
        blocks.append(rich_text(f"lines {place}", section(*lines)))
    quoted = words(part.quoted, allowance, texts(" … (shortened)"))
    return blocks + [
        rich_text(f"quoted {place}.{start}", quote(*quoted[start : start + _CHUNK]))
        for start in range(0, len(quoted), _CHUNK)
    ]


def _within(blocks: Sequence[JsonObject]) -> list[JsonObject]:
    kept: list[JsonObject] = []
    room = _ROOM
    for block in blocks[: limits.VIEW_BLOCKS - 1]:
        room -= _bytes([block])
        if room < 0:
            break
        kept.append(block)
    return kept


def _bytes(blocks: list[JsonObject]) -> int:
    # Escaped as ASCII, which is what the client sends and the longest that Slack can count.
    return len(json.dumps(blocks).encode())
