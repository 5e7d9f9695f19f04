"""Whose a ticket is: assigned, given to a group, junk and back; and who may answer by which way."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.domain.people import AgentId, Group, GroupId, ReplyMethod, Role
from bot.ports.store import UnitOfWork
from integrations.simulator.slack.messages import Message
from tests.journeys.agents import Agent
from tests.journeys.question import Question, asked
from tests.journeys.shop import until
from tests.journeys.test_people_access import newcomer


async def kept(here: Question, work: Callable[[UnitOfWork], None]) -> None:
    assert here.shop.desk is not None
    await here.shop.desk.adapters.store.run(work)


async def met(here: Question, *people: Agent) -> None:
    """Each has pressed something, so that the desk knows them."""
    for who in people:
        await who.open(here.card, "history")
        await who.close()


async def test_c1_a_ticket_is_given_to_a_colleague_and_a_group(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await met(here, here.ana, here.ben)
        await kept(here, lambda unit: _ignore(unit.groups.add(Group(GroupId(0), "us-agents", frozenset({AgentId(1)})))))
        await here.ana.open(here.card, "assign")
        await here.ben.press(here.card, "take")
        await here.shop.card("assignee Ben Cole")
        late = await here.ana.send(agent="1", group="1")
        assert "Ben Cole has this ticket since then" in str(late.errors), "whoever comes second is told who has it"
        await here.ana.close()

        await here.ana.open(here.card, "assign")
        assert (await here.ana.send(agent="1", group="1")).action == "clear"
        await here.shop.card("group us-agents")
        await here.shop.card("assignee Ana Ruiz")
        await here.ben.open(here.card, "history")
        assert "assigned to Ana Ruiz" in here.ben.seen()
        assert "given to group us-agents" in here.ben.seen()


async def test_c2_junk_is_hidden_stops_nothing_for_ever_and_is_restored(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.press(here.card, "junk")
        card = await here.shop.card("no reply is due")
        assert "restore" in here.ana.offered(card)
        assert not {"reply", "take", "assign"} & set(here.ana.offered(card))
        await stale_press(here, "take", "is in junk")
        await stale_press(here, "reply", "is in junk")
        await here.ben.press(card, "restore")
        await here.shop.card("Reply due")
        assert "New" in here.told
        await here.ana.press(here.card, "junk")
        await here.shop.card("no reply is due")
        here.ask("Are you still there?")
        await here.shop.card("Are you still there?")
        assert "no reply is due" not in here.told, "a new message of the buyer is judged anew"


async def stale_press(here: Question, act: str, told: str) -> None:
    """A press on a card as it stood before."""
    buttons = [element for block in here.card.content.blocks for element in _elements(block)]
    restore = next(element for element in buttons if str(element.get("value", "")).startswith("restore:"))
    before = restore["value"]
    restore["value"] = before.replace("restore", act)
    await here.ana.person.press(here.shop.channel, here.card.ts, str(restore["action_id"]))
    await here.ana.told(told)
    restore["value"] = before


def _elements(block: dict) -> list:
    return list(block.get("elements", [])) if block.get("type") == "actions" else []


async def test_m24_whoever_has_no_walmart_reply_is_told_so_and_nothing_leaves_by_any_path(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await met(here, here.ana, here.ben)
        await here.ana.open(here.card)

        def notes_only(unit: UnitOfWork) -> None:
            ana = unit.people.agent(AgentId(1))
            unit.agents.save(replace(ana, reply_method=ReplyMethod.NOTE))

        await kept(here, notes_only)
        outcome = await here.ana.send("It leaves today.")
        assert "internal notes only" in str(outcome.errors), "the text stays in the form"
        assert (await here.ana.send("It leaves today.", kind="internal_note")).action == "clear"
        await until(lambda: len(here.shop.thread(here.card)) == 1, "the note")

        await here.ana.press(here.card, "reply")
        refused = await here.ana.told("internal notes only")
        assert "note" in here.ana.offered(refused), "the way to an internal note stands beside the reason"
        before = len(here.shop.slack.ephemerals(here.ana.person.user.id))
        said = await here.ana.person.say(here.shop.channel, "It leaves today.", here.card.ts)
        await here.ana.person.message_shortcut("msg_reply", here.shop.channel, said.ts)
        await until(lambda: len(here.shop.slack.ephemerals(here.ana.person.user.id)) > before, "a refusal")
        assert not [message for message in told(here, here.ana) if "send_to_buyer" in here.ana.offered(message)]
        assert here.shop.desk is not None
        assert await here.shop.desk.adapters.runner.drained(3.0)
        assert not here.shop.mail.records.submissions

        await here.ben.reply(here.card, "It left yesterday.")
        await here.left(1)


def told(here: Question, who: Agent) -> list[Message]:
    return list(here.shop.slack.ephemerals(who.person.user.id))


async def test_m24_a_group_gives_its_members_a_default(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await met(here, here.ana)
        group = Group(GroupId(0), "trainees", frozenset({AgentId(1)}), ReplyMethod.NOTE)
        await kept(here, lambda unit: _ignore(unit.groups.add(group)))
        await here.ana.press(here.card, "reply")
        await here.ana.told("internal notes only")


async def test_a_viewer_looks_and_does_not_act_and_whoever_has_no_role_is_refused(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await met(here, here.ana)

        def only_looks(unit: UnitOfWork) -> None:
            unit.agents.save(replace(unit.people.agent(AgentId(1)), role=Role.VIEWER))

        await kept(here, only_looks)
        await here.ana.open(here.card, "history")
        await here.ana.close()
        await here.ana.press(here.card, "show_recipient")
        await here.ana.told("You may look at tickets")
        nina = newcomer(here, "Nina New")
        await nina.press(here.card, "take")
        await nina.told("given a role")
        await here.ben.press(here.card, "take")
        await here.shop.card("assignee Ben Cole")


def _ignore(_kept: object) -> None:
    return None
