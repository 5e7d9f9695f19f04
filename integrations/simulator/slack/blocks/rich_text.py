"""Rich text: the only place where a stranger's words may stand as they are, so its nesting is checked closely."""

from integrations.simulator.slack.blocks.composition import IDENTIFIER
from integrations.simulator.slack.blocks.schema import (
    Check,
    Shape,
    boolean,
    by_type,
    items,
    one_of,
    text,
    whole_number,
)

_MANY = 10_000

_STYLE = Shape(
    optional=dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    )
)
_STYLED: dict[str, Check] = {"style": _STYLE}

_TEXT = Shape({"text": text(_MANY * 4)}, _STYLED)
_LINK = Shape({"url": text(3000)}, _STYLED | {"text": text(3000), "unsafe": boolean})

LEAVES: dict[str, Check] = {
    "text": _TEXT,
    "link": _LINK,
    "user": Shape({"user_id": text(20)}, _STYLED),
    "usergroup": Shape({"usergroup_id": text(20)}, _STYLED),
    "channel": Shape({"channel_id": text(20)}, _STYLED),
    "team": Shape({"team_id": text(20)}, _STYLED),
    "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, _STYLED),
    "emoji": Shape(
        {"name": text(100)}, _STYLED | {"unicode": text(100), "skin_tone": whole_number(1, 6), "url": text(3000)}
    ),
    "date": Shape(
        {"timestamp": whole_number(0, 10**12), "format": text(255)},
        _STYLED | {"url": text(3000), "fallback": text(255)},
    ),
    "color": Shape({"value": text(20)}, _STYLED),
}

SECTION = Shape({"elements": items(by_type(LEAVES), _MANY)})
_BORDER = whole_number(0, 1)

_PARTS: dict[str, Check] = {
    "rich_text_section": SECTION,
    "rich_text_list": Shape(
        {"elements": items(by_type({"rich_text_section": SECTION}), _MANY), "style": one_of("bullet", "ordered")},
        {"indent": whole_number(0, 8), "offset": whole_number(0, _MANY), "border": _BORDER},
    ),
    "rich_text_quote": Shape({"elements": items(by_type(LEAVES), _MANY)}, {"border": _BORDER}),
    # Inside a preformatted part nothing but text and links is drawn.
    "rich_text_preformatted": Shape(
        {"elements": items(by_type({"text": _TEXT, "link": _LINK}), _MANY)}, {"border": _BORDER, "language": text(50)}
    ),
}

RICH_TEXT_BLOCK = Shape({"elements": items(by_type(_PARTS), _MANY)}, {"block_id": IDENTIFIER})
RICH_TEXT = by_type({"rich_text": RICH_TEXT_BLOCK})
