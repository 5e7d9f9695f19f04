"""Presses and forms: kept before they are acknowledged, answered where the person is."""

import asyncio
from dataclasses import replace

from bot.ports.chat import (
    FormClosed,
    FormErrors,
    Interaction,
    Nothing,
    OnlyYou,
    Pressed,
    ShowForm,
    ShowSheet,
    Submitted,
)
from bot.views.acts import ActName
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.people.typing import FileToSend
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import Desk, a_card, a_desk, press, serving, told, until
from tests.golden.sample_views import NEW_CARD, ORDER_SHEET, REPLY_FORM, button, line

CARD = SlackRenderer().render(NEW_CARD)
DONE = Notice(Tone.GOOD, (line("You have it."),))


def heard(desk: Desk, kind: type[Interaction]) -> Interaction:
    (interaction,) = [entry for entry in desk.inbox.heard if isinstance(entry, kind)]
    return interaction


async def test_a_press_is_kept_before_it_is_acknowledged() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        order: list[str] = []

        async def slowly(interaction: Interaction) -> Nothing:
            await asyncio.sleep(0.05)
            order.append("kept")
            return Nothing()

        desk.inbox.receiving = slowly
        await press(desk, card, ActName.TAKE)
        order.append("acknowledged")
        assert order == ["kept", "acknowledged"]
        pressed = heard(desk, Pressed)
        assert isinstance(pressed, Pressed)
        assert pressed.act.name is ActName.TAKE
        assert pressed.message == card
        assert pressed.user == desk.user


async def test_reply_opens_the_form_and_send_closes_it() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        desk.inbox.answer = ShowForm(REPLY_FORM)
        await press(desk, card, ActName.REPLY)
        await until(lambda: desk.server.open_view(desk.ann.user.id))
        view = desk.server.open_view(desk.ann.user.id)
        assert view is not None
        desk.inbox.answer = Nothing()
        photo = FileToSend("photo.png", b"\x89PNG", "image/png")
        outcome = await desk.ann.submit(view.id, {"text": "It arrives & soon <b>", "files": [photo], "vouch": ["yes"]})
        assert outcome.acknowledged, outcome.warning
        assert desk.server.open_view(desk.ann.user.id) is None
        sent = heard(desk, Submitted)
        assert isinstance(sent, Submitted)
        assert (sent.form, sent.token) == ("reply", "k3n9")
        assert sent.values == {"text": "It arrives & soon <b>", "kind": "reply", "vouch": "yes"}
        (file,) = sent.files["files"]
        assert (file.name, file.content_type, file.size) == ("photo.png", "image/png", 4)


async def test_a_refused_form_keeps_its_text_and_sending_again_is_another_act() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        desk.inbox.answer = ShowForm(REPLY_FORM)
        await press(desk, card, ActName.REPLY)
        await until(lambda: desk.server.open_view(desk.ann.user.id))
        view = desk.server.open_view(desk.ann.user.id)
        assert view is not None
        desk.inbox.answer = FormErrors({"text": "Say something", "": "Ben replied 3 s ago. Send anyway?"})
        outcome = await desk.ann.submit(view.id, {"text": "yes"})
        assert outcome.errors == {"text": "Say something Ben replied 3 s ago. Send anyway?"}
        assert desk.server.open_view(desk.ann.user.id) is not None
        desk.inbox.answer = Nothing()
        assert (await desk.ann.submit(view.id, {"text": "yes"})).acknowledged
        keys = [entry.key for entry in desk.inbox.heard if isinstance(entry, Submitted)]
        assert len(set(keys)) == 2


async def test_a_submitted_form_may_turn_into_another_a_sheet_or_a_notice() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        for answer, title in (
            (ShowForm(replace(REPLY_FORM, title="Again")), "Again"),
            (ShowSheet(ORDER_SHEET), "Order details"),
            (OnlyYou(DONE), "RelayDesk"),
        ):
            desk.inbox.answer = ShowForm(REPLY_FORM)
            await press(desk, card, ActName.REPLY)
            await until(lambda: desk.server.open_view(desk.ann.user.id))
            view = desk.server.open_view(desk.ann.user.id)
            assert view is not None
            desk.inbox.answer = answer
            assert (await desk.ann.submit(view.id, {"text": "words"})).action == "update"
            shown = desk.server.open_view(desk.ann.user.id)
            assert shown is not None
            assert shown.body["title"]["text"] == title  # type: ignore[index]
            await desk.ann.close(shown.id, everything=True)


async def test_a_form_left_without_sending_is_told() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        desk.inbox.answer = ShowForm(REPLY_FORM)
        await press(desk, card, ActName.REPLY)
        await until(lambda: desk.server.open_view(desk.ann.user.id))
        view = desk.server.open_view(desk.ann.user.id)
        assert view is not None
        await desk.ann.close(view.id)
        await until(lambda: any(isinstance(entry, FormClosed) for entry in desk.inbox.heard))
        closed = heard(desk, FormClosed)
        assert isinstance(closed, FormClosed)
        assert (closed.form, closed.token) == ("reply", "k3n9")


async def test_a_press_delivered_twice_has_one_key() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        desk.server.socket.repeat_next()
        await press(desk, card, ActName.TAKE)
        await until(lambda: len(desk.inbox.heard) == 2)
        assert len({entry.key for entry in desk.inbox.heard}) == 1
        await press(desk, card, ActName.TAKE)
        assert len({entry.key for entry in desk.inbox.heard}) == 2


async def test_a_menu_entry_is_a_press() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        outcome = await desk.ann.press(desk.channel.id, card.id, "more", selected="history:1042:")
        assert outcome.acknowledged, outcome.warning
        pressed = heard(desk, Pressed)
        assert isinstance(pressed, Pressed)
        assert pressed.act.name is ActName.HISTORY


async def test_only_ann_sees_the_answer_to_anns_press() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        desk.inbox.answer = OnlyYou(DONE)
        await press(desk, card, ActName.TAKE)
        await until(lambda: told(desk) == ["You have it."])


async def test_an_answered_only_you_message_disappears() -> None:
    async with a_desk() as desk, serving(desk):
        offer = Notice(Tone.INFO, (line("Send this?"),), "words", (button("Dismiss", ActName.DISMISS),))
        await desk.slack.tell(desk.channel.id, desk.user, offer)
        (shown,) = desk.server.ephemerals(desk.ann.user.id)
        outcome = await desk.ann.press(desk.channel.id, shown.ts, "dismiss.0")
        assert outcome.acknowledged, outcome.warning
        await until(lambda: told(desk) == [])


async def test_a_spent_trigger_is_told_kindly() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        desk.faults.order("slack:views.open", Fault(FaultKind.ERROR, code="expired_trigger_id"))
        desk.inbox.answer = ShowForm(REPLY_FORM)
        await press(desk, card, ActName.REPLY)
        await until(lambda: told(desk))
        assert "press it again" in told(desk)[0]


async def test_a_press_whose_window_its_first_delivery_has_opened_is_left_alone() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        desk.faults.order("slack:views.open", Fault(FaultKind.ERROR, code="exchanged_trigger_id"))
        desk.inbox.answer = ShowForm(REPLY_FORM)
        await press(desk, card, ActName.REPLY)
        await until(lambda: desk.server.records[-1].method == "views.open")
        assert told(desk) == []
