"""What is written in a ticket's thread stays there, until its author sends exactly that to the buyer."""

import asyncio
from pathlib import Path

import pytest

from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.mail.post_office import Authentication
from integrations.simulator.slack.people.typing import FileToSend
from tests.journeys.question import Question, asked
from tests.journeys.shop import until

OFFER = "Only your team sees this message"


async def settled(here: Question) -> None:
    assert here.shop.desk is not None
    assert await here.shop.desk.adapters.runner.drained(3.0)


@pytest.mark.both_databases
async def test_thread_text_is_offered_to_its_author_alone_and_leaves_only_by_their_press(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.person.say(here.shop.channel, "We sent it on Monday.", here.card.ts)
        offer = await here.ana.told(OFFER)
        assert "We sent it on Monday." in here.shop.text_of(offer)
        assert offer.thread_ts == here.card.ts
        assert not here.shop.slack.ephemerals(here.ben.person.user.id)
        await settled(here)
        assert not here.shop.mail.records.submissions

        await asyncio.gather(here.ana.press(offer, "send_to_buyer"), here.ana.press(offer, "send_to_buyer"))
        await here.left(1)
        assert here.reached == ["We sent it on Monday."]
        await here.shop.card("Walmart reply sent")
        await here.ana.told("On its way to the buyer")


async def test_edits_and_deletions_in_the_chat_change_nothing_of_what_was_offered_or_sent(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        said = await here.ana.person.say(here.shop.channel, "We sent it on Monday.", here.card.ts)
        offer = await here.ana.told(OFFER)
        await here.ana.person.edit(here.shop.channel, said.ts, "It is lost, sorry.")
        await here.ana.press(offer, "send_to_buyer")
        await here.left(1)
        await here.ana.person.delete(here.shop.channel, said.ts)
        await settled(here)
        assert here.reached == ["We sent it on Monday."]


async def test_an_edited_message_picked_from_its_menu_is_another_text_than_the_one_offered_before(
    tmp_path: Path,
) -> None:
    async with asked(tmp_path) as here:
        said = await here.ana.person.say(here.shop.channel, "We sent it on Mondax.", here.card.ts)
        first = await here.ana.told(OFFER)
        await here.ana.person.edit(here.shop.channel, said.ts, "We sent it on Monday.")
        await here.ana.person.message_shortcut("msg_reply", here.shop.channel, said.ts)
        second = await here.ana.told("We sent it on Monday.")
        assert "Mondax" in here.shop.text_of(first), "a preview shows for ever what it would send"
        await here.ana.press(second, "send_to_buyer")
        await here.left(1)
        assert here.reached == ["We sent it on Monday."]


async def test_the_words_of_a_colleague_may_be_picked_but_their_own_offer_stays_theirs(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        said = await here.ana.person.say(here.shop.channel, "We sent it on Monday.", here.card.ts)
        hers = await here.ana.told(OFFER)
        await here.ben.person.message_shortcut("msg_reply", here.shop.channel, said.ts)
        his = await here.ben.told(OFFER)
        await here.ben.press(his, "send_to_buyer")
        await here.left(1)
        await here.shop.card("Ben Cole")
        await here.ana.press(hers, "send_to_buyer")
        await here.ana.told("On its way to the buyer")
        await here.left(1)


async def test_the_offer_of_somebody_else_cannot_be_pressed(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.person.say(here.shop.channel, "We sent it on Monday.", here.card.ts)
        hers = await here.ana.told(OFFER)
        await here.ben.person.say(here.shop.channel, "No, on Tuesday.", here.card.ts)
        his = await here.ben.told(OFFER)
        stolen = next(value for value in _values(hers.content.blocks) if value.startswith("send_to_buyer"))
        _set_values(his.content.blocks, stolen)
        await here.ben.press(his, "send_to_buyer")
        await here.ben.told("Only the one who wrote a message can send it")
        await settled(here)
        assert not here.shop.mail.records.submissions


async def test_keep_internal_takes_the_offer_away(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.person.say(here.shop.channel, "What a nuisance.", here.card.ts)
        offer = await here.ana.told(OFFER)
        await here.ana.press(offer, "dismiss")
        await here.ana.not_told_any_more(offer)
        await settled(here)
        assert not here.shop.mail.records.submissions


async def test_slacks_markup_leaves_as_plain_words_and_a_mention_does_not_leave(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.person.say(
            here.shop.channel, "Tom & Jerry <3: see <https://www.walmart.com/help> *now*", here.card.ts
        )
        await here.ana.press(await here.ana.told("Tom & Jerry"), "send_to_buyer")
        await here.left(1)
        assert here.reached == ["Tom & Jerry <3: see https://www.walmart.com/help *now*"]

        await here.ana.person.say(here.shop.channel, f"Ask <@{here.ben.person.user.id}> about it.", here.card.ts)
        await here.ana.press(await here.ana.told("Ask"), "send_to_buyer")
        await here.ana.told("A buyer cannot read")
        await here.left(1)


async def test_a_file_in_the_thread_leaves_with_its_message(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        label = FileToSend("label.pdf", b"%PDF-1.4", "application/pdf")
        await here.ana.person.say(here.shop.channel, "Your label.", here.card.ts, files=[label])
        offer = await here.ana.told("label.pdf")
        await here.ana.press(offer, "send_to_buyer")
        await here.left(1)
        assert [file.name for file in here.buyer.mailbox.mails[0].attachments] == ["label.pdf"]


async def test_six_files_in_the_thread_do_not_leave(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        files = [FileToSend(f"{number}.txt", b"x") for number in range(6)]
        await here.ana.person.say(here.shop.channel, "All of it.", here.card.ts, files=files)
        await here.ana.press(await here.ana.told(OFFER), "send_to_buyer")
        await here.ana.told("at most 5 files")
        assert not here.shop.mail.records.submissions


async def test_what_happened_since_the_offer_is_shown_before_the_text_leaves(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.person.say(here.shop.channel, "We shall look for it.", here.card.ts)
        offer = await here.ana.told(OFFER)
        here.ask("Found it, thanks!")
        await here.shop.card("Found it, thanks!")
        await here.ana.press(offer, "send_to_buyer")
        asked_again = await here.ana.told("The buyer wrote again")
        assert not here.shop.mail.records.submissions
        await here.ana.press(asked_again, "send_to_buyer")
        await here.left(1)


async def test_a_suspicious_letter_is_confirmed_in_the_form_not_in_the_thread(tmp_path: Path) -> None:
    async with asked(tmp_path, posting=Posting(authentication=Authentication.FAIL)) as here:
        await here.ana.person.say(here.shop.channel, "Hello.", here.card.ts)
        await here.ana.press(await here.ana.told(OFFER), "send_to_buyer")
        await here.ana.told("use Reply on the card and confirm it")
        assert not here.shop.mail.records.submissions


async def test_the_buyers_own_words_cannot_be_picked(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        here.ask("Second message.")
        await until(lambda: len(here.shop.thread(here.card)) == 1, "the second message in the thread")
        (letter,) = here.shop.thread(here.card)
        await here.ana.person.message_shortcut("msg_reply", here.shop.channel, letter.ts)
        await here.ana.told("Only what a person of your team wrote")


async def test_a_message_outside_any_ticket_cannot_be_picked(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        said = await here.ana.person.say(here.shop.channel, "Lunch?")
        await here.ana.person.message_shortcut("msg_reply", here.shop.channel, said.ts)
        await here.ana.told("not known here")


async def test_text_that_could_not_be_taken_up_is_said_to_stay_internal(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        here.shop.faults.order("slack:users.info", Fault(FaultKind.ERROR, code="internal_error"), times=20)
        here.shop.faults.order("slack:conversations.members", Fault(FaultKind.ERROR, code="internal_error"), times=20)
        await here.ana.person.say(here.shop.channel, "We sent it.", here.card.ts)
        await here.ana.told("stays internal")


def _values(blocks: object) -> list[str]:
    if isinstance(blocks, list):
        return [value for block in blocks for value in _values(block)]
    if isinstance(blocks, dict):
        own = [str(blocks["value"])] if blocks.get("type") == "button" else []
        return own + [value for part in blocks.values() for value in _values(part)]
    return []


def _set_values(blocks: object, value: str) -> None:
    """What a forged client would press."""
    if isinstance(blocks, list):
        for block in blocks:
            _set_values(block, value)
    if isinstance(blocks, dict):
        if str(blocks.get("value", "")).startswith(value.partition(":")[0]):
            blocks["value"] = value
        for part in blocks.values():
            _set_values(part, value)
