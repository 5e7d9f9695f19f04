"""Slack refuses blocks with its own codes and pointers; so does the stand-in."""

import copy

import pytest

from integrations.simulator.slack.blocks.elements import Surface
from integrations.simulator.slack.blocks.surfaces import block_problems, check_message_blocks, check_view
from integrations.simulator.slack.errors import SlackError
from tests.simulator.slack_room import CARD, FORM


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def section(**more):
    return {"type": "section", "text": mrkdwn("words"), **more}


def button(**more):
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def rich(*parts):
    return {"type": "rich_text", "elements": list(parts)}


def rich_section(*leaves):
    return {"type": "rich_text_section", "elements": list(leaves)}


def option(value, text="Choice"):
    return {"text": plain(text), "value": value}


def told(*blocks, surface=Surface.MESSAGE):
    return [f"{problem.message} @ {problem.pointer}" for problem in block_problems(list(blocks), "/blocks", surface)]


REFUSED = [
    ([{"text": "?"}], "missing required field: type @ /blocks/0"),
    ([{"type": "nonsense"}], "unsupported type: nonsense @ /blocks/0/type"),
    (["text"], "must be an object @ /blocks/0"),
    ([section(colour="red")], "invalid additional property: colour @ /blocks/0"),
    ([{"type": "section"}], "must have at least one of: text, fields @ /blocks/0"),
    ([section(text=mrkdwn(""))], "must be more than 0 characters @ /blocks/0/text/text"),
    ([section(text=mrkdwn("x" * 3001))], "must be less than 3001 characters @ /blocks/0/text/text"),
    ([section(text="bare")], "must be an object @ /blocks/0/text"),
    ([section(text=mrkdwn(7))], "must be a string @ /blocks/0/text/text"),
    (
        [section(text={"type": "mrkdwn", "text": "x", "emoji": True})],
        "invalid additional property: emoji @ /blocks/0/text",
    ),
    ([section(fields=[mrkdwn("x")] * 11)], "no more than 10 items allowed @ /blocks/0/fields"),
    ([section(fields=[mrkdwn("x" * 2001)])], "must be less than 2001 characters @ /blocks/0/fields/0/text"),
    ([section(fields=[])], "no less than 1 items allowed @ /blocks/0/fields"),
    ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters @ /blocks/0/text/text"),
    ([{"type": "header", "text": mrkdwn("x")}], "unsupported type: mrkdwn @ /blocks/0/text/type"),
    ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10 items allowed @ /blocks/0/elements"),
    ([{"type": "context", "elements": []}], "no less than 1 items allowed @ /blocks/0/elements"),
    ([{"type": "context", "elements": [button()]}], "unsupported type: button @ /blocks/0/elements/0/type"),
    ([actions()], "no less than 1 items allowed @ /blocks/0/elements"),
    (
        [actions(*(button(action_id=f"b{number}") for number in range(26)))],
        "no more than 25 items allowed @ /blocks/0/elements",
    ),
    ([actions(button(text=plain("x" * 76)))], "must be less than 76 characters @ /blocks/0/elements/0/text/text"),
    ([actions(button(text=mrkdwn("x")))], "unsupported type: mrkdwn @ /blocks/0/elements/0/text/type"),
    ([actions(button(value="v" * 2001))], "must be less than 2001 characters @ /blocks/0/elements/0/value"),
    ([actions(button(value=""))], "must be more than 0 characters @ /blocks/0/elements/0/value"),
    ([actions(button(style="loud"))], "must be one of: primary, danger @ /blocks/0/elements/0/style"),
    ([actions(button(action_id="a" * 256))], "must be less than 256 characters @ /blocks/0/elements/0/action_id"),
    ([actions(button(), button())], 'action_id "go" already exists @ /blocks/0'),
    ([section(block_id="same"), section(block_id="same")], 'block_id "same" already exists @ /blocks/1/block_id'),
    ([section(block_id="b" * 256)], "must be less than 256 characters @ /blocks/0/block_id"),
    (
        [actions({"type": "overflow", "action_id": "m", "options": [option(str(n)) for n in range(6)]})],
        "no more than 5 items allowed @ /blocks/0/elements/0/options",
    ),
    (
        [actions({"type": "static_select", "action_id": "s", "options": [option("1", "x" * 76)]})],
        "must be less than 76 characters @ /blocks/0/elements/0/options/0/text/text",
    ),
    (
        [actions({"type": "static_select", "action_id": "s", "options": [option("v" * 151)]})],
        "must be less than 151 characters @ /blocks/0/elements/0/options/0/value",
    ),
    (
        [actions({"type": "static_select", "action_id": "s"})],
        "must have exactly one of: options, option_groups @ /blocks/0/elements/0",
    ),
    (
        [actions({"type": "static_select", "options": [option("1")], "initial_option": option("2")})],
        "initial_option must exactly match one of the options @ /blocks/0/elements/0/initial_option",
    ),
    (
        [actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})],
        "no more than 10 items allowed @ /blocks/0/elements/0/options",
    ),
    ([{"type": "image", "image_url": "https://x.example/a.png"}], "missing required field: alt_text @ /blocks/0"),
    ([{"type": "image", "alt_text": "a"}], "must have exactly one of: image_url, slack_file @ /blocks/0"),
    ([rich()], "no less than 1 items allowed @ /blocks/0/elements"),
    (
        [rich(rich_section({"type": "text", "text": ""}))],
        "must be more than 0 characters @ /blocks/0/elements/0/elements/0/text",
    ),
    ([rich({"type": "text", "text": "x"})], "unsupported type: text @ /blocks/0/elements/0/type"),
    (
        [rich(rich_section(rich_section({"type": "text", "text": "x"})))],
        "unsupported type: rich_text_section @ /blocks/0/elements/0/elements/0/type",
    ),
    (
        [rich({"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text", "text": "x"}]})],
        "unsupported type: text @ /blocks/0/elements/0/elements/0/type",
    ),
    (
        [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
        "unsupported type: user @ /blocks/0/elements/0/elements/0/type",
    ),
    (
        [rich(rich_section({"type": "date", "timestamp": 1}))],
        "missing required field: format @ /blocks/0/elements/0/elements/0",
    ),
    ([{"type": "alert", "text": mrkdwn("x")}], "unsupported type: alert @ /blocks/0/type"),
    ([{"type": "file", "external_id": "x"}], "unsupported type: file @ /blocks/0/type"),
    (
        [{"type": "input", "label": plain("x"), "element": {"type": "email_text_input"}}],
        "unsupported type: email_text_input @ /blocks/0/element/type",
    ),
    (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}],
        "no more than 20 items allowed @ /blocks/0/rows/0",
    ),
    (
        [
            {
                "type": "table",
                "rows": [[{"type": "raw_text", "text": "x" * 5001}], [{"type": "raw_text", "text": "x" * 5000}]],
            }
        ],
        "table cells must hold less than 10001 characters @ /blocks/0/rows",
    ),
    (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
        "no more than 1 table blocks allowed @ /blocks",
    ),
    (
        [{"type": "card", "title": plain("x"), "body": plain("x" * 201)}],
        "must be less than 201 characters @ /blocks/0/body/text",
    ),
    (
        [{"type": "container", "title": plain("x"), "child_blocks": [section()] * 11}],
        "no more than 10 items allowed @ /blocks/0/child_blocks",
    ),
    (
        [{"type": "container", "title": plain("x"), "child_blocks": [{"type": "alert", "text": plain("x")}]}],
        "unsupported type: alert @ /blocks/0/child_blocks/0/type",
    ),
    ([section()] * 51, "no more than 50 items allowed @ /blocks"),
    (
        [
            actions(
                button(
                    confirm={"title": plain("x" * 101), "text": plain("x"), "confirm": plain("y"), "deny": plain("n")}
                )
            )
        ],
        "must be less than 101 characters @ /blocks/0/elements/0/confirm/title/text",
    ),
]


