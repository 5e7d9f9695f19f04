"""Forms and sheets as modals, and what comes back."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import Texts
from bot.views.form import Choice, ChoiceField, FileField, Form, TextField, ToggleField
from bot.views.sheet import Sheet, SheetPart
from integrations.simulator.slack.blocks.surfaces import check_view
from integrations.slack import limits
from integrations.slack.forms import entered, errors_by_block, modal
from integrations.slack.json_values import JsonObject, object_of, objects_of, walked
from integrations.slack.sheets import sheet_view
from tests.golden.sample_views import HOSTILE, REPLY_FORM, line

_ = Texts()
texts = st.one_of(st.sampled_from([HOSTILE, "", " ", "a" * 4000, "😀" * 1600]), st.text(max_size=60))


def as_submitted(view: JsonObject) -> JsonObject:
    """The view as Slack returns it when nobody touched it."""
    values: JsonObject = {}
    for block in objects_of(view["blocks"]):
        if block["type"] == "input":
            element = object_of(block["element"])
            state: JsonObject = {"type": element["type"]}
            match element["type"]:
                case "plain_text_input":
                    state["value"] = element.get("initial_value")
                case "static_select":
                    state["selected_option"] = element.get("initial_option")
                case "checkboxes":
                    state["selected_options"] = element.get("initial_options", [])
                case _:
                    state["files"] = []
            values[str(block["block_id"])] = {str(element["action_id"]): state}
    return view | {"state": {"values": values}}


def a_form(*fields: TextField | ChoiceField | ToggleField | FileField) -> Form:
    return replace(REPLY_FORM, fields=fields)


@settings(deadline=None)
@given(st.text(max_size=200) | st.integers(0, 9000).map(lambda n: ("word " * 2000)[:n] + "😀"))
def test_no_character_of_a_value_is_lost_however_long(value: str) -> None:
    view = modal(a_form(TextField("text", "Your words", value=value, long=True, most=10_000)), _)
    if not any("\ud800" <= character <= "\udfff" for character in value):
        check_view(view, kind="modal")
    values, _files = entered(as_submitted(view))
    assert values == {"text": value}


@settings(deadline=None)
@given(texts, texts, texts, st.booleans())
def test_any_words_make_a_form_that_slack_takes(words: str, label: str, hint: str, ticked: bool) -> None:
    form = Form(
        "reply",
        "token",
        label,
        (line(words), line(words, hint)),
        (
            TextField("text", label, hint=hint, most=200),
            ChoiceField("kind", label, (Choice("a", words), Choice("b", label)), "b", hint),
            ToggleField("sure", label, ticked, hint),
            FileField("files", label, 50, hint),
        ),
        label,
        words,
        quoted=words,
    )
    view = modal(form, _)
    check_view(view, kind="modal")
    values, files = entered(as_submitted(view))
    assert values == {"text": "", "kind": "b", "sure": "yes" if ticked else ""}
    assert files == {"files": ()}


def test_the_forms_metadata_is_its_token_and_nothing_else() -> None:
    view = modal(REPLY_FORM, _)
    assert view["private_metadata"] == REPLY_FORM.token
    assert view["callback_id"] == REPLY_FORM.name
    assert view["notify_on_close"] is True


def test_a_box_that_takes_less_than_the_form_wants_says_so() -> None:
    block = objects_of(modal(a_form(TextField("text", "Words", hint="Only this leaves.", most=9000)), _)["blocks"])[-1]
    assert object_of(block["hint"])["text"] == "Only this leaves. Slack takes 3,000 characters here."


def test_errors_stand_at_fields_that_the_form_has() -> None:
    errors = {"text": "Too long", "": "Ben replied 3 s ago", "gone": "No such field"}
    assert errors_by_block(errors, ["text", "kind"]) == {"text": "Too long Ben replied 3 s ago No such field"}
    assert errors_by_block(errors, []) == {}


def test_quoted_words_stand_in_rich_text_letter_by_letter() -> None:
    for entry in walked(modal(REPLY_FORM, _)["blocks"]):
        assert entry.get("type") != "mrkdwn"


@settings(deadline=None, max_examples=30)
@given(texts, texts, st.lists(texts, max_size=3))
def test_any_sheet_is_taken(title: str, heading: str, quoted: list[str]) -> None:
    check_view(
        sheet_view(Sheet(title, tuple(SheetPart(heading, (line(title, heading),), words) for words in quoted)), _),
        kind="modal",
    )


def test_a_sheet_larger_than_a_modal_is_cut_and_says_so() -> None:
    many = Sheet("History", tuple(SheetPart(f"Part {n}", (line(f"line {n}"),)) for n in range(200)))
    view = sheet_view(many, _)
    check_view(view, kind="modal")
    assert len(objects_of(view["blocks"])) == limits.VIEW_BLOCKS
    assert "There is more than Slack can show here." in str(view)


def test_a_letter_larger_than_a_modal_is_shortened_and_says_so() -> None:
    view = sheet_view(Sheet("Whole letter", (SheetPart("Letter", quoted="你好" * 200_000),)), _)
    check_view(view, kind="modal")
    assert "(shortened)" in str(view)
