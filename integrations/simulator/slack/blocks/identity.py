"""`block_id` and `action_id`: unique where Slack wants them unique, made up where they are left out."""

import copy
import secrets
from collections.abc import Iterator

from integrations.simulator.slack.blocks.schema import Problems
from integrations.simulator.slack.json_values import JsonObject, objects_of, text_of

_KEEPS_NO_ID = {"markdown"}


def elements_of(block: JsonObject) -> list[JsonObject]:
    """The elements of one block that can have an `action_id`."""
    kind = block.get("type")
    if kind in {"actions", "context_actions"}:
        return objects_of(block.get("elements"))
    if kind == "card":
        return objects_of(block.get("actions"))
    single = block.get("element") if kind == "input" else block.get("accessory")
    return [single] if isinstance(single, dict) and single.get("type") != "image" else []


def all_blocks(blocks: list[JsonObject]) -> Iterator[JsonObject]:
    """Every block, those inside containers and carousels too."""
    for block in blocks:
        yield block
        yield from all_blocks(objects_of(block.get("child_blocks")))
        if block.get("type") == "carousel":
            yield from all_blocks(objects_of(block.get("elements")))


def check_unique(blocks: list[JsonObject], pointer: str, problems: Problems) -> None:
    """A `block_id` occurs once in a message or view, an `action_id` once in a block."""
    seen: set[str] = set()
    for position, block in enumerate(all_blocks(blocks)):
        block_id = text_of(block, "block_id")
        if block_id in seen:
            problems.note(f'block_id "{block_id}" already exists', f"{pointer}/{position}/block_id")
        if block_id:
            seen.add(block_id)
        actions: set[str] = set()
        for element in elements_of(block):
            action_id = text_of(element, "action_id")
            if action_id in actions:
                problems.note(f'action_id "{action_id}" already exists', f"{pointer}/{position}")
            if action_id:
                actions.add(action_id)


def with_ids(blocks: list[JsonObject]) -> list[JsonObject]:
    """A copy in which every block and element has an id, as Slack returns it."""
    kept = copy.deepcopy(blocks)
    for block in all_blocks(kept):
        if block.get("type") in _KEEPS_NO_ID or not block.get("block_id"):
            block["block_id"] = _made_up()
        for element in elements_of(block):
            if not element.get("action_id"):
                element["action_id"] = _made_up()
    return kept


def _made_up() -> str:
    return secrets.token_urlsafe(6)[:5]
