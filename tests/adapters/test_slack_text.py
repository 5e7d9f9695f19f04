"""Text on its way in and out: escapes, markup, and characters that lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slack import limits
from integrations.slack.attached import file_name
from integrations.slack.json_values import JsonObject
from integrations.slack.safe_text import clean, escaped
from integrations.slack.words import message_words, typed_words, unmarked


def test_the_ampersand_is_escaped_first() -> None:
    assert escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert escaped("&lt;") == "&amp;lt;"


def test_characters_that_hide_or_turn_others_are_removed() -> None:
    assert clean("exe\u202egnp.\u2066x\u2069\u200b\x00\x07\ud800") == "exegnp.x\ufffd"


def test_joiners_of_emoji_and_persian_stay() -> None:
    assert clean("👩\u200d🚀 می\u200cخواهم") == "👩\u200d🚀 می\u200cخواهم"


def test_many_empty_lines_become_one() -> None:
    assert clean("a\r\n\r\n \n\n\nb\u2028c") == "a\n\nb\nc"


@given(st.text(), st.integers(0, 60))
def test_shortened_text_is_never_longer_than_allowed(text: str, most: int) -> None:
    assert limits.measure(limits.shortened(text, most)) <= most or text == ""


def test_an_emoji_counts_twice_and_is_never_cut_in_half() -> None:
    assert limits.measure("😀") == 2
    assert limits.shortened("😀😀😀", 4) == "😀…"


# --- what an agent wrote, on its way to a buyer ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("Salt &amp; pepper &lt;3", "Salt & pepper <3"),
        (
            "see <https://www.fedex.com/track?a=1&amp;b=2|your parcel>",
            "see your parcel (https://www.fedex.com/track?a=1&b=2)",
        ),
        ("<https://acme.example/>", "https://acme.example/"),
        ("<http://acme.example|acme.example>", "http://acme.example"),
        ("write to <mailto:care@acme.example|care@acme.example>", "write to care@acme.example"),
        ("ask <@U12|ann> in <#C12|support>", "ask @ann in #support"),
        ("<!here> <!subteam^S1|@agents>", "@here @agents"),
        # No name: the mark stays, so that whoever sends it can refuse.
        ("ask <@U12> or <#C12>", "ask <@U12> or <#C12>"),
        ("1 &lt; 2 and &amp;lt; stays", "1 < 2 and &lt; stays"),
    ],
)
def test_an_agents_markup_becomes_plain_words(sent: str, read: str) -> None:
    assert unmarked(sent) == read


def test_rich_text_is_preferred_because_its_asterisks_are_asterisks() -> None:
    blocks: list[JsonObject] = [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Hello *M*, "},
                        {"type": "text", "text": "really", "style": {"bold": True}},
                        {"type": "text", "text": " "},
                        {"type": "emoji", "name": "smile", "unicode": "1f604"},
                        {"type": "emoji", "name": "acme_logo"},
                        {"type": "user", "user_id": "U12"},
                        {"type": "link", "url": "https://acme.example/faq", "text": "our answers"},
                        {"type": "text", "text": "\n"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "open it"}]},
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "press"}]},
                    ],
                },
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "as you wrote"}]},
            ],
        }
    ]
    assert message_words({"text": "Hello *M*, *really* …", "blocks": blocks}) == (
        "Hello *M*, really 😄:acme_logo:<@U12>our answers (https://acme.example/faq)\n1. open it\n2. press\nas you wrote"
    )


def test_a_message_without_blocks_is_read_from_its_text() -> None:
    assert message_words({"text": "a &amp; b"}) == "a & b"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["type", "elements", "text", "blocks", "url", "unicode", "name", "indent", "offset"]),
                inner | st.sampled_from(["rich_text", "rich_text_list", "rich_text_section", "text", "emoji", "link"]),
            )
        ),
        max_leaves=25,
    )
)
def test_no_message_makes_the_reading_fail(value: object) -> None:
    message_words({"blocks": [value], "text": "kept"})


def test_a_command_keeps_who_was_meant_and_drops_the_name_that_slack_adds() -> None:
    assert typed_words(" agent <@U12|ann> reply-method &amp; <#C1|support> ") == "agent <@U12> reply-method & <#C1>"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\photo.png", "photo.png"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\n\t", "file"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_files_name_is_cleaned(given_name: str, kept: str) -> None:
    assert file_name(given_name) == kept
