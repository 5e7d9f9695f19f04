"""Whatever people call their things, and however many there are: Slack takes the page and the form."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import Texts
from bot.i18n.pieces import Plain, When
from bot.views.acts import MOST_WORDS, Button, Run
from bot.views.form import ChannelField, Choice, ChoiceField, Form, PersonField, SecretField, TextField
from bot.views.page import Menu, MenuEntry, Page, Row, Toggle
from integrations.simulator.slack.blocks.surfaces import check_view
from integrations.slack.forms import modal
from integrations.slack.pages import page_home, page_view, waiting_view

AT = When(datetime(2026, 3, 2, tzinfo=UTC))
HOSTILE = "<!channel> *bold* `x` \u202eevil\u0000 " + "long " * 900
RUN = Run("x" * MOST_WORDS)


def a_row(words: str, place: int) -> Row:
    switch = Toggle(words, place % 2 == 0, RUN)
    menu = Menu(words, tuple(MenuEntry(words, Run(f"{number}")) for number in range(130)), 3)
    several = (switch, menu, Button(words, RUN), switch, switch, switch)
    return Row(words, ((Plain(words),), (AT, Plain(words))), (switch,) if place % 3 == 0 else several[: place % 7])


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=60), st.integers(min_value=0, max_value=60))
def test_any_page_fits(words: str, rows: int) -> None:
    page = Page("p", words, ((Plain(words),),), tuple(a_row(words, n) for n in range(rows)), (Button(words, RUN),) * 7)
    check_view(page_view(page, Texts()), kind="modal")
    check_view(page_home(page, Texts()), kind="home")


def test_a_page_of_long_and_hostile_names_fits_and_mentions_nobody() -> None:
    rows = tuple(Row(HOSTILE, ((Plain(HOSTILE),),), (Toggle(HOSTILE, True, RUN),)) for _ in range(60))
    drawn = check_view(page_view(Page("p", HOSTILE, ((Plain(HOSTILE),),), rows), Texts()), kind="modal")
    assert "mrkdwn" not in repr(drawn)
    check_view(page_view(Page("p", ""), Texts()), kind="modal")
    check_view(waiting_view((Plain(HOSTILE),), Texts()), kind="modal")


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=60), st.integers(min_value=0, max_value=1200))
def test_any_form_fits(words: str, choices: int) -> None:
    offered = tuple(Choice(f"{number}", f"{words} {number}") for number in range(max(choices, 1)))
    fields = (
        TextField("text", words, words, words, most=60),
        SecretField("secret", words, words),
        ChoiceField("choice", words, offered, f"{choices - 1}", words),
        ChannelField("channel", words, "C1", words),
        ChannelField("channels", words, "C1 C2", words, several=True),
        PersonField("person", words, "U1", words),
        PersonField("people", words, "", words, several=True),
    )
    wrong = {"text": words, "secret": words, "": words}
    form = Form("command:x", "t", words, ((Plain(words),),), fields, words, words, errors=wrong, again="x")
    check_view(modal(form, Texts()), kind="modal")
