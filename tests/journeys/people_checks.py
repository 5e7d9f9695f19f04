"""Named checks of what an admin sets up for people, in the manner of `checks`, and the breaks that they must notice."""

import asyncio
from dataclasses import replace

import pytest

from bot import gateway
from bot.app import Change
from bot.domain.people import Group, GroupId, ReplyMethod
from bot.domain.triggers import Action, Comparison, Condition, Occasion, Trigger, TriggerId, Verb
from bot.ports.store import UnitOfWork
from bot.services import reactions
from integrations.simulator.slack.messages import Message
from tests.journeys.agents import Agent
from tests.journeys.breaks import nothing
from tests.journeys.checks import Noticed
from tests.journeys.shop import Shop, until

US_ORDERS = Trigger(
    TriggerId(0),
    "US orders",
    1,
    Occasion.CREATED,
    (Condition("site", Comparison.IS, ("US",)),),
    (Action(Verb.GROUP, "1"),),
)


async def orders_of_the_us_site_go_to_the_agents_in_the_us(acme: Shop, patience: float) -> None:
    assert acme.desk is not None
    await acme.desk.adapters.store.run(_with_a_trigger)
    card = await _asked(acme)
    try:
        await until(lambda: 'us-agents by trigger "US orders"' in acme.text_of(card), "the group", within=patience)
    except AssertionError:
        raise Noticed(f"no trigger has placed the ticket: {acme.text_of(card)}") from None


def _with_a_trigger(unit: UnitOfWork) -> None:
    unit.groups.add(Group(GroupId(0), "us-agents"))
    unit.triggers.add(US_ORDERS)


async def whoever_has_no_walmart_reply_cannot_write_one(acme: Shop, patience: float) -> None:
    card = await _asked(acme)
    ana = Agent(acme, acme.ana)
    await ana.open(card, "history")
    await ana.close()
    assert acme.desk is not None
    await acme.desk.adapters.store.run(_notes_only)
    await ana.press(card, "reply")
    for _look in range(int(patience / 0.05)):
        if "Your answer" in ana.seen():
            raise Noticed("the reply form opened for somebody who writes notes only")
        if any("internal notes only" in acme.text_of(each) for each in acme.slack.ephemerals(acme.ana.user.id)):
            return
        await asyncio.sleep(0.05)
    raise Noticed("nobody was told why there is no reply")


def _notes_only(unit: UnitOfWork) -> None:
    for agent in unit.agents.all():
        unit.agents.save(replace(agent, reply_method=ReplyMethod.NOTE))


async def _asked(acme: Shop) -> Message:
    acme.buyer().write(acme.seller, "Where is it?", purchase=acme.purchase(acme.order()))
    return await acme.card("Where is it?")


# --- breaks ----------------------------------------------------------------------------------------------------------


def triggers_that_never_act(patch: pytest.MonkeyPatch) -> Change:
    patch.setattr(reactions, "run_triggers", lambda *_given: [])
    return nothing(patch)


def reply_methods_that_bind_nobody(patch: pytest.MonkeyPatch) -> Change:
    patch.setattr(gateway, "reply_method", lambda *_given: ReplyMethod.WALMART)
    return nothing(patch)
