"""What people do to a ticket beside answering it, and what is shown to one person only."""

import asyncio
from pathlib import Path

from integrations.simulator.slack.json_values import objects_of
from tests.journeys.question import asked
from tests.journeys.shop import until


async def test_take_it_is_for_one_and_the_second_is_told_who_has_it(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.press(here.card, "take")
        await here.ben.press(here.card, "take")
        await here.ben.told("has this ticket already")
        await here.shop.card("assignee Ana Ruiz")
        assert "Open" in here.told
        assert "take" not in here.ana.offered(here.card)


async def test_two_who_take_it_at_once_are_one_assignee(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await asyncio.gather(here.ana.press(here.card, "take"), here.ben.press(here.card, "take"))
        await until(lambda: "assignee -" not in here.told, "an assignee")
        people = (here.ana.person.user.id, here.ben.person.user.id)
        await until(lambda: sum(len(here.shop.slack.ephemerals(who)) for who in people) == 1, "one of them told")


async def test_resolve_and_reopen(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.press(here.card, "resolve")
        await here.shop.card("Solved")
        assert "resolve" not in here.ana.offered(here.card)
        await here.ben.press(here.card, "reopen")
        await until(lambda: "Solved" not in here.told, "the ticket open again")
        await here.ana.open(here.card, "history")
        seen = here.ana.seen()
        assert seen.index("solved") < seen.index("re-opened")
        assert "Ben Cole" in seen


async def test_a_solved_ticket_opens_again_when_the_buyer_writes(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.press(here.card, "take")
        await here.ana.press(here.card, "resolve")
        await here.shop.card("Solved")
        here.ask("But it is broken!")
        await here.shop.card("But it is broken!")
        assert "Solved" not in here.told
        assert "assignee Ana Ruiz" in here.told


async def test_priority_is_chosen_in_a_form(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.open(here.card, "priority")
        assert (await here.ana.send(priority="URGENT")).action == "clear"
        await here.shop.card("Urgent")


async def test_a_note_saved_twice_because_the_answer_was_slow_stands_once(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.open(here.card, "note")
        await asyncio.gather(here.ana.send("Ask Ben."), here.ana.send("Ask Ben."))
        await until(lambda: bool(here.shop.thread(here.card)), "the note")
        assert here.shop.desk is not None
        assert await here.shop.desk.adapters.runner.drained(3.0)
        assert len(here.shop.thread(here.card)) == 1


async def test_the_recipient_is_shown_to_the_one_who_asked_and_that_is_recorded(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        (order,) = here.shop.walmart.sellers.all[0].order_book.orders
        street = order.person.address1
        assert street not in here.told
        await here.ana.press(here.card, "show_recipient")
        await here.ana.told(street)
        assert not here.shop.slack.ephemerals(here.ben.person.user.id)
        assert street not in here.told
        await here.ben.open(here.card, "history")
        assert "recipient shown" in here.ben.seen()
        assert "Ana Ruiz" in here.ben.seen()


async def test_values_that_no_button_of_ours_holds_are_refused_and_change_nothing(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        buttons = [element for block in here.card.content.blocks for element in objects_of(block.get("elements"))]
        take = next(element for element in buttons if str(element.get("value", "")).startswith("take:"))
        before = take["value"]
        for value, told in [
            ("take:999999", "not known here"),
            ("take:" + "9" * 60, "does not know this button"),
            ("take:-1", "does not know this button"),
            ("burn:1001", "does not know this button"),
            ("view_reply:1001:" + "9" * 40, "does not belong to this ticket"),
            ("view_reply:1001:77", "does not belong to this ticket"),
            ("whole_letter:1001:x", "broken"),
            ("try_again:1001:77", "does not belong to this ticket"),
            ("it_arrived:1001:", "does not belong to this ticket"),
            ("send_to_buyer:1001:1.2", "no longer known"),
        ]:
            take["value"] = value
            outcome = await here.ana.person.press(here.shop.channel, here.card.ts, str(take["action_id"]))
            assert outcome.acknowledged, value
            await here.ana.told(told)
        take["value"] = before
        assert "assignee -" in here.told
        assert not here.shop.mail.records.submissions
