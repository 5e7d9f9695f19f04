"""What people write, pick, type and open."""

import asyncio

from bot.ports.chat import (
    Intent,
    Interaction,
    MessageRef,
    Nothing,
    OnlyYou,
    Opened,
    Picked,
    Said,
    Typed,
)
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.simulator.slack.people.typing import FileToSend
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import Desk, a_card, a_desk, serving, told, until
from tests.golden.sample_views import NEW_CARD, line

CARD = SlackRenderer().render(NEW_CARD)
DONE = Notice(Tone.GOOD, (line("You have it."),))


def heard(desk: Desk, kind: type[Interaction]) -> Interaction:
    (interaction,) = [entry for entry in desk.inbox.heard if isinstance(entry, kind)]
    return interaction


async def test_words_under_a_card_are_said_with_their_files() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        await desk.ann.say(
            desk.channel.id,
            "Salt & pepper: <https://acme.example>",
            card.id,
            [FileToSend("a.pdf", b"%PDF", "application/pdf")],
        )
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
    async with a_desk(rate=10) as desk, serving(desk):
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


async def test_a_bots_message_has_no_author_who_could_answer_for_it() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        await desk.ann.message_shortcut("msg_reply", desk.channel.id, card.id)
        picked = heard(desk, Picked)
        assert isinstance(picked, Picked)
        assert picked.author.id == ""


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
