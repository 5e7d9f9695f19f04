"""Who is served: members of the channel and admins; everybody else is refused kindly, and it is recorded."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.users import UserKind
from tests.journeys.agents import Agent
from tests.journeys.question import Question, asked


def refusals(directory: Path) -> list[tuple[str, str]]:
    """Who was refused and why, as it was recorded."""
    with sqlite3.connect(directory / "relaydesk.db") as database:
        rows = database.execute('select "user", reason from refusal order by at').fetchall()
    database.close()
    return [(str(user), str(reason)) for user, reason in rows]


def newcomer(here: Question, name: str, kind: UserKind = UserKind.MEMBER, *, joined: bool = True) -> Agent:
    user = here.shop.slack.workspace.add_user(name, kind=kind)
    if joined:
        here.shop.slack.workspace.channels[here.shop.channel].members.append(user.id)
    return Agent(here.shop, here.shop.slack.person(user.id))


@pytest.mark.parametrize(
    ("kind", "joined", "told", "recorded"),
    [
        (UserKind.SINGLE_CHANNEL_GUEST, True, "Guests of this workspace", "guest"),
        (UserKind.MULTI_CHANNEL_GUEST, True, "Guests of this workspace", "guest"),
        (UserKind.STRANGER, True, "seller's own workspace", "stranger"),
        (UserKind.MEMBER, False, "Only members of the ticket's channel", "not in the channel"),
    ],
)
async def test_outsiders_are_refused_and_recorded(
    tmp_path: Path, kind: UserKind, joined: bool, told: str, recorded: str
) -> None:
    async with asked(tmp_path) as here:
        outsider = newcomer(here, "Otto Outside", kind, joined=joined)
        for act in ("reply", "take", "show_recipient"):
            await outsider.press(here.card, act)
        await outsider.told(told)
        assert outsider.view is None
        assert "assignee -" in here.told
        await asyncio.sleep(0.05)
        assert refusals(tmp_path) == [(outsider.person.user.id, recorded)] * 3


async def test_what_an_outsider_writes_in_the_thread_is_heard_by_nobody(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        guest = newcomer(here, "Gus Guest", UserKind.SINGLE_CHANNEL_GUEST)
        said = await guest.person.say(here.shop.channel, "Refund me!", here.card.ts)
        assert here.shop.desk is not None
        assert await here.shop.desk.adapters.runner.drained(3.0)
        assert not here.shop.slack.ephemerals(guest.person.user.id)
        await here.ana.person.message_shortcut("msg_reply", here.shop.channel, said.ts)
        await here.ana.told("Refund me!")


async def test_whoever_was_refused_is_served_from_the_moment_they_join(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        nina = newcomer(here, "Nina New", joined=False)
        await nina.press(here.card, "take")
        await nina.told("join it first")
        await nina.person.join(here.shop.channel)
        await nina.press(here.card, "take")
        await here.shop.card("assignee Nina New")


async def test_somebody_deactivated_is_not_served_on_memory(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.press(here.card, "take")
        await here.shop.card("assignee Ana Ruiz")
        await here.ana.open(here.card)
        here.shop.clock.move(timedelta(minutes=11))
        payload_view = here.ana.view
        here.ana.person.user.deleted = True
        assert payload_view is not None
        payload = here.ana.person.forms.payloads.submitted(here.ana.person.user, payload_view)
        answer = await here.ana.person.interactivity.tell("interactive", payload, here.ana.person.user, what="submit")
        assert "This account cannot work on tickets" in str(answer.answer)
        assert refusals(tmp_path) == [(here.ana.person.user.id, "deactivated")]


async def test_while_slacks_directory_is_down_memory_serves_for_a_day_and_no_longer(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.press(here.card, "take")
        await here.shop.card("assignee Ana Ruiz")
        down = Fault(FaultKind.ERROR, code="internal_error")
        here.shop.faults.order("slack:users.info", down, times=99)
        here.shop.faults.order("slack:conversations.members", down, times=99)

        here.shop.clock.move(timedelta(hours=1))
        await here.ana.press(here.card, "resolve")
        await here.shop.card("Solved")
        outcome = await here.ana.person.command(here.shop.channel, "/walmart")
        assert outcome.acknowledged
        await here.ana.told("care@acme.example")

        await here.ben.press(here.card, "reopen")
        await here.ben.told("Try again")
        here.shop.clock.move(timedelta(hours=24))
        await here.ana.press(here.card, "reopen")
        await here.ana.told("Nothing was done")
        assert "Solved" in here.told


async def test_a_directory_that_hangs_leaves_the_time_to_answer_from_memory(tmp_path: Path) -> None:
    async with asked(tmp_path, rate=1.0) as here:
        await here.ana.press(here.card, "take")
        await here.shop.card("assignee Ana Ruiz")
        here.shop.clock.move(timedelta(hours=1))
        here.shop.faults.order("slack:users.info", Fault(FaultKind.HANG), times=9)
        outcome = await here.ana.press(here.card, "resolve")
        assert outcome.acknowledged, "within three seconds"
        await here.shop.card("Solved")
        here.shop.faults.clear()


async def test_walmart_says_how_the_desk_stands(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        assert (await here.ana.person.command(here.shop.channel, "/walmart")).acknowledged
        await here.ana.told("Acme Home")
        guest = newcomer(here, "Gus Guest", UserKind.SINGLE_CHANNEL_GUEST)
        assert (await guest.person.command(here.shop.channel, "/walmart")).acknowledged
        await guest.told("Guests of this workspace")
