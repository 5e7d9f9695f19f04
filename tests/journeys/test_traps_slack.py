"""What happens to a ticket when Slack, or somebody in it, does what nobody would expect."""

from dataclasses import replace
from pathlib import Path

import pytest

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.mail.records import Attachment
from integrations.simulator.slack.records import RecordKind
from tests.journeys.agents import Agent
from tests.journeys.question import RATE, asked
from tests.journeys.shop import SHORT, Shop, brisk, shop, until, until_true


async def test_a_card_that_somebody_deleted_is_posted_anew_with_its_thread(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        acme = here.shop
        here.ask("Still nothing.")
        await until(lambda: len(acme.thread(here.card)) == 1, "the second message in the thread")
        acme.slack.posting.delete(here.card, by=acme.ben.user.id, method="test")

        here.ask("Is anybody there?")

        card = await acme.card("Is anybody there?")
        assert card.ts != here.card.ts
        await until(lambda: len(acme.thread(card)) == 2, "the whole thread under the new card")
        await Agent(acme, acme.ana).reply(card, "Here we are.")
        await here.left(1)


async def test_a_card_that_went_without_a_trace_takes_nothing_with_it(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        acme = here.shop
        # Nothing hangs under it: no tombstone is left, and a post under it would land in the channel with ok.
        acme.slack.posting.delete(here.card, by=acme.ben.user.id, method="test")
        here.ask("Is anybody there?")
        card = await acme.card("Is anybody there?")
        await until(lambda: len(acme.thread(card)) == 1, "the second message under the new card")
        assert len(acme.cards) == 1


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE])
async def test_a_card_whose_posting_had_no_answer_stands_in_the_channel_once(tmp_path: Path, kind: FaultKind) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        acme.faults.order("slack:chat.postMessage", Fault(kind))
        acme.buyer().write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Hello?")
        await until_true(lambda: _idle(acme), "the card to be known")
        await Agent(acme, acme.ana).press(card, "take")
        await acme.card("assignee Ana Ruiz")
        assert len(acme.cards) == 1


async def _idle(acme: Shop) -> bool:
    """Whether no job is left but the one that waits for the letter's deadline, to turn its card overdue."""
    assert acme.desk is not None
    backlog = await acme.desk.adapters.runner.backlog()
    return (backlog.waiting, backlog.running) == (1, 0)


async def test_what_happened_while_a_card_was_searched_for_is_on_it_when_it_is_found(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        acme.faults.order("slack:chat.postMessage", Fault(FaultKind.DROP_AFTER))
        acme.buyer().write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
        await Agent(acme, acme.ana).press(await acme.card("Hello?"), "take")
        await acme.card("assignee Ana Ruiz")
        assert len(acme.cards) == 1


async def test_many_changes_of_a_card_are_few_calls(tmp_path: Path) -> None:
    """Slack permits fifty changes a minute for the whole workspace."""
    async with asked(tmp_path, waits=replace(SHORT, card_rest=1.0), rate=6.0) as here:
        before = _updates(here.shop.slack.records)
        for number in range(12):
            here.ask(f"Message {number}, and where is it?")
        await here.shop.card("Message 11, and where is it?")
        assert here.shop.desk is not None
        assert await here.shop.desk.adapters.runner.drained(10.0)
        assert 1 <= _updates(here.shop.slack.records) - before <= 5


def _updates(records: object) -> int:
    return sum(record.kind is RecordKind.UPDATED for record in records)  # type: ignore[attr-defined]


async def test_a_change_that_slack_refuses_for_now_is_not_lost(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        here.shop.faults.order("slack:chat.update", Fault(FaultKind.STATUS, status=429, retry_after=1), times=2)
        await here.ana.press(here.card, "take")
        await here.shop.card("assignee Ana Ruiz")
        assert not here.shop.faults.ordered


async def test_a_file_that_slack_does_not_take_is_named_and_holds_up_nothing(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        acme.faults.order("slack:upload", Fault(FaultKind.STATUS, status=413), times=5)
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        film = Attachment("film.mp4", "video/mp4", b"\0" * 1000)
        maria.write(acme.seller, "See the film.", purchase=purchase, attachments=(film,))
        card = await acme.card("See the film.")
        await until(lambda: any("film.mp4" in acme.text_of(item) for item in acme.thread(card)), "the file's name")
        assert "care@acme.example" in acme.text_of(acme.thread(card)[0])

        maria.write(acme.seller, "Have you seen it?", purchase=purchase)
        await until(lambda: any("Have you seen it?" in acme.text_of(item) for item in acme.thread(card)), "the rest")
        assert not any(message.files for message in acme.thread(card))


async def test_a_press_on_what_a_card_showed_before_does_not_act_on_what_is_true_now(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        # Nothing can be redrawn: everybody looks at an old card.
        here.shop.faults.order("slack:chat.update", Fault(FaultKind.STATUS, status=429, retry_after=1), times=3)
        await here.ana.press(here.card, "take")
        await here.ben.press(here.card, "take")
        await here.ben.told("has this ticket already")
        await here.shop.card("assignee Ana Ruiz")
