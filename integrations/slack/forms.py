"""Forms as modals, and what comes back from them."""

from collections.abc import Mapping, Sequence

from bot.domain.replies import ReplyFile
from bot.i18n.texts import Texts
from bot.views.form import Form
from integrations.slack import limits
from integrations.slack.attached import reply_files
from integrations.slack.fields import ELEMENT, YES, field_blocks
from integrations.slack.json_values import JsonObject, object_of, objects_of, text_of
from integrations.slack.render.lines import (
    divider,
    emoji,
    paragraph,
    plain_text,
    quote,
    rich_text,
    section,
    space,
    text_leaf,
    words,
)

_INTRO = 30
_CHOICES = (1000, 300, 100, 30)
_QUOTED = 6000


def modal(form: Form, texts: Texts) -> JsonObject:
    """The view for views.open, views.push, or for an update in answer to a submission."""
    blocks: list[JsonObject] = []
    names = {field.name for field in form.fields}
    # An opening form has no other place for an error: views.open takes none.
    wrong = " ".join(error for name, error in form.errors.items() if name not in names)
    if wrong or form.errors:
        said = wrong or texts("Something is not right yet; it stands below the fields.")
        blocks.append(
            rich_text("wrong", section(emoji("warning"), space("  "), text_leaf(limits.shortened(said, 1000))))
        )
    if form.intro:
        blocks.append(rich_text("about", section(*paragraph(form.intro[:_INTRO], 1000))))
    if quoted := words(form.quoted, _QUOTED, texts(" … (shortened)")):
        blocks += [rich_text("quoted", quote(*quoted)), divider("below the quotation")]
    blocks = _with_fields(form, blocks, texts)
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


def _with_fields(form: Form, above: list[JsonObject], texts: Texts) -> list[JsonObject]:
    """With as many choices in the menus as the view has room for; the command itself takes any, typed."""
    blocks = above
    for most in _CHOICES:
        fields = [field_blocks(field, texts, form.errors.get(field.name, ""), most) for field in form.fields]
        blocks = [*above, *(block for field in fields for block in field)]
        if limits.size(blocks) <= limits.VIEW_ROOM:
            break
    return blocks


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
        state = object_of(object_of(states[block]).get(ELEMENT))
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
        case "conversations_select" | "users_select":
            return text_of(state, "selected_conversation", "selected_user")
        case "multi_conversations_select" | "multi_users_select":
            chosen = state.get("selected_conversations") or state.get("selected_users")
            return " ".join(one for one in chosen if isinstance(one, str)) if isinstance(chosen, list) else ""
        case "checkboxes":
            return YES if objects_of(state.get("selected_options")) else ""
        case _:
            return text_of(state, "value")
