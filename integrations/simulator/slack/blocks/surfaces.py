"""Whole messages and views: what Slack checks before it shows anything."""

import json
from collections.abc import Callable

from integrations.simulator.slack.blocks.composition import plain
from integrations.simulator.slack.blocks.elements import Surface
from integrations.simulator.slack.blocks.identity import all_blocks, check_unique, elements_of
from integrations.simulator.slack.blocks.layout import block_shapes
from integrations.simulator.slack.blocks.rare import at_most
from integrations.simulator.slack.blocks.schema import Check, Problem, Problems, Shape, boolean, by_type, items, text
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject, list_of, object_of, objects_of, text_of

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MARKDOWN_CHARACTERS = 12_000
# Slack publishes no formula. Measured by others: 13,297 characters of one markdown block pass, and 11,341 in many
# small rich_text leaves do not. A small charge per object fits both.
BLOCKS_WEIGHT = 13_317
WEIGHT_OF_AN_OBJECT = 20

_SHAPES: dict[Surface, dict[str, Check]] = {surface: block_shapes(surface) for surface in Surface}

_VIEW_COMMON: dict[str, Check] = {
    "private_metadata": text(3000, least=0),
    "callback_id": text(255, least=0),
    "external_id": text(255, least=0),
}
_VIEWS: dict[str, Check] = {
    "modal": Shape(
        {"title": plain(24), "blocks": items(by_type(_SHAPES[Surface.MODAL]), VIEW_BLOCKS)},
        _VIEW_COMMON
        | {
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": Shape(
        {"blocks": items(by_type(_SHAPES[Surface.HOME]), VIEW_BLOCKS)},
        _VIEW_COMMON | {"title": plain(24), "close": plain(24), "submit": plain(24)},
    ),
}


def block_problems(blocks: object, pointer: str, surface: Surface) -> list[Problem]:
    """What is wrong with a list of blocks; `pointer` is where it stands in the request."""
    problems = Problems()
    most = MESSAGE_BLOCKS if surface is Surface.MESSAGE else VIEW_BLOCKS
    items(by_type(_SHAPES[surface]), most, least=0)(blocks, pointer, problems)
    if surface is Surface.MESSAGE:
        at_most("table", 1)(blocks, pointer, problems)
        at_most("data_visualization", 2)(blocks, pointer, problems)
    check_unique(objects_of(blocks), pointer, problems)
    return problems.found


def check_message_blocks(
    blocks: object, file_is_ready: Callable[[str], bool], *, pointer: str = "/blocks"
) -> list[JsonObject]:
    """Return the blocks of a message; raises `SlackError` with the code that Slack uses."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    found = block_problems(blocks, pointer, Surface.MESSAGE)
    if found:
        raise SlackError("invalid_blocks", *(problem.as_text() for problem in found))
    kept = objects_of(blocks)
    markdown = sum(len(text_of(block, "text")) for block in kept if block.get("type") == "markdown")
    if _weight(kept) > BLOCKS_WEIGHT or markdown > MARKDOWN_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    for file in _file_ids(kept):
        if not file_is_ready(file):
            raise SlackError("invalid_blocks", f"[ERROR] invalid slack file [json-pointer:{pointer}]")
    return kept


def view_problems(view: object) -> list[Problem]:
    """What is wrong with a view."""
    problems = Problems()
    by_type(_VIEWS)(view, "/view", problems)
    shown = object_of(view)
    blocks = objects_of(shown.get("blocks"))
    check_unique(blocks, "/view/blocks", problems)
    has_input = any(block.get("type") == "input" for block in blocks)
    if shown.get("type") == "modal" and has_input and not shown.get("submit"):
        problems.note("missing required field: submit", "/view")
    if sum(element.get("focus_on_load") is True for block in blocks for element in elements_of(block)) > 1:
        problems.note("only one element can have focus_on_load", "/view/blocks")
    return problems.found


def check_view(view: object, *, kind: str) -> JsonObject:
    """Return a view of `kind` (modal or home); raises `SlackError` with the code that Slack uses."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", "[ERROR] must provide an object [json-pointer:/view]")
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    if view.get("type") != kind:
        raise SlackError("invalid_arguments", f"[ERROR] view must be of type {kind} [json-pointer:/view/type]")
    found = view_problems(view)
    if found:
        raise SlackError("invalid_arguments", *(problem.as_text() for problem in found))
    return view


def _weight(value: object) -> int:
    if isinstance(value, dict):
        own = sum(len(entry) for name, entry in value.items() if name == "text" and isinstance(entry, str))
        return WEIGHT_OF_AN_OBJECT + own + sum(_weight(entry) for entry in value.values())
    return sum(_weight(entry) for entry in list_of(value))


def _file_ids(blocks: list[JsonObject]) -> list[str]:
    pictures = [block for block in all_blocks(blocks) if block.get("type") == "image"]
    pictures += [object_of(block.get("accessory")) for block in all_blocks(blocks)]
    for block in all_blocks(blocks):
        if block.get("type") == "context":
            pictures += objects_of(block.get("elements"))
    files = [object_of(picture.get("slack_file")) for picture in pictures]
    return [text_of(file, "id") or text_of(file, "url") for file in files if file]
