"""What a person enters into the elements of a message or view, in the shapes of Slack's `state.values`."""

import re
from collections.abc import Sequence

from integrations.simulator.slack.blocks.composition import options_in
from integrations.simulator.slack.blocks.identity import all_blocks, elements_of
from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.json_values import JsonObject, object_of, text_of

# block_id, then action_id.
InputState = dict[str, dict[str, JsonObject]]
Entry = str | int | Sequence[object] | JsonObject | None

_TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
# Which property carries the choice, and which one the choice at the start.
_SINGLE = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_SEVERAL = {
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
}
_OF_OPTIONS = {"static_select", "radio_buttons", "checkboxes", "multi_static_select"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def initial_state(blocks: Sequence[JsonObject]) -> InputState:
    """The state before anybody has touched it; elements without a state (buttons, overflow) have no entry."""
    state: InputState = {}
    for block in all_blocks(list(blocks)):
        for element in elements_of(block):
            entry = _initial(element)
            if entry is not None:
                state.setdefault(text_of(block, "block_id"), {})[text_of(element, "action_id")] = entry
    return state


def _initial(element: JsonObject) -> JsonObject | None:
    kind = text_of(element, "type")
    if kind in _TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": element.get("initial_value")}
    if kind == "file_input":
        return {"type": kind, "files": []}
    if kind in _SINGLE:
        name, initial = _SINGLE[kind]
        return {"type": kind, name: element.get(initial)}
    if kind in _SEVERAL:
        name, initial = _SEVERAL[kind]
        return {"type": kind, name: element.get(initial) or []}
    return None


def entered(element: JsonObject, entry: Entry) -> JsonObject:
    """The state of `element` after a person has entered `entry`; raises `NotPossibleError` where Slack forbids it.

    Options are named by their `value`, people and channels by their id, dates as `YYYY-MM-DD`.
    """
    kind = text_of(element, "type")
    if kind in _TYPED:
        return {"type": kind, "value": _typed(element, kind, entry)}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": _rich_text(entry)}
    if kind == "file_input":
        return {"type": kind, "files": _several(entry, element.get("max_files", 10))}
    if kind in _SINGLE:
        return {"type": kind, _SINGLE[kind][0]: _choice(element, kind, entry)}
    if kind in _SEVERAL:
        chosen = _several(entry, element.get("max_selected_items"))
        return {"type": kind, _SEVERAL[kind][0]: [_choice(element, kind, one) for one in chosen]}
    raise NotPossibleError(f"nothing can be entered into {kind}")


def _several(entry: Entry, most: object) -> Sequence[object]:
    chosen = [entry] if isinstance(entry, str) else entry
    if not isinstance(chosen, Sequence):
        raise NotPossibleError("several are wanted, in a list")
    if isinstance(most, int) and len(chosen) > most:
        raise NotPossibleError(f"no more than {most} can be chosen")
    return chosen


def _typed(element: JsonObject, kind: str, entry: Entry) -> str | None:
    if entry is None or entry == "":
        return None
    value = str(entry)
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and len(value) < least:
        raise NotPossibleError(f"at least {least} characters are wanted")
    if len(value) > (most if isinstance(most, int) else 3000):
        raise NotPossibleError("the text is too long for the field")
    if kind == "email_text_input" and not _EMAIL.fullmatch(value):
        raise NotPossibleError("this is not an email address")
    if kind == "url_text_input" and "://" not in value:
        raise NotPossibleError("this is not a URL")
    if kind == "number_input":
        _check_number(element, value)
    if kind == "plain_text_input" and element.get("multiline") is not True and "\n" in value:
        raise NotPossibleError("the field has one line only")
    return value


def _check_number(element: JsonObject, value: str) -> None:
    try:
        found = float(value)
    except ValueError:
        raise NotPossibleError("this is not a number") from None
    if element.get("is_decimal_allowed") is not True and not found.is_integer():
        raise NotPossibleError("only whole numbers are allowed")
    least, most = text_of(element, "min_value"), text_of(element, "max_value")
    if (least and found < float(least)) or (most and found > float(most)):
        raise NotPossibleError("the number is out of range")


def _rich_text(entry: Entry) -> object:
    if not isinstance(entry, str):
        return entry
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": entry}]}],
    }


def _choice(element: JsonObject, kind: str, entry: object) -> object:
    if entry is None or kind not in _OF_OPTIONS:
        return entry
    return option_named(element, entry)


def option_named(element: JsonObject, value: object) -> JsonObject:
    """The option of a menu; raises `NotPossibleError` if it is not offered."""
    for option in options_in(element):
        if option.get("value") == value or option == value:
            return option
    raise NotPossibleError(f"the menu does not offer {value!r}")


def missing_inputs(blocks: Sequence[JsonObject], state: InputState) -> list[str]:
    """The block ids of required inputs that are still empty; Slack's own client refuses to submit with them."""
    missing = []
    for block in all_blocks(list(blocks)):
        if block.get("type") != "input" or block.get("optional") is True:
            continue
        block_id = text_of(block, "block_id")
        entry = state.get(block_id, {}).get(text_of(object_of(block.get("element")), "action_id"), {})
        if not any(value for name, value in entry.items() if name != "type"):
            missing.append(block_id)
    return missing
