"""A reply that failed and is sent again later: what has happened since is looked at first."""

from datetime import timedelta
from pathlib import Path

from integrations.simulator.faults import Fault, FaultKind
from tests.journeys.agents import Agent
from tests.journeys.shop import shop, until

REFUSED = Fault(FaultKind.STATUS, status=550, code="5.7.1 not today")


async def test_try_again_sends_the_same_words_to_the_same_buyer(tmp_path: Path) -> None:
    async with shop(tmp_path) as acme, acme.open():
        order, maria = acme.order(), acme.buyer()
        maria.write(acme.seller, "Where is it?", purchase=acme.purchase(order))
        card = await acme.card("Where is it?")
        acme.faults.order("smtp:RCPT", REFUSED)
        await acme.reply(acme.ana, card, "It arrives tomorrow.")
        await acme.card("was not sent")
        await Agent(acme, acme.ana).press(card, "try_again")
        await until(lambda: len(maria.mailbox.mails) == 1, "the reply at the buyer's")
        assert acme.slack.open_view(acme.ana.user.id) is None


async def test_try_again_after_another_letter_shows_it_first_and_keeps_the_text(tmp_path: Path) -> None:
    async with shop(tmp_path) as acme, acme.open():
        order, maria = acme.order(), acme.buyer()
        maria.write(acme.seller, "Where is it?", purchase=acme.purchase(order))
        card = await acme.card("Where is it?")
        acme.faults.order("smtp:RCPT", REFUSED)
        await acme.reply(acme.ana, card, "It arrives tomorrow.")
        await acme.card("was not sent")
        maria.write(acme.seller, "Forget it, cancel everything!", purchase=acme.purchase(order))
        await acme.card("cancel everything")

        await Agent(acme, acme.ana).press(card, "try_again")
        await until(lambda: acme.slack.open_view(acme.ana.user.id) is not None, "the form with the news")
        view = acme.slack.open_view(acme.ana.user.id)
        assert view is not None
        assert "It arrives tomorrow." in str(view.blocks)
        assert "Something was written since" in str(view.blocks)
        assert not acme.mail.records.replies


async def test_a_card_turns_overdue_by_itself(tmp_path: Path) -> None:
    async with shop(tmp_path) as acme, acme.open():
        acme.buyer().write(acme.seller, "Where is it?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Reply due")
        acme.clock.move(timedelta(hours=48, seconds=2))
        await until(lambda: "OVERDUE" in acme.text_of(card), "the overdue card")
