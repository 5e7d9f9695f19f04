"""The ticket card, from top to bottom in the order of features 4.0.

Every block has an id that says what it is, and a block of one id is always of one kind: Slack refuses an update that
puts another kind in the place of rich text (`block_mismatch`), so a card keeps its kinds for life.
"""

from bot.i18n.pieces import Plain
from bot.i18n.texts import Texts
from bot.views.ticket_card import Badge, Remark, TicketCard
from integrations.slack import limits
from integrations.slack.json_values import JsonObject
from integrations.slack.render.buttons import actions, main_actions
from integrations.slack.render.lines import (
    context,
    divider,
    emoji,
    leaves,
    plain_text,
    quote,
    rich_text,
    section,
    space,
    text_leaf,
    words,
)
from integrations.slack.render.order import order_blocks
from integrations.slack.render.tones import dot, mark
from integrations.slack.safe_text import one_line

_REMARKS = 5
_REMARK_BUTTONS = 3
_BUYER_WORDS = 2500
_GAP = "     "


def card_blocks(card: TicketCard, texts: Texts, allowance: int) -> list[JsonObject]:
    """The card's blocks, no single text longer than `allowance`."""
    return [
        {"type": "header", "block_id": "title", "text": plain_text(f"{card.number}  {card.title}", limits.HEADER)},
        _badges(card),
        *_context(card, allowance),
        rich_text("due", section(emoji("alarm_clock"), space("  "), *leaves(card.due, min(300, allowance)))),
        *_remarks(card.remarks, texts, allowance),
        divider("above the buyer"),
        *_buyer(card, texts, allowance),
        divider("above the order"),
        *order_blocks(card.order, card.order_remark, texts, allowance),
        *_fields(card, allowance),
        *_acts(card, allowance),
    ]


def _badges(card: TicketCard) -> JsonObject:
    source = limits.shortened(one_line(card.source), 40)
    chip = [text_leaf(source, code=True), space(_GAP)] if source else []
    return rich_text("badges", section(*chip, *_badge(card.status), space(_GAP), *_badge(card.priority)))


def _badge(badge: Badge) -> list[JsonObject]:
    text = limits.shortened(one_line(badge.text), 60)
    return [emoji(dot(badge.tone)), space(), text_leaf(text, bold=True)] if text else []


def _context(card: TicketCard, allowance: int) -> list[JsonObject]:
    shown = "  ·  ".join(part for part in map(one_line, card.context) if part)
    block = context("belongs to", (Plain(shown),), min(500, allowance))
    return [block] if block is not None else []


def _remarks(remarks: tuple[Remark, ...], texts: Texts, allowance: int) -> list[JsonObject]:
    blocks: list[JsonObject] = []
    for place, remark in enumerate(_foremost(remarks)):
        shown = section(emoji(mark(remark.tone)), space("  "), *leaves(remark.line, min(600, allowance)))
        blocks.append(rich_text(f"remark {place}", shown))
        blocks += actions(f"remark {place} acts", remark.buttons, allowance, _REMARK_BUTTONS)
    if len(remarks) > _REMARKS:
        left = texts.many("{count} more remark", "{count} more remarks", len(remarks) - _REMARKS)
        blocks += [block for block in [context("more remarks", (Plain(left),))] if block is not None]
    return blocks


def _foremost(remarks: tuple[Remark, ...]) -> list[Remark]:
    """Those that fit, in their order: what can be pressed stays longest, and of equals the later one."""
    places = sorted(range(len(remarks)), key=lambda place: (not remarks[place].buttons, -place))
    return [remarks[place] for place in sorted(places[:_REMARKS])]


def _buyer(card: TicketCard, texts: Texts, allowance: int) -> list[JsonObject]:
    most = min(_BUYER_WORDS, allowance)
    quoted = words(card.words.text, most, texts(" … (shortened)"))
    heading = section(emoji("speech_balloon"), space("  "), *leaves(card.words.heading, min(300, allowance)))
    blocks = [rich_text("buyer", heading, quote(*quoted))]
    cut = limits.measure(card.words.text) > most
    if card.words.shortened or cut:
        note = context("buyer shortened", (Plain(texts("Shortened here. The whole message stands in the thread.")),))
        blocks += [note] if note is not None else []
    return blocks


def _fields(card: TicketCard, allowance: int) -> list[JsonObject]:
    block = context("fields", card.fields, min(700, allowance))
    return [block] if block is not None else []


def _acts(card: TicketCard, allowance: int) -> list[JsonObject]:
    rows = main_actions(card.buttons, card.overflow, allowance)
    return [divider("above the acts"), *rows] if rows else []
