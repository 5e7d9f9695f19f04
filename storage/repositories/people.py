"""Persons as the platforms know them, and the agents that they are."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from bot.domain.people import Agent, AgentId, ChatUser, Person
from bot.domain.sites import Channel
from bot.ports.store import NotFound
from storage.records import put
from storage.repositories.agents import AGENTS, agents_in
from storage.schema import docking as schema

_PERSON = select(schema.person).where(
    schema.person.c.platform == bindparam("platform"), schema.person.c.user == bindparam("user")
)
_PUT_PERSON = put(schema.person)
_AGENT = AGENTS.where(schema.agent.c.id == bindparam("agent"))
_AGENT_OF = select(schema.agent_identity.c.agent).where(
    schema.agent_identity.c.platform == bindparam("platform"), schema.agent_identity.c.user == bindparam("user")
)
_MEMBERSHIP = select(schema.membership.c.member, schema.membership.c.at).where(
    schema.membership.c.platform == bindparam("platform"),
    schema.membership.c.channel == bindparam("channel"),
    schema.membership.c.user == bindparam("user"),
)
_PUT_MEMBERSHIP = put(schema.membership)
_NEW_AGENT = insert(schema.agent).returning(schema.agent.c.id)


class SqlPeople:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def person(self, user: ChatUser) -> Person | None:
        row = self._connection.execute(_PERSON, {"platform": user.platform, "user": user.id}).first()
        if row is None:
            return None
        return Person(user, row.name, row.standing, row.time_zone, row.language, row.seen_at, row.email)

    def agent(self, agent: AgentId) -> Agent:
        found = agents_in(self._connection.execute(_AGENT, {"agent": agent}))
        if not found:
            raise NotFound(f"there is no agent {agent}")
        return found[0]

    def agent_of(self, user: ChatUser) -> Agent | None:
        found = self._connection.execute(_AGENT_OF, {"platform": user.platform, "user": user.id}).scalar_one_or_none()
        return None if found is None else self.agent(AgentId(found))

    def membership(self, channel: Channel, user: ChatUser) -> tuple[bool, datetime] | None:
        given = {"platform": channel.platform, "channel": channel.id, "user": user.id}
        row = self._connection.execute(_MEMBERSHIP, given).first()
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
        self._connection.execute(_PUT_PERSON.on(self._connection), values)

    def put_membership(self, channel: Channel, user: ChatUser, *, member: bool, at: datetime) -> None:
        values: dict[str, object] = {
            "platform": channel.platform,
            "channel": channel.id,
            "user": user.id,
            "member": member,
            "at": at,
        }
        self._connection.execute(_PUT_MEMBERSHIP.on(self._connection), values)

    def make_agent(self, person: Person) -> Agent:
        known = self.agent_of(person.user)
        if known is not None:
            return known
        identity = self._connection.execute(_NEW_AGENT, {"name": person.name, "enabled": True}).scalar_one()
        values = {"platform": person.user.platform, "user": person.user.id, "agent": identity}
        self._connection.execute(insert(schema.agent_identity).values(values))
        return Agent(AgentId(identity), person.name, (person.user,))
