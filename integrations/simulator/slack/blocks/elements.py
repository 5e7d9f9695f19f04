"""Interactive elements: properties, limits, and in which block and on which surface each may appear."""

from enum import StrEnum

from integrations.simulator.slack.blocks.composition import (
    ADDRESS,
    BOX_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    IDENTIFIER,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SLACK_FILE,
    initial_options_are_offered,
    plain,
)
from integrations.simulator.slack.blocks.rich_text import RICH_TEXT
from integrations.simulator.slack.blocks.schema import (
    Check,
    Shape,
    anything,
    boolean,
    exactly_one,
    items,
    one_of,
    text,
    whole_number,
)


class Surface(StrEnum):
    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


_STYLE = one_of("primary", "danger")
_DATE = text(10)
_MANY = whole_number(1, 100)

_MENU: dict[str, Check] = {
    "action_id": IDENTIFIER,
    "placeholder": plain(150),
    "confirm": CONFIRM,
    "focus_on_load": boolean,
}
_FIELD: dict[str, Check] = {
    "action_id": IDENTIFIER,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
_CHOICE: dict[str, Check] = {"action_id": IDENTIFIER, "confirm": CONFIRM, "focus_on_load": boolean}
_OPTIONS: dict[str, Check] = {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}

IMAGE = Shape(
    {"alt_text": text(2000)},
    {"image_url": ADDRESS, "slack_file": SLACK_FILE},
    (exactly_one("image_url", "slack_file"),),
)

ELEMENTS: dict[str, Check] = {
    "image": IMAGE,
    "button": Shape(
        {"text": plain(75)},
        {
            "action_id": IDENTIFIER,
            "url": ADDRESS,
            "value": text(2000),
            "style": _STYLE,
            "confirm": CONFIRM,
            "accessibility_label": text(75),
            "visible_to_user_ids": items(text(20), 100),
            "agent_prompt": anything,
            "agent_prompt_display": anything,
        },
    ),
    "workflow_button": Shape(
        {"text": plain(75), "workflow": anything, "action_id": IDENTIFIER},
        {"style": _STYLE, "accessibility_label": text(75)},
    ),
    "overflow": Shape({"options": items(OVERFLOW_OPTION, 5)}, {"action_id": IDENTIFIER, "confirm": CONFIRM}),
    "static_select": Shape(
        optional=_MENU | _OPTIONS | {"initial_option": OPTION},
        rules=(exactly_one("options", "option_groups"), initial_options_are_offered),
    ),
    "multi_static_select": Shape(
        optional=_MENU | _OPTIONS | {"initial_options": items(OPTION, 100), "max_selected_items": _MANY},
        rules=(exactly_one("options", "option_groups"), initial_options_are_offered),
    ),
    "external_select": Shape(optional=_MENU | {"initial_option": OPTION, "min_query_length": whole_number(0, 3000)}),
    "multi_external_select": Shape(
        optional=_MENU
        | {
            "initial_options": items(OPTION, 100),
            "min_query_length": whole_number(0, 3000),
            "max_selected_items": _MANY,
        }
    ),
    "users_select": Shape(optional=_MENU | {"initial_user": text(20)}),
    "multi_users_select": Shape(optional=_MENU | {"initial_users": items(text(20), 100), "max_selected_items": _MANY}),
    "conversations_select": Shape(
        optional=_MENU
        | {
            "initial_conversation": text(20),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": CONVERSATION_FILTER,
        }
    ),
    "multi_conversations_select": Shape(
        optional=_MENU
        | {
            "initial_conversations": items(text(20), 100),
            "default_to_current_conversation": boolean,
            "max_selected_items": _MANY,
            "filter": CONVERSATION_FILTER,
        }
    ),
    "channels_select": Shape(optional=_MENU | {"initial_channel": text(20), "response_url_enabled": boolean}),
    "multi_channels_select": Shape(
        optional=_MENU | {"initial_channels": items(text(20), 100), "max_selected_items": _MANY}
    ),
    "datepicker": Shape(optional=_MENU | {"initial_date": _DATE}),
    "timepicker": Shape(optional=_MENU | {"initial_time": text(5), "timezone": text(100)}),
    "datetimepicker": Shape(optional=_CHOICE | {"initial_date_time": whole_number(10**9, 10**10 - 1)}),
    "checkboxes": Shape(
        {"options": items(BOX_OPTION, 10)},
        _CHOICE | {"initial_options": items(BOX_OPTION, 10)},
        (initial_options_are_offered,),
    ),
    "radio_buttons": Shape(
        {"options": items(BOX_OPTION, 10)}, _CHOICE | {"initial_option": BOX_OPTION}, (initial_options_are_offered,)
    ),
    "plain_text_input": Shape(
        optional=_FIELD
        | {
            "initial_value": text(3000, least=0),
            "multiline": boolean,
            "min_length": whole_number(0, 3000),
            "max_length": whole_number(1, 3000),
        }
    ),
    "rich_text_input": Shape(
        optional=_FIELD
        | {"initial_value": RICH_TEXT, "min_lines": whole_number(1, 100), "max_lines": whole_number(1, 100)}
    ),
    "email_text_input": Shape(optional=_FIELD | {"initial_value": text(255)}),
    "url_text_input": Shape(optional=_FIELD | {"initial_value": text(3000)}),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        _FIELD | {"initial_value": text(50), "min_value": text(50), "max_value": text(50)},
    ),
    "file_input": Shape(
        optional={"action_id": IDENTIFIER, "filetypes": items(text(20), 100), "max_files": whole_number(1, 10)}
    ),
    "feedback_buttons": Shape({"positive_button": anything, "negative_button": anything}, {"action_id": IDENTIFIER}),
    "icon_button": Shape(
        {"icon": text(50), "text": plain(75)},
        {
            "action_id": IDENTIFIER,
            "value": text(2000),
            "confirm": CONFIRM,
            "accessibility_label": text(75),
            "visible_to_user_ids": items(text(20), 100),
        },
    ),
}

_MENUS = {name for name in ELEMENTS if name.endswith("_select")}
_PICKERS = {"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"}
_ALLOWED = {
    "accessory": _MENUS | _PICKERS - {"datetimepicker"} | {"button", "overflow", "image", "workflow_button"},
    "actions": _MENUS | _PICKERS | {"button", "overflow", "workflow_button", "rich_text_input"},
    "input": _MENUS
    | _PICKERS
    | {
        "plain_text_input",
        "rich_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "file_input",
    },
    "context_actions": {"feedback_buttons", "icon_button"},
    "card": {"button"},
}
_NOT_ON = {
    Surface.MESSAGE: {"rich_text_input", "email_text_input", "url_text_input", "number_input", "file_input"},
    Surface.MODAL: {"workflow_button"},
    Surface.HOME: {
        "workflow_button",
        "email_text_input",
        "url_text_input",
        "number_input",
        "file_input",
        "datetimepicker",
    },
}


def elements_for(place: str, surface: Surface) -> dict[str, Check]:
    """What may stand in `place` (accessory, actions, input, context_actions, card) on `surface`."""
    names = _ALLOWED[place] - _NOT_ON[surface]
    return {name: check for name, check in ELEMENTS.items() if name in names}
