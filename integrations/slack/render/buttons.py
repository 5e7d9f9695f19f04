"""Buttons, the menu of further acts, and confirmations."""

from collections.abc import Sequence

from bot.views.acts import Button, Confirm, Style
from integrations.slack import limits
from integrations.slack.json_values import JsonObject
from integrations.slack.render.lines import plain_text

MAIN_BUTTONS = 3


def button(shown: Button, place: int = 0, allowance: int = limits.CONFIRM_TEXT) -> JsonObject:
    """One button; `place` tells equal acts in one block apart, because Slack wants unique action ids there."""
    element: JsonObject = {
        "type": "button",
        "action_id": f"{shown.act.name}.{place}",
        "text": plain_text(shown.label, min(limits.BUTTON, allowance)),
        "value": shown.act.encode(),
    }
    if shown.style is not Style.PLAIN:
        element["style"] = shown.style.value
    if shown.confirm is not None:
        element["confirm"] = _confirm(shown.confirm, shown.style, allowance)
    return element


def _confirm(confirm: Confirm, style: Style, allowance: int) -> JsonObject:
    asked: JsonObject = {
        "title": plain_text(confirm.title, min(limits.CONFIRM_TITLE, allowance)),
        "text": plain_text(confirm.text, min(limits.CONFIRM_TEXT, allowance)),
        "confirm": plain_text(confirm.yes, min(limits.CONFIRM_BUTTON, allowance)),
        "deny": plain_text(confirm.no, min(limits.CONFIRM_BUTTON, allowance)),
    }
    return asked | {"style": "danger"} if style is Style.DANGER else asked


def actions(block_id: str, buttons: Sequence[Button], allowance: int, most: int = 5) -> list[JsonObject]:
    """A row of at most `most` buttons, or nothing."""
    if not buttons:
        return []
    elements = [button(shown, place, allowance) for place, shown in enumerate(buttons[:most])]
    return [{"type": "actions", "block_id": block_id, "elements": elements}]


def main_actions(buttons: Sequence[Button], overflow: Sequence[Button], allowance: int) -> list[JsonObject]:
    """The card's last rows: at most three buttons and one menu of at most five acts.

    What the menu cannot hold stands as plain buttons in a second row: acts beyond five, and acts that ask for a
    confirmation, since Slack's menu has one confirmation for all of its entries and none for a single one.
    """
    further = [*buttons[MAIN_BUTTONS:], *overflow]
    in_menu = [shown for shown in further if shown.confirm is None][: limits.OVERFLOW]
    beside = [shown for shown in further if not any(shown is entry for entry in in_menu)]
    row: list[JsonObject] = [button(shown, place, allowance) for place, shown in enumerate(buttons[:MAIN_BUTTONS])]
    if in_menu:
        options = [
            {"text": plain_text(shown.label, min(limits.OPTION, allowance)), "value": shown.act.encode()}
            for shown in in_menu
        ]
        row.append({"type": "overflow", "action_id": "more", "options": options})
    blocks: list[JsonObject] = [{"type": "actions", "block_id": "acts", "elements": row}] if row else []
    return blocks + actions("further acts", beside, allowance)
