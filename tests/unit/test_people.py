"""Who is served, and by which way they may answer."""

from dataclasses import replace

import pytest

from bot.domain.people import (
    Agent,
    AgentId,
    ChatUser,
    Group,
    GroupId,
    Platform,
    ReplyMethod,
    Role,
    Standing,
    reply_method,
)
from bot.i18n import Texts
from bot.i18n.pieces import plain
from bot.ports.store import UnitOfWork
from bot.services.access import ONLY_LOOKS, SWITCHED_OFF, UNLISTED, Access, access, refusal
from integrations.simulator.clock import MovableClock
from tests.contract.store_places import START
from tests.contract.store_world import ANN, a_person
from tests.fakes.store import FakeStore

BEN = ChatUser(Platform.SLACK, "U2")
ANN_ON_FEISHU = ChatUser(Platform.FEISHU, "ou_1")
AGENT = Agent(AgentId(1), "Ann", (ANN,))
WALMART, NOTE = ReplyMethod.WALMART, ReplyMethod.NOTE


def asked(unit: UnitOfWork, user: ChatUser = ANN, *admins: ChatUser, in_channel: bool = True) -> Access:
    return access(a_person(user), admins, unit, in_channel=in_channel)


async def test_until_people_are_configured_members_of_the_channel_are_agents() -> None:
    def work(unit: UnitOfWork) -> None:
        assert asked(unit) == Access(Role.AGENT)
        assert asked(unit, in_channel=False).role is Role.NOBODY
        agent = unit.people.make_agent(a_person())
        unit.agents.save(replace(agent, reply_method=NOTE))
        assert asked(unit, BEN) == Access(Role.AGENT), "a reply method configures nobody's role"
        unit.agents.save(replace(agent, role=Role.VIEWER))
        assert asked(unit) == Access(Role.VIEWER)
        assert asked(unit, in_channel=False) == Access(Role.VIEWER), "a role is worth more than a membership"
        assert asked(unit, BEN) == Access(Role.NOBODY, UNLISTED)

    await FakeStore(MovableClock(start=START)).run(work)


async def test_an_admin_of_the_settings_cannot_be_locked_out() -> None:
    def work(unit: UnitOfWork) -> None:
        agent = unit.people.make_agent(a_person())
        unit.agents.save(replace(agent, role=Role.VIEWER, enabled=False))
        assert asked(unit) == Access(Role.NOBODY, SWITCHED_OFF)
        assert asked(unit, ANN, ANN, in_channel=False) == Access(Role.ADMIN)
        other = unit.people.make_agent(a_person(ANN_ON_FEISHU))
        assert asked(unit, ANN_ON_FEISHU, ANN).role is Role.NOBODY
        unit.agents.join(agent.id, other.id)
        assert asked(unit, ANN_ON_FEISHU, ANN) == Access(Role.ADMIN), "one person, two chats"
        deactivated = replace(a_person(), standing=Standing.DEACTIVATED)
        assert access(deactivated, [ANN], unit, in_channel=True).role is Role.NOBODY

    await FakeStore(MovableClock(start=START)).run(work)


def test_each_refusal_says_whom_to_ask() -> None:
    for why_not in (SWITCHED_OFF, UNLISTED, ONLY_LOOKS):
        assert "ask an admin" in plain(refusal(Access(Role.NOBODY, why_not), Texts()))


@pytest.mark.parametrize(
    ("own", "of_groups", "found"),
    [
        (None, [], WALMART),
        (None, [None], WALMART),
        (None, [NOTE], NOTE),
        (None, [NOTE, None], NOTE),
        (None, [NOTE, WALMART], WALMART),
        (WALMART, [NOTE], WALMART),
        (NOTE, [WALMART], NOTE),
    ],
)
def test_the_reply_method_is_ones_own_else_the_groups(
    own: ReplyMethod | None, of_groups: list[ReplyMethod | None], found: ReplyMethod
) -> None:
    groups = [Group(GroupId(1), "us", reply_method=default) for default in of_groups]
    assert reply_method(replace(AGENT, reply_method=own), groups) is found
