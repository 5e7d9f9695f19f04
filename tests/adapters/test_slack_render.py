"""What Slack gets to draw: never too large, never a buyer's markup, and of the same kinds for a card's whole life."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.domain.events import TicketId
from bot.i18n.pieces import Link, Plain, Strong, When
from bot.ports.chat import ChatCall
from bot.views.acts import Act, ActName, Button, Confirm, Style
from bot.views.notice import Notice
from bot.views.order_panel import OrderPanel, ProductLine
from bot.views.thread_message import ThreadMessage, Voice
from bot.views.ticket_card import BuyerWords, Remark, TicketCard, Tone
from integrations.simulator.slack.blocks.surfaces import check_message_blocks
from integrations.slack import limits
from integrations.slack.json_values import JsonObject, object_of, objects_of, walked
from integrations.slack.render import SlackRenderer
from tests.adapters.any_view import cards, notices, thread_messages
from tests.golden.sample_views import CARDS, MESSAGES, NEW_CARD, button, line

# Shrinking a whole card takes minutes and tells less than the assertion that failed.
QUICKLY = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
_DATE_TOKEN = re.compile(r"<!date\^\d+\^\{date_short\}( \{time\})?\|[-0-9: UTC]+>")
_PARSED = "<!channel>"  # were it ever outside the safe places, Slack would ring everybody


def drawn(view: TicketCard | ThreadMessage | Notice) -> JsonObject:
    message: JsonObject = json.loads(SlackRenderer().render(view).body)
    return message


def blocks_of(view: TicketCard | ThreadMessage | Notice) -> list[JsonObject]:
    return drawn(view)["blocks"]  # type: ignore[return-value]


def assert_slack_takes(message: JsonObject) -> None:
    check_message_blocks(message["blocks"], lambda _file: False)
    assert limits.message_fits(message["blocks"])  # type: ignore[arg-type]
    assert 0 < limits.measure(str(message["text"])) <= limits.FALLBACK
    assert not re.search(r"<|>", str(message["text"]))


def assert_nothing_is_parsed(message: JsonObject) -> None:
    """mrkdwn, the one place where Slack reads markup in a block, holds date tokens and nothing else."""
    for entry in walked(message["blocks"]):
        assert entry.get("type") != "markdown"
        if entry.get("type") == "mrkdwn":
            assert _DATE_TOKEN.fullmatch(str(entry["text"]))
        if entry.get("type") == "plain_text":
            assert entry["emoji"] is False
        if entry.get("type") in {"user", "usergroup", "channel", "broadcast"}:
            raise AssertionError("a mention was made out of somebody's words")
        if entry.get("type") == "link":
            assert str(entry["url"]).startswith(("http://", "https://"))


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(QUICKLY, max_examples=60)
@given(cards)
def test_any_card_is_taken_by_slack_and_nothing_in_it_is_parsed(card: TicketCard) -> None:
    message = drawn(card)
    assert_slack_takes(message)
    assert_nothing_is_parsed(message)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(QUICKLY, max_examples=60)
@given(st.one_of(thread_messages, notices))
def test_any_message_is_taken_by_slack_and_nothing_in_it_is_parsed(view: ThreadMessage | Notice) -> None:
    message = drawn(view)
    assert_slack_takes(message)
    assert_nothing_is_parsed(message)


def poisoned(value: object) -> object:
    """The same view with `<!channel>` in every text a buyer, an agent or Walmart may have written."""
    if isinstance(value, str) and not isinstance(value, ActName | Tone | Style | Voice):
        return _PARSED
    if isinstance(value, tuple):
        return tuple(poisoned(entry) for entry in value)
    if isinstance(value, Act) or not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{field.name: poisoned(getattr(value, field.name)) for field in fields(value)})


def test_a_mention_stands_only_where_slack_reads_letters() -> None:
    for view in [*CARDS.values(), *MESSAGES.values()]:
        message = drawn(poisoned(view))  # type: ignore[arg-type]
        assert _PARSED not in str(message["text"])
        for entry in walked(message["blocks"]):
            inside = [name for name, value in entry.items() if isinstance(value, str) and _PARSED in value]
            assert not inside or entry["type"] in {"text", "plain_text", "link"}, entry
            assert set(inside) <= {"text"}, entry


def test_hidden_and_reordering_characters_are_gone() -> None:
    body = SlackRenderer().render(CARDS["card-hostile"]).body
    assert not [
        character for character in "\u202e\u202c\u200b\u0007" if character in body or f"\\u{ord(character):04x}" in body
    ]


def test_a_card_keeps_its_kinds_of_blocks_for_life() -> None:
    kinds: dict[str, set[str]] = {}
    for card in CARDS.values():
        for block in blocks_of(card):
            kinds.setdefault(str(block["block_id"]), set()).add(str(block["type"]))
    assert all(len(seen) == 1 for seen in kinds.values())
    lives = [[block["block_id"] for block in blocks_of(card)] for card in CARDS.values()]
    assert all({"title", "badges", "due", "buyer", "order", "acts"} <= set(ids) for ids in lives)


def test_an_equal_card_has_an_equal_fingerprint_and_a_changed_one_has_not() -> None:
    renderer = SlackRenderer()
    assert renderer.render(NEW_CARD) == SlackRenderer().render(replace(NEW_CARD))
    assert renderer.render(NEW_CARD).fingerprint != renderer.render(CARDS["card-taken"]).fingerprint


def test_a_buyers_long_letter_is_shortened_and_the_card_says_so() -> None:
    body = SlackRenderer().render(CARDS["card-long"]).body
    assert "(shortened)" in body
    assert "Shortened here. The whole message stands in the thread." in body


def test_of_too_many_remarks_those_with_something_to_press_stay() -> None:
    warnings = tuple(Remark(line(f"Caution {n}"), Tone.WARNING) for n in range(9))
    failed = CARDS["card-failed"].remarks[0]
    shown = blocks_of(replace(NEW_CARD, remarks=(*warnings, failed)))
    assert "Try again" in json.dumps(shown)
    assert "5 more remarks" in json.dumps(shown)


def test_a_thread_message_is_shortened_before_slack_refuses_the_sum_of_its_blocks() -> None:
    message = drawn(ThreadMessage(Voice.BUYER, "#1", line("Buyer"), "word " * 8000))
    assert_slack_takes(message)
    said = "".join(str(entry["text"]) for entry in walked(message["blocks"]) if entry.get("type") == "text")
    assert len(said) > 5000
    assert said.endswith("(shortened)")


def test_buyer_reply_and_note_look_different() -> None:
    looks = {
        voice: [
            (str(entry.get("type")), str(entry.get("name", "")), json.dumps(entry.get("style")))
            for entry in walked(blocks_of(ThreadMessage(voice, "#1", line("Somebody"), "the same words")))
        ]
        for voice in Voice
    }
    assert len({str(look) for look in looks.values()}) == len(Voice)


def test_three_buttons_and_one_menu_and_what_the_menu_cannot_hold_beside_it() -> None:
    asks = button("Delete", ActName.DISMISS, Style.DANGER, confirm=Confirm("Sure?", "It is gone.", "Delete", "Back"))
    many = tuple(button(f"Act {n}", ActName.HISTORY, about=str(n)) for n in range(6))
    rows = [block for block in blocks_of(replace(NEW_CARD, overflow=(asks, *many))) if block["type"] == "actions"]
    first, second = (objects_of(row["elements"]) for row in rows)
    assert [element["type"] for element in first] == ["button", "button", "button", "overflow"]
    assert len(objects_of(first[3]["options"])) == 5
    # A menu has no confirmation of its own entries: an act that asks first never hides there.
    assert [object_of(element["text"])["text"] for element in second] == ["Delete", "Act 5"]
    assert "confirm" in second[0]


def test_every_act_of_a_card_comes_back_as_it_was() -> None:
    values = {
        str(entry["value"]) for entry in walked(blocks_of(CARDS["card-failed"])) if isinstance(entry.get("value"), str)
    }
    shown = CARDS["card-failed"]
    expected = [*shown.buttons, *shown.overflow, *(b for remark in shown.remarks for b in remark.buttons)]
    assert {button.act.encode() for button in expected} <= values


def test_the_recipient_is_shown_masked_with_its_button_beside_it() -> None:
    recipient = next(block for block in blocks_of(NEW_CARD) if block["block_id"] == "recipient")
    assert recipient["text"] == {"type": "plain_text", "text": "Recipient: M. G., Springfield IL", "emoji": False}
    assert recipient["accessory"]["value"] == "show_recipient:1042:"  # type: ignore[index]


def test_a_deadline_is_absolute_and_in_the_readers_zone() -> None:
    due = next(block for block in blocks_of(NEW_CARD) if block["block_id"] == "due")
    date = next(entry for entry in walked(due) if entry.get("type") == "date")
    assert date["timestamp"] == int(datetime(2026, 11, 24, 14, 12, tzinfo=UTC).timestamp())
    assert date["format"] == "{date_short} {time}"  # no {ago}, no "today": it is never patched to tick


def test_the_fallback_text_is_escaped_and_carries_no_buyers_words() -> None:
    message = drawn(replace(NEW_CARD, summary="#1042 <!here> A & B"))
    assert message["text"] == "#1042 &lt;!here&gt; A &amp; B"
    assert "Tracking" not in str(drawn(NEW_CARD)["text"])


def test_the_paces_are_slacks() -> None:
    renderer = SlackRenderer()
    assert renderer.pace(ChatCall.POST, "C1").interval == timedelta(seconds=1)
    assert renderer.pace(ChatCall.POST, "C1").key != renderer.pace(ChatCall.POST, "C2").key
    # chat.update is counted per workspace, 50 a minute: one key for every channel.
    assert renderer.pace(ChatCall.UPDATE, "C1").key == renderer.pace(ChatCall.UPDATE, "C2").key
    assert renderer.pace(ChatCall.UPDATE, "C1").interval >= timedelta(minutes=1) / 50


def test_the_fullest_card_of_the_longest_texts_still_fits() -> None:
    long = "😀" * 20_000
    words = (
        Plain(long),
        When(datetime(2026, 1, 1, tzinfo=UTC)),
        Strong(long),
        Link(long, "https://a.example/" + "x" * 2900),
    )
    full = Button(
        long, Act(ActName.IT_DID_NOT_ARRIVE, TicketId(10**9), "9" * 20), Style.DANGER, Confirm(long, long, long, long)
    )
    order = OrderPanel(
        title=long,
        status=long,
        total=long,
        taxes=long,
        shipping=long,
        products=(ProductLine(10**9, long, long, long),) * 20,
        more_products=long,
        logistics=(words,) * 20,
        recipient=long,
        show_recipient=full,
        flags=(long,) * 20,
        as_of=words,
    )
    card = replace(
        NEW_CARD,
        title=long,
        source=long,
        context=(long,) * 10,
        due=words,
        remarks=(Remark(words * 3, Tone.BAD, (full,) * 10),) * 20,
        words=BuyerWords(words, long, shortened=True),
        order=order,
        buttons=(full,) * 10,
        overflow=(full,) * 20,
    )
    assert_slack_takes(drawn(card))
    assert_slack_takes(drawn(Notice(Tone.BAD, (words,) * 40, long, (full,) * 10)))
    assert_slack_takes(drawn(ThreadMessage(Voice.REPLY, long, words * 3, long, words * 3, (full,) * 10)))
