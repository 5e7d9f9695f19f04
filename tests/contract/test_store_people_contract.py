"""What every store promises of agents and their groups."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.people import Agent, AgentId, ChatUser, Group, GroupId, Platform, ReplyMethod, Role
from bot.ports.store import NameTaken, NotFound, UnitOfWork, VersionConflict
from tests.contract.store_places import PLACES, Place, opened
from tests.contract.store_world import ANN, a_person

BEN = ChatUser(Platform.SLACK, "U2")
ANN_ON_FEISHU = ChatUser(Platform.FEISHU, "ou_1")


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


async def test_people_are_configured_from_the_first_role_on(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ann, ben = unit.people.make_agent(a_person()), unit.people.make_agent(a_person(BEN, "Ben"))
        assert (ann.role, ann.reply_method, ann.enabled) == (None, None, True)
        unit.agents.save(replace(ann, reply_method=ReplyMethod.NOTE))
        assert not unit.agents.configured(), "a reply method is no role"
        unit.agents.save(replace(ben, role=Role.MANAGER, enabled=False))
        assert unit.agents.configured()
        assert unit.agents.list_all(Role.AGENT) == 1
        listed = [(agent.name, agent.role, agent.reply_method, agent.enabled) for agent in unit.agents.all()]
        assert listed == [("Ann", Role.AGENT, ReplyMethod.NOTE, True), ("Ben", Role.MANAGER, None, False)]
        assert unit.people.agent(ben.id) == replace(ben, role=Role.MANAGER, enabled=False)

    await place.store.run(work)


async def test_two_identities_become_one_agent_and_the_past_keeps_its_author(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ann = unit.people.make_agent(a_person())
        other = unit.people.make_agent(a_person(ANN_ON_FEISHU, "Ann F."))
        unit.agents.join(ann.id, other.id)
        assert unit.people.agent_of(ANN_ON_FEISHU) == unit.people.agent_of(ANN) == unit.people.agent(ann.id)
        assert unit.people.agent(ann.id).identities == (ANN_ON_FEISHU, ANN)
        assert unit.people.agent(other.id) == Agent(other.id, "Ann F.", ())

    await place.store.run(work)


async def test_those_whose_address_is_known_are_listed(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.people.put(a_person())
        unit.people.put(replace(a_person(BEN, "Ben"), email=None))
        assert [person.user for person in unit.agents.with_addresses()] == [ANN]

    await place.store.run(work)


async def test_groups_keep_their_members(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ann, ben = unit.people.make_agent(a_person()), unit.people.make_agent(a_person(BEN, "Ben"))
        night = unit.groups.add(Group(GroupId(0), "night", frozenset({ann.id, ben.id})))
        day = unit.groups.add(Group(GroupId(0), "day", reply_method=ReplyMethod.NOTE))
        with pytest.raises(NameTaken):
            unit.groups.add(Group(GroupId(0), "day"))
        assert unit.groups.all() == (day, night)
        assert unit.groups.of_agent(ann.id) == (night,)
        unit.groups.save(replace(night, members=frozenset({ben.id}), deleted=True))
        assert unit.groups.all() == (day,)
        assert unit.groups.of_agent(ben.id) == ()
        assert unit.groups.get(night.id) == replace(night, members=frozenset({ben.id}), deleted=True, version=2)
        with pytest.raises(NotFound):
            unit.groups.get(GroupId(99))

    await place.store.run(work)
    with pytest.raises(VersionConflict):
        await place.store.run(lambda unit: unit.groups.save(replace(unit.groups.all()[0], version=9)))


async def test_nobody_is_no_agent(place: Place) -> None:
    assert await place.store.run(lambda unit: unit.agents.all()) == ()
    with pytest.raises(NotFound):
        await place.store.run(lambda unit: unit.people.agent(AgentId(7)))
