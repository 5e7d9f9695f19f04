"""The JSON of every view as Slack gets it. `RELAYDESK_TEST_UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew."""

import json
import os
from pathlib import Path

import pytest

from bot.i18n import Texts
from bot.ports.chat import View
from integrations.simulator.slack.blocks.surfaces import check_message_blocks, check_view
from integrations.slack.forms import modal
from integrations.slack.json_values import JsonObject
from integrations.slack.render import SlackRenderer
from integrations.slack.sheets import sheet_view
from tests.golden.sample_views import CARDS, MESSAGES, ORDER_SHEET, REPLY_FORM

FOLDER = Path(__file__).parent / "slack"
VIEWS: dict[str, View] = {**CARDS, **MESSAGES}


def assert_as_kept(name: str, drawn: JsonObject) -> None:
    text = json.dumps(drawn, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    file = FOLDER / f"{name}.json"
    if os.environ.get("RELAYDESK_TEST_UPDATE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text)
    assert file.read_text() == text, f"{name} is drawn otherwise; look at the difference, then write the files anew"


@pytest.mark.parametrize("name", VIEWS)
def test_a_message_is_drawn_as_kept_and_slack_takes_it(name: str) -> None:
    drawn = json.loads(SlackRenderer().render(VIEWS[name]).body)
    check_message_blocks(drawn["blocks"], lambda _file: False)
    assert 0 < len(drawn["text"]) <= 1000
    assert_as_kept(name, drawn)


def test_the_reply_form_is_drawn_as_kept_and_slack_takes_it() -> None:
    drawn = modal(REPLY_FORM, Texts())
    check_view(drawn, kind="modal")
    assert_as_kept("form-reply", drawn)


def test_the_order_sheet_is_drawn_as_kept_and_slack_takes_it() -> None:
    drawn = sheet_view(ORDER_SHEET, Texts())
    check_view(drawn, kind="modal")
    assert_as_kept("sheet-order", drawn)


def test_no_golden_file_is_left_of_a_view_that_is_gone() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == {*VIEWS, "form-reply", "sheet-order"}
