"""Pages and forms of commands in Slack: opened, changed in place, stacked, and brought up to date later."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.where import Where
from bot.i18n import Texts
from bot.i18n.pieces import Plain
from bot.ports.chat import FormErrors, OnlyYou, Opened, ShowForm, ShowPage, Submitted, Typed, Wait
from bot.ports.failures import Transient
from bot.views.acts import Button, Run
from bot.views.form import ChannelField, Choice, ChoiceField, Form, PersonField, SecretField, TextField, ToggleField
from bot.views.notice import Notice
from bot.views.page import Menu, MenuEntry, Page, Row, Toggle
from bot.views.ticket_card import Tone
from integrations.simulator.slack.inputs import Entry
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.views import View
from integrations.slack.posting import Posting
from integrations.slack.refreshing import SlackForms
from tests.adapters.slack_desk import Desk, a_desk, serving, told, until
from tests.journeys.shop import words_in


def line(text: str) -> tuple[Plain, ...]:
    return (Plain(text),)


def a_page(*on: bool, name: str = "fields") -> Page:
    rows = tuple(
        Row(f"Field {place}", (line("as of the order"),), (Toggle(f"Field {place}", state, Run(f"field {place} off")),))
        for place, state in enumerate(on)
    )
    menu = Menu("Template", (MenuEntry("Usual", Run("template 1")), MenuEntry("Other", Run("template 2"))), 1)
    return Page(
        name,
        "Fields",
        (line("All fields"),),
        (*rows, Row("More", (), (menu, Button("New", Run("field add"))))),
        (Button("One-click", Run("fields all")),),
        again="fields",
    )


FORM = Form(
    "command:site set",
    '["k1",{}]',
    "Site",
    (line("About this site"),),
    (
        TextField("name", "Name", "Acme"),
        SecretField("secret", "Client Secret"),
        ChannelField("channel", "Channel"),
        ChannelField("channels", "Channels", several=True, required=False),
        PersonField("person", "Person", required=False),
        ChoiceField("market", "Market", tuple(Choice(str(n), f"Market {n}") for n in range(250)), "120"),
        ToggleField("sure", "Sure"),
    ),
    "Save",
    "Cancel",
    errors={"name": "This name is taken.", "": "Nothing was saved."},
    again="site set",
)


def forms_of(desk: Desk) -> SlackForms:
    return SlackForms(desk.calls, Posting(desk.calls, desk.clock, Texts(), settle=timedelta()), Texts())


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with a_desk() as desk, serving(desk):
        yield desk


def view(desk: Desk) -> View | None:
    return desk.server.open_view(desk.ann.user.id)


async def opened(desk: Desk, other_than: View | None = None) -> View:
    await until(lambda: view(desk) is not None and view(desk) is not other_than)
    found = view(desk)
    assert found is not None
    return found


def accessory(found: View, row: int) -> dict[str, object]:
    block = next(block for block in found.blocks if block.get("block_id") == f"row {row}")
    assert isinstance(block["accessory"], dict)
    return block["accessory"]


async def sent(desk: Desk, form: View, values: dict[str, Entry]) -> Outcome:
    """Send a form; again, as a person does, while Slack says that nobody answered."""
    for _attempt in range(20):
        outcome = await desk.ann.submit(form.id, values)
        if outcome.acknowledged:
            return outcome
        await asyncio.sleep(0.1)
    raise AssertionError("nobody acknowledges")


async def typed(desk: Desk, words: str = "fields") -> View:
    before = view(desk)
    await desk.ann.command(desk.channel.id, f"/walmart {words}")
    return await opened(desk, before)


async def test_a_page_opens_and_a_switch_on_it_changes_it_in_place(desk: Desk) -> None:
    desk.inbox.answer = ShowPage(a_page(True, False))
    page = await typed(desk)
    assert accessory(page, 0)["text"] == {"type": "plain_text", "text": "● On", "emoji": False}
    assert accessory(page, 1)["text"] == {"type": "plain_text", "text": "○ Off", "emoji": False}
    desk.inbox.answer = ShowPage(a_page(False, False))
    await desk.ann.press_in_view(page.id, "run.0", value="run:field 0 off")
    await until(lambda: "○" in words_in(accessory(page, 0)))
    pressed = desk.inbox.heard[-1]
    assert isinstance(pressed, Typed)
    assert (pressed.words, pressed.open_form) == ("field 0 off", page.id)
    assert view(desk) is page, "the same window, brought up to date"


async def test_two_quick_presses_end_with_what_the_second_shows(desk: Desk) -> None:
    desk.inbox.answer = ShowPage(a_page(True, True))
    page = await typed(desk)
    desk.inbox.answer = ShowPage(a_page(False, True))
    await desk.ann.press_in_view(page.id, "run.0", value="run:field 0 off")
    await until(lambda: "○" in words_in(accessory(page, 0)))
    page.hash = "changed.meanwhile"
    desk.inbox.answer = ShowPage(a_page(False, False))
    await desk.ann.press_in_view(page.id, "run.0", value="run:field 1 off")
    await until(lambda: "○" in words_in(accessory(page, 1)))


async def test_a_menu_runs_what_was_chosen(desk: Desk) -> None:
    desk.inbox.answer = ShowPage(a_page())
    page = await typed(desk)
    await desk.ann.press_in_view(page.id, "run.0", selected="run:template 1", block_id="acts 0")
    await until(lambda: len(desk.inbox.heard) > 1)
    chosen = desk.inbox.heard[-1]
    assert isinstance(chosen, Typed)
    assert chosen.words == "template 1"


async def test_a_form_lies_on_its_page_and_the_page_shows_what_it_did(desk: Desk) -> None:
    desk.inbox.answer = ShowPage(a_page(True))
    page = await typed(desk)
    desk.inbox.answer = ShowForm(FORM)
    await desk.ann.press_in_view(page.id, "run.1", block_id="acts 1")
    form = await opened(desk, page)
    assert form.previous == page.id
    said = words_in(form.body)
    assert "Nothing was saved." in said
    assert "⚠ This name is taken." in said
    desk.inbox.answer = FormErrors({"secret": "This is not a key."})
    values: dict[str, Entry] = {
        "secret": "x",
        "channel": desk.channel.id,
        "person": desk.ann.user.id,
        "channels": [desk.channel.id],
    }
    outcome = await sent(desk, form, values)
    assert outcome.errors == {"secret": "This is not a key."}
    arrived = desk.inbox.heard[-1]
    assert isinstance(arrived, Submitted)
    assert arrived.open_form == form.id
    assert arrived.values == {
        "name": "Acme",
        "secret": "x",
        "channel": desk.channel.id,
        "channels": desk.channel.id,
        "person": desk.ann.user.id,
        "market": "120",
        "sure": "",
    }
    desk.inbox.answer = ShowPage(a_page(False))
    await sent(desk, form, {})
    await until(lambda: view(desk) is page)
    await until(lambda: "○" in words_in(accessory(page, 0)))


async def test_nothing_is_pushed_onto_the_third_window(desk: Desk) -> None:
    desk.inbox.answer = ShowPage(a_page(name="one"))
    top = await typed(desk)
    for name in ("two", "three"):
        desk.inbox.answer = ShowPage(a_page(name=name))
        await desk.ann.press_in_view(top.id, "run.1", block_id="acts 0")
        top = await opened(desk, top)
    desk.inbox.answer = ShowPage(replace(a_page(name="four"), title="The fourth"))
    await desk.ann.press_in_view(top.id, "run.1", block_id="acts 0")
    await until(lambda: "The fourth" in words_in(top.body))
    assert view(desk) is top


async def test_what_takes_longer_makes_room_and_its_answer_takes_the_place(desk: Desk) -> None:
    desk.inbox.answer = ShowForm(replace(FORM, errors={}))
    form = await typed(desk, "site set")
    desk.inbox.answer = Wait(line("Asking Walmart …"))
    await sent(desk, form, {"secret": "x", "channel": desk.channel.id})
    await until(lambda: "Asking Walmart" in words_in(form.body))
    forms = forms_of(desk)
    where = Where(desk.user.platform, desk.user.id, "", form.id)
    await forms.refresh(where, ShowForm(FORM))
    assert "This name is taken." in words_in(form.body)
    await forms.refresh(where, OnlyYou(Notice(Tone.GOOD, (line("Authorization successful"),))))
    assert "Authorization successful" in words_in(form.body)


async def test_whoever_has_closed_the_window_is_told_alone_with_a_way_back(desk: Desk) -> None:
    forms = forms_of(desk)
    gone = Where(desk.user.platform, desk.user.id, desk.channel.id, "V0GONE")
    await forms.refresh(gone, ShowForm(FORM))
    assert "This name is taken." in told(desk)[-1]
    (message,) = desk.server.ephemerals(desk.ann.user.id)
    assert "run:site set" in repr(message.content.blocks)
    await forms.refresh(replace(gone, form=""), ShowPage(a_page()))
    assert "All fields" in told(desk)[-1]


async def test_slack_out_of_reach_is_the_jobs_failure(desk: Desk) -> None:
    forms = forms_of(desk)
    await desk.server.stop()
    with pytest.raises(Transient):
        await forms.refresh(Where(desk.user.platform, desk.user.id, "", "V1"), ShowPage(a_page()))


async def test_a_command_that_waits_says_so_to_its_author_alone(desk: Desk) -> None:
    desk.inbox.answer = Wait(line("Asking Walmart …"))
    await desk.ann.command(desk.channel.id, "/walmart account check")
    await until(lambda: told(desk))
    assert "Asking Walmart" in told(desk)[-1]


async def test_the_home_is_a_page_and_its_buttons_open_windows(desk: Desk) -> None:
    desk.inbox.answer = ShowPage(a_page(True, name="home"))
    await desk.ann.open_home()
    await until(lambda: desk.server.home(desk.ann.user.id) is not None)
    assert isinstance(desk.inbox.heard[-1], Opened)
    home = desk.server.home(desk.ann.user.id)
    assert home is not None
    desk.inbox.answer = ShowPage(a_page(False, name="home"))
    await desk.ann.press_in_view(home.id, "run.0", value="run:field 0 off")
    await until(lambda: "○" in words_in(accessory(home, 0)))
    desk.inbox.answer = ShowPage(a_page(name="fields"))
    await desk.ann.press_in_view(home.id, "run.0", block_id="acts")
    page = await opened(desk)
    assert page.kind == "modal"
