"""Text objects, options and confirmations: the small parts that blocks and elements are made of."""

from integrations.simulator.slack.blocks.schema import (
    Check,
    Problems,
    Shape,
    boolean,
    by_type,
    items,
    one_of,
    text,
)
from integrations.simulator.slack.json_values import JsonObject, objects_of

IDENTIFIER = text(255)
ADDRESS = text(3000)


def plain(most: int) -> Check:
    """A `plain_text` object."""
    return by_type({"plain_text": Shape({"text": text(most)}, {"emoji": boolean})})


def words(most: int) -> Check:
    """A `plain_text` or `mrkdwn` object."""
    return by_type(
        {
            "plain_text": Shape({"text": text(most)}, {"emoji": boolean}),
            "mrkdwn": Shape({"text": text(most)}, {"verbatim": boolean}),
        }
    )


CONFIRM = Shape(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

OPTION = Shape({"text": plain(75), "value": text(150)}, {"description": plain(75)})
OVERFLOW_OPTION = Shape({"text": plain(75), "value": text(150)}, {"description": plain(75), "url": ADDRESS})
# Checkboxes and radio buttons may use mrkdwn in their options; menus may not.
BOX_OPTION = Shape({"text": words(75), "value": text(150)}, {"description": words(75)})

OPTION_GROUP = Shape({"label": plain(75), "options": items(OPTION, 100)})

SLACK_FILE = Shape(optional={"id": text(255), "url": ADDRESS})

DISPATCH = Shape(optional={"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})

CONVERSATION_FILTER = Shape(
    optional={
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)


def options_in(element: JsonObject) -> list[JsonObject]:
    """Every option that a menu offers, in groups or not."""
    grouped = [
        option for group in objects_of(element.get("option_groups")) for option in objects_of(group.get("options"))
    ]
    return objects_of(element.get("options")) + grouped


def initial_options_are_offered(element: JsonObject, pointer: str, problems: Problems) -> None:
    """Slack wants the initial choice to be exactly one of the options, description included."""
    offered = options_in(element)
    initial = element.get("initial_option")
    if initial is not None and initial not in offered:
        problems.note("initial_option must exactly match one of the options", f"{pointer}/initial_option")
    for position, chosen in enumerate(objects_of(element.get("initial_options"))):
        if chosen not in offered:
            problems.note("initial_options must exactly match options", f"{pointer}/initial_options/{position}")
