"""Forms as modals, and what comes back from them.

A block's id is its field's name. Slack takes 3,000 characters in one box; a value that is longer is spread over
further boxes (`text~2`, `text~3`), because cutting what an agent wrote would lose it.
"""

from collections.abc import Mapping, Sequence

from bot.domain.replies import ReplyFile
from bot.i18n.texts import Texts
from bot.views.form import ChoiceField, Field, FileField, Form, TextField, ToggleField
from integrations.slack import limits
from integrations.slack.attached import reply_files
from integrations.slack.json_values import JsonObject, object_of, objects_of, text_of
from integrations.slack.render.lines import divider, paragraph, plain_text, quote, rich_text, section, words

_ELEMENT = "value"
_YES = "yes"
_INTRO = 30
_QUOTED = 6000


def modal(form: Form, texts: Texts) -> JsonObject:
    """The view for views.open, views.push, or for an update in answer to a submission."""
    blocks: list[JsonObject] = []
    if form.intro:
        blocks.append(rich_text("about", section(*paragraph(form.intro[:_INTRO], 1000))))
    if quoted := words(form.quoted, _QUOTED, texts(" … (shortened)")):
        blocks += [rich_text("quoted", quote(*quoted)), divider("below the quotation")]
    for field in form.fields:
        blocks += _field(field, texts)
    return {
        "type": "modal",
        "callback_id": form.name,
        "private_metadata": form.token,
        "title": plain_text(form.title, limits.MODAL_TITLE),
        "submit": plain_text(form.submit, limits.MODAL_TITLE),
        "close": plain_text(form.cancel, limits.MODAL_TITLE),
        "notify_on_close": True,
        "blocks": blocks[: limits.VIEW_BLOCKS],
    }


def _field(field: Field, texts: Texts) -> list[JsonObject]:
    match field:
        case TextField():
            return _text(field, texts)
        case ChoiceField():
            return [_input(field.name, field.label, field.hint, _choice(field))]
        case ToggleField():
            return [_input(field.name, field.label, field.hint, _toggle(field, texts), optional=True)]
        case FileField():
            most = min(max(field.most_files, 1), limits.INPUT_FILES)
            element: JsonObject = {"type": "file_input", "max_files": most}
            return [_input(field.name, field.label, field.hint, element, optional=True)]


def _input(name: str, label: str, hint: str, element: JsonObject, *, optional: bool = False) -> JsonObject:
    block: JsonObject = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, limits.LABEL),
        "element": element | {"action_id": _ELEMENT},
        "optional": optional,
    }
    return block | {"hint": plain_text(hint, limits.LABEL)} if hint else block


def _text(field: TextField, texts: Texts) -> list[JsonObject]:
    parts = _boxes(field.value)
    blocks: list[JsonObject] = []
    for place, part in enumerate(parts, start=1):
        # Slack refuses a box whose value is longer than it allows.
        most = max(1, min(field.most, limits.INPUT), limits.measure(part))
        element: JsonObject = {"type": "plain_text_input", "multiline": field.long, "max_length": most}
        if part:
            element["initial_value"] = part
        further = place > 1
        hint = (
            texts("Continues the box above: Slack takes 3,000 characters in one.") if further else _hint(field, texts)
        )
        name = f"{field.name}~{place}" if further else field.name
        blocks.append(_input(name, field.label, hint, element, optional=further or not field.required))
    return blocks


def _hint(field: TextField, texts: Texts) -> str:
    if field.most <= limits.INPUT:
        return field.hint
    return f"{field.hint} {texts('Slack takes 3,000 characters here.')}".strip()


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


def _choice(field: ChoiceField) -> JsonObject:
    options = [
        {"text": plain_text(choice.label, limits.OPTION), "value": choice.value}
        for choice in field.choices[: limits.OPTIONS]
    ]
    element: JsonObject = {"type": "static_select", "options": options}
    chosen = [option for option in options if option["value"] == field.value]
    return element | {"initial_option": chosen[0]} if chosen else element


def _toggle(field: ToggleField, texts: Texts) -> JsonObject:
    option = {"text": plain_text(texts("Yes"), limits.OPTION), "value": _YES}
    element: JsonObject = {"type": "checkboxes", "options": [option]}
    return element | {"initial_options": [option]} if field.value else element


def input_names(view: JsonObject) -> list[str]:
    """The block ids of a view's inputs, from top to bottom."""
    return [text_of(block, "block_id") for block in objects_of(view.get("blocks")) if block.get("type") == "input"]


def errors_by_block(errors: Mapping[str, str], inputs: Sequence[str]) -> dict[str, str]:
    """Errors as Slack takes them: each must stand at an input that the view has.

    What concerns the form as a whole, or a field that it does not have, stands at the first input.
    """
    shown: dict[str, list[str]] = {}
    for name, error in errors.items():
        block = name if name in inputs else next(iter(inputs), "")
        shown.setdefault(block, []).append(error)
    return {block: limits.shortened(" ".join(found), limits.LABEL) for block, found in shown.items() if block}


def entered(view: JsonObject) -> tuple[dict[str, str], dict[str, tuple[ReplyFile, ...]]]:
    """What was typed, chosen and attached, by field name; the boxes of one field are one value again."""
    values: dict[str, str] = {}
    files: dict[str, tuple[ReplyFile, ...]] = {}
    states = object_of(object_of(view.get("state")).get("values"))
    order = {name: place for place, name in enumerate(input_names(view))}
    for block in sorted(states, key=lambda name: order.get(name, len(order))):
        state = object_of(object_of(states[block]).get(_ELEMENT))
        name = block.partition("~")[0]
        if state.get("type") == "file_input":
            files[name] = reply_files(state.get("files"))
        else:
            values[name] = values.get(name, "") + _value(state)
    return values, files


def _value(state: JsonObject) -> str:
    match state.get("type"):
        case "static_select":
            return text_of(object_of(state.get("selected_option")), "value")
        case "checkboxes":
            return _YES if objects_of(state.get("selected_options")) else ""
        case _:
            return text_of(state, "value")