@pytest.mark.parametrize(("blocks", "problem"), REFUSED, ids=[problem for _, problem in REFUSED])
def test_a_message_block_is_refused(blocks, problem):
    assert problem in told(*blocks)


def chart(*series, kind="bar"):
    axis = {"categories": ["US", "CA"], "y_label": "Hours"}
    return {
        "type": "data_visualization",
        "title": "Replies",
        "chart": {"type": kind, "series": list(series), "axis_config": axis},
    }


def series(name, *labels):
    return {"name": name, "data": [{"label": label, "value": 1.5} for label in labels]}


def test_a_chart_has_one_point_for_each_category_and_names_its_series_apart():
    good = chart(series("first", "US", "CA"), series("second", "CA", "US"))
    assert told(good) == []
    assert told(chart(series("first", "US"))) == [
        "data labels must match axis_config.categories @ /blocks/0/chart/series/0/data"
    ]
    assert told(chart(series("same", "US", "CA"), series("same", "US", "CA"))) == [
        "series names must be unique @ /blocks/0/chart/series/1/name"
    ]
    assert told(good, good, good) == ["no more than 2 data_visualization blocks allowed @ /blocks"]


def test_a_data_table_has_a_plain_header_and_a_caption():
    cell = {"type": "raw_text", "text": "x"}
    rich_cell = rich(rich_section({"type": "text", "text": "x"}))
    assert told({"type": "data_table", "caption": "Open tickets", "rows": [[cell], [rich_cell]]}) == []
    assert told({"type": "data_table", "rows": [[rich_cell]]}) == [
        "missing required field: caption @ /blocks/0",
        "header cells must be raw_text @ /blocks/0/rows/0/0/type",
    ]


