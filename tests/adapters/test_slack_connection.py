"""The connection: everything is kept before it is acknowledged, nobody is left without an answer, nothing ends it."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ports.chat import (
    FormClosed,
    FormErrors,
    Intent,
    Interaction,
    MessageRef,
    Nothing,
    OnlyYou,
    Opened,
    Picked,
    Pressed,
    Said,
    ShowForm,
    ShowSheet,
    Submitted,
    Typed,
)
from bot.ports.failures import Misconfigured
from bot.ports.vault import Secret
from bot.views.acts import ActName
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.messages import Content
from integrations.simulator.slack.people.typing import FileToSend
from integrations.slack.calls import SlackCalls
from integrations.slack.connection import SlackConnection
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import QUICK, Desk, a_desk, serving, until
from tests.golden.sample_views import NEW_CARD, ORDER_SHEET, REPLY_FORM, button, line

CARD = SlackRenderer().render(NEW_CARD)
DONE = Notice(Tone.GOOD, (line("You have it."),))


async def a_card(desk: Desk) -> MessageRef:
    return await desk.slack.post(desk.channel.id, CARD, Intent("card"))


async def press(desk: Desk, card: MessageRef, act: ActName) -> None:
    outcome = await desk.ann.press(desk.channel.id, card.id, f"{act}.0" if act is ActName.REPLY else f"{act}.1")
    assert outcome.acknowledged, outcome.warning


def heard(desk: Desk, kind: type[Interaction]) -> Interaction:
    (interaction,) = [entry for entry in desk.inbox.heard if isinstance(entry, kind)]
    return interaction


def told(desk: Desk) -> list[str]:
    return [message.content.text for message in desk.server.ephemerals(desk.ann.user.id)]


# --- presses -----------------------------------------------------------------------------------------------------


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
        for answer, title in ((ShowForm(replace(REPLY_FORM, title="Again")), "Again"), (ShowSheet(ORDER_SHEET), "Order details"), (OnlyYou(DONE), "RelayDesk")):
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


# --- slow, failing and unknown -----------------------------------------------------------------------------------


async def test_a_slow_application_is_acknowledged_in_time_and_its_answer_still_arrives() -> None:
    async with a_desk(rate=20) as desk, serving(desk):
        card = await a_card(desk)

        async def slowly(interaction: Interaction) -> OnlyYou:
            await desk.clock.sleep(6)
            return OnlyYou(DONE)

        desk.inbox.receiving = slowly
        await press(desk, card, ActName.TAKE)
        await until(lambda: told(desk) == ["You have it."])


async def test_an_application_that_never_answers_is_apologised_for() -> None:
    async with a_desk(rate=100) as desk, serving(desk):
        card = await a_card(desk)

        async def never(interaction: Interaction) -> Nothing:
            await asyncio.Event().wait()
            return Nothing()

        desk.inbox.receiving = never
        await press(desk, card, ActName.TAKE)
        await until(lambda: told(desk))
        assert "Look at the card" in told(desk)[0]


async def test_a_form_that_the_application_cannot_take_keeps_its_text() -> None:
    async with a_desk(rate=10) as desk, serving(desk):
        card = await a_card(desk)
        desk.inbox.answer = ShowForm(REPLY_FORM)
        await press(desk, card, ActName.REPLY)
        await until(lambda: desk.server.open_view(desk.ann.user.id))
        view = desk.server.open_view(desk.ann.user.id)
        assert view is not None

        async def broken(interaction: Interaction) -> Nothing:
            raise RuntimeError("the database is gone")

        async def late(interaction: Interaction) -> Nothing:
            await desk.clock.sleep(20)
            return Nothing()

        desk.inbox.receiving = broken
        refused = await desk.ann.submit(view.id, {"text": "my words"})
        assert "Nothing was done" in refused.errors["text"]
        desk.inbox.receiving = late
        refused = await desk.ann.submit(view.id, {"text": "my words"})
        assert "send it again" in refused.errors["text"]
        assert desk.server.open_view(desk.ann.user.id) is not None


async def test_a_failing_application_is_told_to_whoever_pressed() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)

        async def broken(interaction: Interaction) -> Nothing:
            raise RuntimeError("the database is gone")

        desk.inbox.receiving = broken
        await press(desk, card, ActName.TAKE)
        await until(lambda: told(desk))
        assert "database" not in told(desk)[0]


async def test_a_button_of_an_older_release_is_acknowledged_and_explained() -> None:
    async with a_desk() as desk, serving(desk):
        message = desk.server.posting.post(
            desk.channel,
            desk.server.posting.bot(),
            Content("old", [{"type": "actions", "elements": [{"type": "button", "action_id": "old", "value": "v1/claim", "text": {"type": "plain_text", "text": "Claim"}}]}]),
            method="test",
        )
        outcome = await desk.ann.press(desk.channel.id, message.ts, "old")
        assert outcome.acknowledged, outcome.warning
        await until(lambda: told(desk))
        assert "Nothing was done" in told(desk)[0]
        assert desk.inbox.heard == []


async def test_an_unknown_shortcut_is_acknowledged() -> None:
    async with a_desk() as desk, serving(desk):
        assert (await desk.ann.shortcut("g_find")).acknowledged
        message = await desk.ann.say(desk.channel.id, "hello")
        assert (await desk.ann.message_shortcut("other", desk.channel.id, message.ts)).acknowledged


# --- what people write -------------------------------------------------------------------------------------------


async def test_words_under_a_card_are_said_with_their_files() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        await desk.ann.say(desk.channel.id, "Salt & pepper: <https://acme.example>", card.id, [FileToSend("a.pdf", b"%PDF", "application/pdf")])
        await until(lambda: desk.inbox.heard)
        said = heard(desk, Said)
        assert isinstance(said, Said)
        assert said.text == "Salt & pepper: https://acme.example"
        assert said.message.thread == card.id
        assert [file.name for file in said.files] == ["a.pdf"]


async def test_edits_deletions_our_own_words_and_chatter_are_not_said() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        kept = await desk.ann.say(desk.channel.id, "first words", card.id)
        await until(lambda: len(desk.inbox.heard) == 1)
        await desk.ann.edit(desk.channel.id, kept.ts, "other words")
        await desk.ann.delete(desk.channel.id, kept.ts)
        other = await desk.ann.say(desk.channel.id, "chatter in the channel")
        await desk.ann.say(desk.channel.id, "chatter in a thread of ours not", other.ts)
        await desk.slack.post(desk.channel.id, CARD, Intent("in thread"), thread=card.id)
        await desk.ann.say(desk.channel.id, "last words", card.id)
        await until(lambda: len(desk.inbox.heard) >= 2)
        await asyncio.sleep(0.05)
        assert [entry.text for entry in desk.inbox.heard if isinstance(entry, Said)] == ["first words", "last words"]


async def test_words_that_could_not_be_kept_come_again() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        failures = [RuntimeError("the database is busy")]

        async def once_broken(interaction: Interaction) -> Nothing:
            if failures:
                raise failures.pop()
            return Nothing()

        desk.inbox.receiving = once_broken
        await desk.ann.say(desk.channel.id, "important", card.id)
        await until(lambda: len(desk.inbox.heard) == 2, seconds=10)
        assert len({entry.key for entry in desk.inbox.heard}) == 1


async def test_a_message_picked_to_be_sent() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        words = await desk.ann.say(desk.channel.id, "It arrives tomorrow.", card.id)
        await until(lambda: desk.inbox.heard)
        desk.inbox.answer = OnlyYou(DONE)
        outcome = await desk.ann.message_shortcut("msg_reply", desk.channel.id, words.ts)
        assert outcome.acknowledged, outcome.warning
        picked = heard(desk, Picked)
        assert isinstance(picked, Picked)
        assert (picked.text, picked.author, picked.user) == ("It arrives tomorrow.", desk.user, desk.user)
        assert picked.message == MessageRef(desk.channel.id, words.ts, card.id)
        await until(lambda: told(desk) == ["You have it."])


async def test_a_command_is_typed_and_answered_where_the_bot_is_not() -> None:
    async with a_desk() as desk, serving(desk):
        elsewhere = desk.server.workspace.add_channel("elsewhere", desk.ann.user.id, with_bot=False)
        desk.inbox.answer = OnlyYou(DONE)
        outcome = await desk.ann.command(elsewhere.id, "/walmart help a &amp; b")
        assert outcome.acknowledged, outcome.warning
        typed = heard(desk, Typed)
        assert isinstance(typed, Typed)
        assert typed.words.startswith("help a &")
        await until(lambda: told(desk) == ["You have it."])


async def test_an_opened_home_shows_what_it_is_told() -> None:
    async with a_desk() as desk, serving(desk):
        desk.inbox.answer = OnlyYou(DONE)
        await desk.ann.open_home()
        await until(lambda: desk.server.home(desk.ann.user.id))
        assert isinstance(desk.inbox.heard[0], Opened)


# --- the connection itself ---------------------------------------------------------------------------------------


async def test_it_connects_although_slack_is_down_at_start() -> None:
    async with a_desk() as desk:
        desk.faults.order("slack:auth.test", Fault(FaultKind.STATUS, status=503), times=2)
        desk.faults.order("slack:apps.connections.open", Fault(FaultKind.DROP_BEFORE), times=4)
        async with serving(desk):
            await press(desk, await a_card(desk), ActName.TAKE)


@pytest.mark.parametrize("place", ["slack:auth.test", "slack:apps.connections.open"])
async def test_refused_tokens_end_it_with_what_to_do(place: str) -> None:
    async with a_desk() as desk:
        desk.faults.order(place, Fault(FaultKind.ERROR, code="invalid_auth"), times=10)
        with pytest.raises(Misconfigured, match="token"):
            await asyncio.wait_for(desk.slack.serve(desk.inbox), 5)
        assert desk.slack.connected_since is None


async def test_a_refresh_opens_the_new_connection_before_it_leaves_the_old() -> None:
    async with a_desk() as desk, serving(desk, connections=2):
        card = await a_card(desk)
        before = set(map(id, desk.server.socket.connections))
        first = desk.server.socket.connections[0]
        await desk.server.socket._tell_to_leave(first, "refresh_requested")
        desk.server.socket._leave(first)
        for _ in range(5):
            await press(desk, card, ActName.TAKE)
        await until(
            lambda: len(desk.server.socket.connections) == 2
            and len(before & set(map(id, desk.server.socket.connections))) == 1
        )


async def test_what_is_in_hand_at_a_refresh_is_still_acknowledged() -> None:
    async with a_desk() as desk:
        desk.slack = SlackConnection(desk.calls, desk.clock, sockets=1, patience=QUICK)
        async with serving(desk, connections=1):
            card = await a_card(desk)

            async def slowly(interaction: Interaction) -> Nothing:
                await asyncio.sleep(0.4)
                return Nothing()

            desk.inbox.receiving = slowly
            pressing = asyncio.ensure_future(press(desk, card, ActName.TAKE))
            await until(lambda: desk.inbox.heard)
            await desk.server.socket.refresh()
            await pressing


async def test_cut_connections_come_back() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        desk.server.socket.cut()
        await until(lambda: desk.slack.connected_since is None)
        await until(lambda: len(desk.server.socket.connections) == 2 and desk.slack.connected_since is not None, 10)
        await press(desk, card, ActName.TAKE)


async def test_it_says_since_when_it_is_connected() -> None:
    async with a_desk() as desk:
        assert desk.slack.connected_since is None
        started = desk.clock.now()
        async with serving(desk):
            assert desk.slack.connected_since is not None
            assert timedelta() <= desk.slack.connected_since - started < timedelta(seconds=5)
        assert desk.slack.connected_since is None


async def test_a_server_that_greets_nobody_is_left_and_tried_again() -> None:
    async with a_desk() as desk:
        calls = SlackCalls(Secret("xoxb-1"), Secret("xapp-1"), "http://127.0.0.1:9/api/")
        nowhere = SlackConnection(calls, desk.clock, patience=QUICK)
        serve = asyncio.ensure_future(nowhere.serve(desk.inbox))
        await asyncio.sleep(0.1)
        assert not serve.done()
        serve.cancel()
        await asyncio.gather(serve, return_exceptions=True)


async def test_no_log_line_holds_what_people_wrote(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        await desk.ann.say(desk.channel.id, "Zanzibar is the secret word", card.id)
        await until(lambda: desk.inbox.heard)
        desk.inbox.answer = FormErrors({"": "Zanzibar"})
        await press(desk, card, ActName.TAKE)
    assert "Zanzibar" not in caplog.text
    assert "xoxb-" not in caplog.text
