"""People, groups, triggers and lists, set up and asked for by typing."""

import contextlib
from pathlib import Path

from tests.journeys.agents import Agent
from tests.journeys.question import Question, asked
from tests.journeys.shop import until, words_in
from tests.journeys.test_fields_frozen import with_fields


async def typed(here: Question, who: Agent, words: str) -> None:
    outcome = await who.person.command(here.shop.channel, f"/walmart {words}")
    assert outcome.acknowledged, outcome


def squeezed(text: str) -> str:
    """Without blanks: the pieces of a line are separate texts for Slack."""
    return "".join(text.split())


async def shown(here: Question, who: Agent, words: str, holding: str) -> str:
    """Type a command and wait for the page or form that holds these words; typed again, as a person does, when
    nothing comes."""

    def there() -> bool:
        return squeezed(holding) in squeezed(who.seen())

    for _attempt in range(3):
        await typed(here, who, words)
        with contextlib.suppress(AssertionError):
            await until(there, "it", within=6)
            break
    assert there(), f"{holding!r} after {words!r}; seen is {who.seen()}"
    seen = who.seen()
    await who.close()
    return squeezed(seen)


async def told(here: Question, who: Agent, holding: str) -> None:
    def heard() -> list[str]:
        return [squeezed(words_in(each.content.blocks)) for each in here.shop.slack.ephemerals(who.person.user.id)]

    await until(lambda: any(squeezed(holding) in each for each in heard()), lambda: f"{holding!r}; told were {heard()}")


def mention(who: Agent) -> str:
    return f"<@{who.person.user.id}>"


async def pressed_in_page(who: Agent, label: str) -> None:
    """Press the first button of the open page that says this."""
    assert who.view is not None
    for block in who.view.body["blocks"]:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button" and element["text"]["text"] == label:
                await who.person.press_in_view(who.view.id, element["action_id"], block_id=block["block_id"])
                return
    raise AssertionError(f"no {label} in {who.seen()}")


async def test_m10_orders_of_the_us_site_go_to_the_agents_in_the_us(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await typed(here, here.ben, f"group add us-agents members={mention(here.ana)}")
        await told(here, here.ben, "Group us-agents: Ana Ruiz")
        rule = 'when created if "Walmart Site" is US then assign group us-agents'
        seen = await shown(here, here.ben, f"trigger add {rule}", "There is no field Walmart Site")
        assert "us-agents" in seen, "what was typed stays in the form"
        await with_fields(here.shop)
        await typed(here, here.ben, f'trigger add name="US orders" {rule}')
        await told(
            here,
            here.ben,
            'Trigger "US orders" is on: when created if "Walmart Site" is US then assign group us-agents',
        )

        assert "group -" in here.told
        dry = await shown(here, here.ben, 'trigger dry-run "US orders"', "of the last 1 tickets")
        assert squeezed("0 of the last") in dry, "the first ticket was opened before there were fields"
        here.shop.buyer("Nora Vance").write(
            here.shop.seller, "And mine?", purchase=here.shop.purchase(here.shop.order())
        )
        card = await here.shop.card("And mine?")
        await here.shop.card('group us-agents by trigger "US orders"')
        await here.ana.open(card, "why_here")
        why = squeezed(here.ana.seen())
        assert squeezed('because of the trigger "US orders"') in why
        assert squeezed("version 1") in why
        assert squeezed("Walmart Site: US") in why
        await here.ana.close()
        assert squeezed("1 of the last 2 tickets") in await shown(
            here, here.ben, 'trigger dry-run "US orders"', "Walmart Site: US"
        )
        await typed(here, here.ben, "group delete us-agents")
        await told(here, here.ben, "still has 1 open ticket")


async def test_c10_triggers_are_listed_moved_switched_copied_and_deleted(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await typed(
            here, here.ben, "trigger add name=One when buyer wrote if text contains refund then priority high stop"
        )
        await told(here, here.ben, 'Trigger "One" is on')
        await typed(here, here.ben, f"trigger add name=Two when buyer wrote then assign agent {mention(here.ben)}")
        await told(here, here.ben, 'Trigger "Two" is on')
        page = await shown(here, here.ben, "trigger move Two 1", "1. Two")
        assert "2.One" in page
        assert "CopyofOne" in (await shown(here, here.ben, "trigger copy One", "Copy of One"))
        assert "Off,version" in await shown(here, here.ben, "trigger off Two", "Off, version")
        assert "CopyofOne" not in await shown(here, here.ben, 'trigger delete "Copy of One 1"', "2. One")
        assert "textcontainsrefund" in await shown(here, here.ben, "trigger show One", "priority high stop")

        here.ask("I want a refund")
        await here.shop.card("High")
        await here.shop.card("assignee -")
        await here.ben.open(here.card, "why_here")
        assert "text:refund" in squeezed(here.ben.seen())


async def test_m24_an_admin_sets_by_which_way_somebody_answers(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await typed(here, here.ben, f"agent {mention(here.ana)} reply-method note")
        await told(here, here.ben, "Ana Ruiz writes internal notes only")
        await here.ana.press(here.card, "reply")
        await told(here, here.ana, "internal notes only")
        await typed(here, here.ben, f"agent reply-method {mention(here.ana)} walmart")
        await told(here, here.ben, "Ana Ruiz may send Walmart replies")
        await here.ana.reply(here.card, "It leaves today.")
        await here.left(1)


async def test_m21_tickets_are_found_and_opened_and_walmart_is_their_source(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        assert "Walmart" in here.told
        everything = await shown(here, here.ana, "tickets open source:walmart", "#1001")
        assert "replydue" in everything
        await shown(here, here.ana, "tickets open source:ebay", "Tickets come from: walmart")
        await shown(here, here.ana, "tickets mine", "There is none")
        await here.ana.press(here.card, "take")
        await here.shop.card("assignee Ana Ruiz")
        for words in ("mine", "due", "find #1001", "find hello", f"find {here.purchase.order_id}"):
            await shown(here, here.ana, f"tickets {words}", "assignee Ana Ruiz")
        for words in ("unassigned", "junk", "find goodbye", "find 299999999999999"):
            await shown(here, here.ana, f"tickets {words}", "There is none")

        await typed(here, here.ana, "tickets mine")
        await until(lambda: "#1001" in here.ana.seen(), "the list")
        await pressed_in_page(here.ana, "Open")
        await until(lambda: "sourceWalmart" in squeezed(here.ana.seen()), "the ticket")
        await pressed_in_page(here.ana, "Resolve")
        await here.shop.card("Solved")
