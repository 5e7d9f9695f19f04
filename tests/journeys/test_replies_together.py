"""Two agents, or one with a nervous finger: nothing leaves twice, nobody answers over a colleague unasked."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.simulator.faults import Fault, FaultKind
from tests.journeys.question import asked


async def test_send_pressed_twice_is_one_reply(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        ana = here.ana
        await ana.open(here.card)
        await asyncio.gather(ana.send("Hello."), ana.send("Hello."))
        await here.left(1)


@pytest.mark.both_databases
async def test_two_agents_who_press_send_at_once_are_one_reply_and_one_question(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        ana, ben = here.ana, here.ben
        await ana.open(here.card)
        await ben.open(here.card)
        outcomes = await asyncio.gather(ana.send("Hello from Ana."), ben.send("Hello from Ben."))
        assert sorted(outcome.action for outcome in outcomes) == ["clear", "update"]
        asked_again = ben if outcomes[1].action == "update" else ana
        assert "replied" in asked_again.seen()
        assert "Send anyway?" in asked_again.seen()
        assert str(asked_again.typed()).startswith("Hello from ")
        await here.left(1)

        assert (await asked_again.send()).action == "clear"
        await here.left(2)


async def test_a_buyer_who_wrote_while_the_form_was_open_is_read_before_the_reply_leaves(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        ana = here.ana
        await ana.open(here.card)
        here.ask("Forget it, found it.")
        await here.shop.card("Forget it")
        held = await ana.send("We shall look for it.")
        assert held.action == "update"
        assert "The buyer wrote again" in ana.seen()
        assert "Forget it, found it." in ana.seen()
        assert ana.typed() == "We shall look for it."
        await here.left(0)

        assert (await ana.send("Glad to hear it.")).action == "clear"
        await here.left(1)
        await here.shop.card("Walmart reply sent")
        assert "No reply due" in here.told, "the form had shown both messages"


async def test_a_reply_that_failed_since_the_form_was_opened_is_no_news(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        ana, ben = here.ana, here.ben
        await ana.reply(here.card, "First.")
        await here.left(1)
        here.shop.faults.order("smtp:EHLO", Fault(FaultKind.DELAY, seconds=0.6))
        here.shop.faults.order("smtp:RCPT", Fault(FaultKind.STATUS, status=550))
        await ana.reply(here.card, "Second.")
        await ben.open(here.card)
        await here.shop.card("was not sent")
        assert (await ben.send("Third.")).action == "clear"
        await here.left(2)


async def test_a_colleague_who_has_the_form_open_is_named_until_they_close_send_or_forget_it(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        ana, ben = here.ana, here.ben
        await ana.open(here.card)
        await ben.open(here.card)
        assert "Ana Ruiz" in ben.seen()
        assert "is replying to this ticket right now" in ben.seen()
        assert "is replying" not in ana.seen()

        await ana.close()
        await ben.close()
        await ben.open(here.card)
        assert "is replying" not in ben.seen()

        await ana.open(here.card)
        assert "Ben Cole" in ana.seen()
        await ben.send("Hello.")
        await here.left(1)
        await ana.close()
        await ana.open(here.card)
        assert "is replying" not in ana.seen()

        here.shop.clock.move(timedelta(minutes=16))
        await ben.open(here.card)
        assert "is replying" not in ben.seen(), "Ana went home with her form open"
