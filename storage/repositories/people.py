"""Persons as the platforms know them, and the agents that they are."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.domain.people import Agent, AgentId, ChatUser, Person
from bot.domain.sites import Channel
from bot.ports.store import NotFound
from storage import records
from storage.schema import docking as schema


class SqlPeople:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def person(self, user: ChatUser) -> Person | None:
        query = select(schema.person).where(schema.person.c.platform == user.platform, schema.person.c.user == user.id)
        row = self._connection.execute(query).first()
        if row is None:
            return None
        return Person(user, row.name, row.standing, row.time_zone, row.language, row.seen_at, row.email)

    def agent(self, agent: AgentId) -> Agent:
        name = self._connection.execute(
            select(schema.agent.c.name).where(schema.agent.c.id == agent)
        ).scalar_one_or_none()
        if name is None:
            raise NotFound(f"there is no agent {agent}")
        query = select(schema.agent_identity.c.platform, schema.agent_identity.c.user).where(
            schema.agent_identity.c.agent == agent
        )
        rows = self._connection.execute(query.order_by(schema.agent_identity.c.platform, schema.agent_identity.c.user))
        return Agent(agent, name, tuple(ChatUser(row.platform, row.user) for row in rows))

    def agent_of(self, user: ChatUser) -> Agent | None:
        query = select(schema.agent_identity.c.agent).where(
            schema.agent_identity.c.platform == user.platform, schema.agent_identity.c.user == user.id
        )
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else self.agent(AgentId(found))

    def membership(self, channel: Channel, user: ChatUser) -> tuple[bool, datetime] | None:
        query = select(schema.membership.c.member, schema.membership.c.at).where(
            schema.membership.c.platform == channel.platform,
            schema.membership.c.channel == channel.id,
            schema.membership.c.user == user.id,
        )
        row = self._connection.execute(query).first()
        return None if row is None else (row.member, row.at)

    def put(self, person: Person) -> None:
        values: dict[str, object] = {
            "platform": person.user.platform,
            "user": person.user.id,
            "name": person.name,
            "standing": person.standing,
            "time_zone": person.time_zone,
            "language": person.language,
            "seen_at": person.seen_at,
            "email": person.email,
        }
        records.put(self._connection, schema.person, values)

    def put_membership(self, channel: Channel, user: ChatUser, *, member: bool, at: datetime) -> None:
        values: dict[str, object] = {
            "platform": channel.platform,
            "channel": channel.id,
            "user": user.id,
            "member": member,
            "at": at,
        }
        records.put(self._connection, schema.membership, values)

    def make_agent(self, person: Person) -> Agent:
        known = self.agent_of(person.user)
        if known is not None:
            return known
        identity = records.add_new(self._connection, schema.agent, {"name": person.name})
        values = {"platform": person.user.platform, "user": person.user.id, "agent": identity}
        self._connection.execute(insert(schema.agent_identity).values(values))
        return Agent(AgentId(identity), person.name, (person.user,))
