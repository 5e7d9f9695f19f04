"""When the application is slow or fails, and when nobody knows a button: everybody is told."""

import asyncio
from datetime import timedelta

from bot.ports.chat import (
    Interaction,
    Nothing,
    OnlyYou,
    ShowForm,
)
from bot.views.acts import ActName
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.simulator.slack.messages import Content
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import Desk, a_card, a_desk, press, serving, told, until
from tests.golden.sample_views import NEW_CARD, REPLY_FORM, line

CARD = SlackRenderer().render(NEW_CARD)
DONE = Notice(Tone.GOOD, (line("You have it."),))


def heard(desk: Desk, kind: type[Interaction]) -> Interaction:
    (interaction,) = [entry for entry in desk.inbox.heard if isinstance(entry, kind)]
    return interaction


async def test_a_slow_application_is_acknowledged_in_time_and_its_answer_still_arrives() -> None:
    async with a_desk(rate=4) as desk, serving(desk):
        card = await a_card(desk)

        async def slowly(interaction: Interaction) -> OnlyYou:
            await desk.clock.sleep(6)
            return OnlyYou(DONE)

        desk.inbox.receiving = slowly
        await press(desk, card, ActName.TAKE)
        await until(lambda: told(desk) == ["You have it."])


async def test_an_application_that_never_answers_is_apologised_for() -> None:
    async with a_desk(rate=4) as desk, serving(desk):
        card = await a_card(desk)

        async def never(interaction: Interaction) -> Nothing:
            await asyncio.Event().wait()
            return Nothing()

        desk.inbox.receiving = never
        await press(desk, card, ActName.TAKE)
        desk.clock.move(timedelta(seconds=31))
        await until(lambda: told(desk))
        assert "Look at the card" in told(desk)[0]


async def test_a_form_that_the_application_cannot_take_keeps_its_text() -> None:
    async with a_desk(rate=4) as desk, serving(desk):
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
            Content(
                "old",
                [
                    {
                        "type": "actions",
                        "elements": [
                            {
                                "type": "button",
                                "action_id": "old",
                                "value": "v1/claim",
                                "text": {"type": "plain_text", "text": "Claim"},
                            }
                        ],
                    }
                ],
            ),
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
