"""Reading what Slack delivers: total, whatever is in it, and one key for one human act."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports.chat import Pressed, Said, Submitted, Typed
from integrations.slack.inbound import Arrival, Unclear, Us, read
from integrations.slack.json_values import JsonObject

US = Us("T1", "U0BOT", "B0BOT")
_NAMES = [
    "type", "event", "user", "id", "channel", "ts", "thread_ts", "text", "blocks", "actions", "value", "view", "state", "values",
    "container", "message", "message_ts", "team", "trigger_id", "command", "callback_id", "files", "selected_option", "hash",
    "subtype", "client_msg_id", "parent_user_id", "tab", "block_id", "element", "private_metadata", "is_ephemeral",
]  # fmt: skip
_WORDS = [
    "event_callback", "block_actions", "view_submission", "view_closed", "message_action", "shortcut", "message", "U1", "C1",
    "take:1042:", "rich_text", "input", "file_input", "/walmart", "msg_reply", "1700000000.000100", "file_share", "\ud800",
]  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(_WORDS) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=8),
    max_leaves=40,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(_NAMES), anything, max_size=12))
def test_no_payload_makes_the_reading_fail(body: JsonObject) -> None:
    found = read(body, US)
    assert found is None or isinstance(found, Arrival | Unclear)


def message(**changes: object) -> JsonObject:
    event: JsonObject = {
        "type": "message",
        "user": "U1",
        "channel": "C1",
        "ts": "1700000002.000100",
        "thread_ts": "1700000001.000100",
        "parent_user_id": "U0BOT",
        "text": "words",
    }
    return {"type": "event_callback", "event_id": "Ev1", "event": event | changes}


def said(**changes: object) -> Said | None:
    found = read(message(**changes), US)
    assert found is None or isinstance(found, Arrival)
    if found is None:
        return None
    assert isinstance(found.interaction, Said)
    return found.interaction


@pytest.mark.parametrize(
    "changes",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"bot_id": "B2"},
        {"user": "U0BOT"},
        {"hidden": True},
        {"thread_ts": ""},
        {"thread_ts": "1700000002.000100"},
        {"parent_user_id": "U2"},
        {"user": None},
    ],
)
def test_what_is_not_a_persons_new_word_under_our_message_is_nothing(changes: dict[str, object]) -> None:
    assert said(**changes) is None


@pytest.mark.parametrize("changes", [{}, {"subtype": "file_share"}, {"subtype": "thread_broadcast"}])
def test_a_persons_words_under_our_message(changes: dict[str, object]) -> None:
    assert said(**changes) is not None


def test_one_gesture_that_slack_delivers_as_two_messages_has_one_key() -> None:
    first = said(client_msg_id="c-1")
    second = said(client_msg_id="c-1", ts="1700000003.000100")
    other = said(client_msg_id="c-2")
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.key == second.key != other.key


def test_a_redelivered_event_has_the_key_of_the_first() -> None:
    again = message() | {"event_id": "Ev1", "retry_attempt": 1}
    first, second = read(message(), US), read(again, US)
    assert isinstance(first, Arrival)
    assert isinstance(second, Arrival)
    assert first.interaction.key == second.interaction.key


def press(**changes: object) -> JsonObject:
    action: JsonObject = {"type": "button", "action_id": "take.1", "value": "take:1042:", "action_ts": "1.5"}
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "1700000001.000100"},
        "actions": [action | changes],
    }


def test_two_presses_of_one_button_are_two_acts() -> None:
    first, second = read(press(), US), read(press(action_ts="1.6"), US)
    assert isinstance(first, Arrival)
    assert isinstance(second, Arrival)
    assert isinstance(first.interaction, Pressed)
    assert first.interaction.key != second.interaction.key


@pytest.mark.parametrize("value", ["", "take", "take:x:", "steal:1042:", "take:1042:" + "9" * 80, "take:１:", None, 7])
def test_a_value_that_we_cannot_have_written_is_unclear(value: object) -> None:
    assert isinstance(read(press(value=value), US), Unclear)


def test_a_link_button_is_acknowledged_without_a_word() -> None:
    assert read(press(url="https://acme.example", value=""), US) is None


def submission(trigger: str) -> JsonObject:
    view: JsonObject = {"id": "V1", "hash": "h", "callback_id": "reply", "private_metadata": "k3", "type": "modal"}
    return {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "trigger_id": trigger, "view": view}


def test_sending_a_refused_form_again_is_another_act_and_its_repeat_is_not() -> None:
    keys = []
    for trigger in ("t1", "t1", "t2"):
        found = read(submission(trigger), US)
        assert isinstance(found, Arrival)
        assert isinstance(found.interaction, Submitted)
        keys.append(found.interaction.key)
    assert keys[0] == keys[1] != keys[2]


def test_what_was_typed_is_in_no_repr() -> None:
    body = submission("t1")
    body["view"] |= {"state": {"values": {"text": {"value": {"type": "plain_text_input", "value": "Zanzibar"}}}}}  # type: ignore[operator]
    assert "Zanzibar" not in repr(read(body, US))
    assert "Zanzibar" not in repr(read(message(text="Zanzibar"), US))


def test_a_command_of_ours_and_another() -> None:
    body: JsonObject = {
        "command": "/walmart",
        "text": "help",
        "user_id": "U1",
        "channel_id": "C1",
        "team_id": "T1",
        "trigger_id": "t",
    }
    found = read(body, US)
    assert isinstance(found, Arrival)
    assert isinstance(found.interaction, Typed)
    assert isinstance(read(body | {"command": "/amazon"}, US), Unclear)
