"""The fields of a form as input blocks.

A block's id is its field's name. Slack takes 3,000 characters in one box; a value that is longer is spread over
further boxes (`text~2`, `text~3`), because cutting what an agent wrote would lose it.
"""

from collections.abc import Sequence

from bot.i18n.texts import Texts
from bot.views.form import (
    ChannelField,
    Choice,
    ChoiceField,
    Field,
    FileField,
    PersonField,
    SecretField,
    TextField,
    ToggleField,
)
from integrations.slack import limits
from integrations.slack.json_values import JsonObject
from integrations.slack.render.lines import plain_text

ELEMENT = "value"
YES = "yes"


def field_blocks(field: Field, texts: Texts, error: str = "", most: int = 1000) -> list[JsonObject]:
    """The blocks of one field, with at most so many choices in a menu. Slack shows errors at a submission only; an
    opening form holds them in its hints."""
    hint = f"⚠ {error} {field.hint}".strip() if error else field.hint
    match field:
        case TextField():
            return _text(field, hint, texts)
        case SecretField():
            element: JsonObject = {"type": "plain_text_input", "max_length": limits.INPUT}
            return [_input(field, hint, element, optional=not field.required)]
        case ChoiceField():
            return [_input(field, hint, _choice(field, most), optional=not field.required)]
        case ToggleField():
            return [_input(field, hint, _toggle(field, texts), optional=True)]
        case ChannelField():
            return [_input(field, hint, _channels(field), optional=not field.required)]
        case PersonField():
            return [_input(field, hint, _people(field), optional=not field.required)]
        case FileField():
            most = min(max(field.most_files, 1), limits.INPUT_FILES)
            return [_input(field, hint, {"type": "file_input", "max_files": most}, optional=True)]


def _input(field: Field, hint: str, element: JsonObject, *, optional: bool, name: str = "") -> JsonObject:
    block: JsonObject = {
        "type": "input",
        "block_id": name or field.name,
        "label": plain_text(field.label, limits.LABEL),
        "element": element | {"action_id": ELEMENT},
        "optional": optional,
    }
    return block | {"hint": plain_text(hint, limits.LABEL)} if hint else block


def _text(field: TextField, hint: str, texts: Texts) -> list[JsonObject]:
    parts = _boxes(field.value)
    blocks: list[JsonObject] = []
    for place, part in enumerate(parts, start=1):
        # Slack refuses a box whose value is longer than it allows.
        most = max(1, min(field.most, limits.INPUT), limits.measure(part))
        element: JsonObject = {"type": "plain_text_input", "multiline": field.long, "max_length": most}
        if part:
            element["initial_value"] = part
        further = place > 1
        said = texts("Continues the box above: Slack takes 3,000 characters in one.") if further else hint
        if not further and field.most > limits.INPUT:
            said = f"{hint} {texts('Slack takes 3,000 characters here.')}".strip()
        name = f"{field.name}~{place}" if further else field.name
        blocks.append(_input(field, said, element, optional=further or not field.required, name=name))
    return blocks


def _boxes(value: str) -> list[str]:
    """Cut a value into boxes, at a blank where there is one, and keep every character."""
    boxes: list[str] = []
    rest = value
    while limits.measure(rest) > limits.INPUT:
        head = rest[: limits.INPUT]
        while limits.measure(head) > limits.INPUT:
            head = head[:-1]
        blank = max(head.rfind("\n"), head.rfind(" ")) + 1
        cut = blank if blank > limits.INPUT // 2 else len(head)
        boxes.append(rest[:cut])
        rest = rest[cut:]
    return [*boxes, rest]


def _choice(field: ChoiceField, most: int) -> JsonObject:
    choices = field.choices[:most]
    element: JsonObject = {"type": "static_select"}
    if len(choices) <= limits.OPTIONS:
        element["options"] = _options(choices)
    else:
        # One list takes a hundred; a hundred lists of a hundred are one menu with headings.
        lists = [choices[start : start + limits.OPTIONS] for start in range(0, len(choices), limits.OPTIONS)]
        element["option_groups"] = [
            {"label": plain_text(f"{part[0].label} – {part[-1].label}", limits.OPTION), "options": _options(part)}
            for part in lists
        ]
    chosen = [option for option in _options(choices) if option["value"] == field.value]
    return element | {"initial_option": chosen[0]} if chosen else element


def _options(choices: Sequence[Choice]) -> list[JsonObject]:
    return [{"text": plain_text(choice.label, limits.OPTION), "value": choice.value} for choice in choices]


def _toggle(field: ToggleField, texts: Texts) -> JsonObject:
    option = {"text": plain_text(texts("Yes"), limits.OPTION), "value": YES}
    element: JsonObject = {"type": "checkboxes", "options": [option]}
    return element | {"initial_options": [option]} if field.value else element


def _channels(field: ChannelField) -> JsonObject:
    """Only this menu offers private channels too; it must be told to leave direct messages out."""
    kinds: JsonObject = {"include": ["public", "private"], "exclude_bot_users": True}
    chosen = field.value.split()
    if field.several:
        element: JsonObject = {"type": "multi_conversations_select", "filter": kinds}
        return element | {"initial_conversations": chosen} if chosen else element
    element = {"type": "conversations_select", "filter": kinds}
    return element | {"initial_conversation": chosen[0]} if chosen else element


def _people(field: PersonField) -> JsonObject:
    chosen = field.value.split()
    if field.several:
        element: JsonObject = {"type": "multi_users_select"}
        return element | {"initial_users": chosen} if chosen else element
    element = {"type": "users_select"}
    return element | {"initial_user": chosen[0]} if chosen else element
