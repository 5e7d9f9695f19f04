"""The classic blocks and their limits, per surface."""

from integrations.simulator.slack.blocks.composition import ADDRESS, IDENTIFIER, SLACK_FILE, plain, words
from integrations.simulator.slack.blocks.elements import IMAGE, Surface, elements_for
from integrations.simulator.slack.blocks.rare import rare_blocks
from integrations.simulator.slack.blocks.rich_text import RICH_TEXT_BLOCK
from integrations.simulator.slack.blocks.schema import (
    Check,
    Shape,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    items,
    text,
)

_ID: dict[str, Check] = {"block_id": IDENTIFIER}


def block_shapes(surface: Surface) -> dict[str, Check]:
    """Every block that `surface` accepts, by type."""
    context = {
        "image": IMAGE,
        "plain_text": Shape({"text": text(3000)}, {"emoji": boolean}),
        "mrkdwn": Shape({"text": text(3000)}, {"verbatim": boolean}),
    }
    classic: dict[str, Check] = {
        "section": Shape(
            optional=_ID
            | {
                "text": words(3000),
                "fields": items(words(2000), 10),
                "accessory": by_type(elements_for("accessory", surface)),
                "expand": boolean,
            },
            rules=(at_least_one("text", "fields"),),
        ),
        "header": Shape({"text": plain(150)}, _ID),
        "divider": Shape(optional=_ID),
        "image": Shape(
            {"alt_text": text(2000)},
            _ID | {"image_url": ADDRESS, "slack_file": SLACK_FILE, "title": plain(2000)},
            (exactly_one("image_url", "slack_file"),),
        ),
        "actions": Shape({"elements": items(by_type(elements_for("actions", surface)), 25)}, _ID),
        "context": Shape({"elements": items(by_type(context), 10)}, _ID),
        "rich_text": RICH_TEXT_BLOCK,
        "input": Shape(
            {"label": plain(2000), "element": by_type(elements_for("input", surface))},
            _ID | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        ),
        "video": Shape(
            {
                "alt_text": text(2000),
                "title": plain(200),
                "thumbnail_url": ADDRESS,
                "video_url": ADDRESS,
            },
            _ID
            | {
                "title_url": ADDRESS,
                "description": plain(200),
                "provider_icon_url": ADDRESS,
                "provider_name": text(100),
                "author_name": text(50),
            },
        ),
    }
    return classic | rare_blocks(surface, classic)