def test_what_the_product_shows_is_accepted():
    assert told(*CARD) == []
    assert told(
        section(accessory={"type": "overflow", "action_id": "m", "options": [option("1")]}),
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("x"), {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}]},
        rich(
            rich_section({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}),
            rich_section({"type": "date", "timestamp": 1_760_000_000, "format": "{date_short} {time}", "fallback": "x"}),
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [rich_section({"type": "text", "text": "x"})]},
            {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://x.example", "text": "x"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}]},
        ),
        {"type": "input", "block_id": "quick", "label": plain("Reply"), "element": {"type": "plain_text_input", "action_id": "t"}},
        {"type": "container", "title": plain("Order"), "is_collapsible": True, "child_blocks": [section()]},
        {"type": "card", "title": plain("x"), "actions": [button()]},
        {
            "type": "data_visualization",
            "title": "Replies",
            "chart": {"type": "pie", "segments": [{"label": "in time", "value": 9}]},
        },
    ) == []  # fmt: skip


def test_codes_are_those_of_a_post():
    def code(blocks):
        with pytest.raises(SlackError) as refused:
            check_message_blocks(blocks, lambda file: False)
        return refused.value.code

    assert code("nonsense") == "invalid_blocks_format"
    assert code([{"type": "nonsense"}]) == "invalid_blocks"
    assert code([section(text=mrkdwn("x" * 2900))] * 5) == "msg_blocks_too_long"
    assert code([{"type": "markdown", "text": "x" * 6001}] * 2) == "msg_blocks_too_long"
    assert code([{"type": "image", "alt_text": "a", "slack_file": {"id": "F1"}}]) == "invalid_blocks"


def view_told(**changes):
    with pytest.raises(SlackError) as refused:
        check_view({**copy.deepcopy(FORM), **changes}, kind="modal")
    return refused.value


REFUSED_VIEWS = [
    ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
    ({"submit": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
    ({"submit": None}, "missing required field: submit [json-pointer:/view]"),
    ({"title": None}, "missing required field: title [json-pointer:/view]"),
    ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
    ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
    ({"blocks": []}, "no less than 1 items allowed [json-pointer:/view/blocks]"),
    ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
    (
        {"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}]},
        "unsupported type: table [json-pointer:/view/blocks/0/type]",
    ),
    ({"colour": "red"}, "invalid additional property: colour [json-pointer:/view]"),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED_VIEWS, ids=[message for _, message in REFUSED_VIEWS])
def test_a_modal_is_refused(changes, message):
    refused = view_told(**changes)
    assert refused.code == "invalid_arguments"
    assert f"[ERROR] {message}" in refused.messages


def test_a_view_has_a_size_and_a_kind():
    big = [{"type": "section", "block_id": f"b{n}", "text": mrkdwn("x" * 2990)} for n in range(90)]
    assert view_told(blocks=big).code == "view_too_large"
    assert view_told(type="home").code == "invalid_arguments"


def test_the_surfaces_differ():
    email = {"type": "input", "label": plain("x"), "element": {"type": "email_text_input", "action_id": "e"}}
    assert told(email, surface=Surface.MODAL) == []
    assert told(email, surface=Surface.HOME) != []
    assert told({"type": "alert", "text": plain("x"), "level": "warning"}, surface=Surface.MODAL) == []
    assert told({"type": "container", "title": plain("x"), "child_blocks": [section()]}, surface=Surface.HOME) == []
    assert told({"type": "container", "title": plain("x"), "child_blocks": [section()]}, surface=Surface.MODAL) != []
    assert check_view({"type": "home", "blocks": [section()]}, kind="home")["type"] == "home"
