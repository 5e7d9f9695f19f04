"""Where agents, as admins set them up, and their groups are kept."""

from typing import Protocol

from bot.domain.people import Agent, AgentId, Group, GroupId, Person, Role


class AgentsReading(Protocol):
    def all(self) -> tuple[Agent, ...]: ...

    def configured(self) -> bool:
        """Whether anybody has been given a role; until then the members of a site's channels are agents."""
        ...

    def with_addresses(self) -> tuple[Person, ...]:
        """Everybody met so far whose e-mail address the platform tells, the one met last at the end."""
        ...


class Agents(AgentsReading, Protocol):
    def save(self, agent: Agent) -> None:
        """Name, role, reply method and whether the agent is served; identities are `join`'s business."""
        ...

    def list_all(self, role: Role) -> int:
        """Give the role to every agent who has none; returns how many there were."""
        ...

    def join(self, kept: AgentId, other: AgentId) -> None:
        """The identities of `other` are those of `kept` from now on; what `other` has written stays theirs."""
        ...


class GroupsReading(Protocol):
    def get(self, group: GroupId) -> Group:
        """Also a deleted one."""
        ...

    def all(self) -> tuple[Group, ...]:
        """By name, without the deleted ones."""
        ...

    def of_agent(self, agent: AgentId) -> tuple[Group, ...]: ...


class Groups(GroupsReading, Protocol):
    def add(self, group: Group) -> Group:
        """Keep a new group under an id of its own; the given one is ignored. Raises `NameTaken`."""
        ...

    def save(self, group: Group) -> None:
        """Raises `VersionConflict`. The caller has seen that the name is free."""
        ...
