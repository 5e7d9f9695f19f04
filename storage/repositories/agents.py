"""Agents as admins have set them up, and the groups that they form."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from bot.domain.people import Agent, AgentId, ChatUser, Group, GroupId, Person, Role
from bot.ports.store import NameTaken, NotFound
from storage.records import Rows
from storage.schema import docking as schema

AGENTS = (
    select(schema.agent, schema.agent_identity.c.platform, schema.agent_identity.c.user)
    .outerjoin_from(schema.agent, schema.agent_identity)
    .order_by(schema.agent.c.id, schema.agent_identity.c.platform, schema.agent_identity.c.user)
)
_CONFIGURED = select(schema.agent.c.id).where(schema.agent.c.role.is_not(None)).limit(1)
_SAVE = update(schema.agent).where(schema.agent.c.id == bindparam("this"))
_LIST = update(schema.agent).where(schema.agent.c.role.is_(None))
_JOIN = update(schema.agent_identity).where(schema.agent_identity.c.agent == bindparam("other"))
_REACHABLE = select(schema.person).where(schema.person.c.email.is_not(None)).order_by(schema.person.c.seen_at)

_ROWS = Rows(schema.agent_group)
_GROUPS = (
    select(schema.agent_group, schema.group_member.c.agent)
    .outerjoin_from(schema.agent_group, schema.group_member)
    .order_by(schema.agent_group.c.name, schema.group_member.c.agent)
)
_GROUP = _GROUPS.where(schema.agent_group.c.id == bindparam("group"))
_LIVING = _GROUPS.where(schema.agent_group.c.deleted.is_(False))
_OF_AGENT = _LIVING.where(
    schema.agent_group.c.id.in_(
        select(schema.group_member.c.group).where(schema.group_member.c.agent == bindparam("member"))
    )
)


def agents_in(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Agent, ...]:
    """Rows of `AGENTS`, one for each identity."""
    agents: list[Agent] = []
    for _, same in groupby(rows, lambda row: row.id):
        of_one = list(same)
        first = of_one[0]
        identities = tuple(ChatUser(row.platform, row.user) for row in of_one if row.platform)
        agents.append(Agent(first.id, first.name, identities, first.role, first.reply_method, first.enabled))
    return tuple(agents)


class SqlAgents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Agent, ...]:
        return agents_in(self._connection.execute(AGENTS))

    def configured(self) -> bool:
        return self._connection.execute(_CONFIGURED).first() is not None

    def with_addresses(self) -> tuple[Person, ...]:
        return tuple(
            Person(
                ChatUser(row.platform, row.user),
                row.name,
                row.standing,
                row.time_zone,
                row.language,
                row.seen_at,
                row.email,
            )
            for row in self._connection.execute(_REACHABLE)
        )

    def save(self, agent: Agent) -> None:
        values = {
            "this": agent.id,
            "name": agent.name,
            "role": agent.role,
            "reply_method": agent.reply_method,
            "enabled": agent.enabled,
        }
        self._connection.execute(_SAVE, values)

    def list_all(self, role: Role) -> int:
        return self._connection.execute(_LIST, {"role": role}).rowcount

    def join(self, kept: AgentId, other: AgentId) -> None:
        self._connection.execute(_JOIN, {"other": other, "agent": kept})


class SqlGroups:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, group: GroupId) -> Group:
        found = self._groups(self._connection.execute(_GROUP, {"group": group}))
        if not found:
            raise NotFound(f"there is no group {group}")
        return found[0]

    def all(self) -> tuple[Group, ...]:
        return self._groups(self._connection.execute(_LIVING))

    def of_agent(self, agent: AgentId) -> tuple[Group, ...]:
        return self._groups(self._connection.execute(_OF_AGENT, {"member": agent}))

    def add(self, group: Group) -> Group:
        identity = _ROWS.add(self._connection, _values(group))
        if identity is None:
            raise NameTaken(group.name)
        kept = replace(group, id=GroupId(identity))
        self._put_members(kept)
        return kept

    def save(self, group: Group) -> None:
        _ROWS.save(self._connection, group.id, group.version, _values(group))
        self._connection.execute(delete(schema.group_member).where(schema.group_member.c.group == group.id))
        self._put_members(group)

    def _put_members(self, group: Group) -> None:
        rows = [{"group": group.id, "agent": agent} for agent in sorted(group.members)]
        if rows:
            self._connection.execute(insert(schema.group_member), rows)

    def _groups(self, rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Group, ...]:
        groups: list[Group] = []
        for _, same in groupby(rows, lambda row: row.id):
            of_one = list(same)
            first = of_one[0]
            members = frozenset(AgentId(row.agent) for row in of_one if row.agent is not None)
            groups.append(Group(first.id, first.name, members, first.reply_method, first.deleted, first.version))
        return tuple(groups)


def _values(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "reply_method": group.reply_method,
        "deleted": group.deleted,
        "version": group.version,
    }
