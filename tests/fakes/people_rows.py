from dataclasses import replace

from bot.domain.people import Agent, AgentId, Group, GroupId, Person, Role
from bot.ports.store import NameTaken
from tests.fakes.tables import Tables, got, save


class FakeAgents:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def all(self) -> tuple[Agent, ...]:
        return tuple(self._tables.agents.values())

    def configured(self) -> bool:
        return any(agent.role is not None for agent in self._tables.agents.values())

    def with_addresses(self) -> tuple[Person, ...]:
        reachable = (person for person in self._tables.people.values() if person.email is not None)
        return tuple(sorted(reachable, key=lambda person: person.seen_at))

    def save(self, agent: Agent) -> None:
        kept = got(self._tables.agents, agent.id)
        self._tables.agents[agent.id] = replace(agent, identities=kept.identities)

    def list_all(self, role: Role) -> int:
        without = [agent for agent in self._tables.agents.values() if agent.role is None]
        for agent in without:
            self._tables.agents[agent.id] = replace(agent, role=role)
        return len(without)

    def join(self, kept: AgentId, other: AgentId) -> None:
        first, second = got(self._tables.agents, kept), got(self._tables.agents, other)
        identities = sorted({*first.identities, *second.identities}, key=lambda user: (user.platform, user.id))
        self._tables.agents[kept] = replace(first, identities=tuple(identities))
        self._tables.agents[other] = replace(second, identities=())


class FakeGroups:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, group: GroupId) -> Group:
        return got(self._tables.groups, group)

    def all(self) -> tuple[Group, ...]:
        living = (group for group in self._tables.groups.values() if not group.deleted)
        return tuple(sorted(living, key=lambda group: group.name))

    def of_agent(self, agent: AgentId) -> tuple[Group, ...]:
        return tuple(group for group in self.all() if agent in group.members)

    def add(self, group: Group) -> Group:
        if any(other.name == group.name for other in self._tables.groups.values()):
            raise NameTaken(group.name)
        kept = replace(group, id=GroupId(self._tables.number("group")))
        self._tables.groups[kept.id] = kept
        return kept

    def save(self, group: Group) -> None:
        save(self._tables.groups, group)
