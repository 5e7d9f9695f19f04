"""Who presses, types and answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

AgentId = NewType("AgentId", int)
GroupId = NewType("GroupId", int)


class Platform(StrEnum):
    SLACK = "slack"
    FEISHU = "feishu"


@dataclass(frozen=True, slots=True)
class ChatUser:
    """A person as one platform names them; `id` is Slack's U… or Feishu's open_id."""

    platform: Platform
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


class Role(IntEnum):
    """What a person may do; each role may do all that the ones before it may."""

    NOBODY = 0
    VIEWER = 1
    AGENT = 2
    MANAGER = 3
    ADMIN = 4


class Standing(StrEnum):
    """What the platform says of a person; only members are ever served."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"  # of another workspace, met in a shared channel
    BOT = "bot"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Person:
    """What the platform's directory said of a user at `seen_at`."""

    user: ChatUser
    name: str
    standing: Standing
    time_zone: str  # IANA
    language: str  # BCP 47, as the platform gave it
    seen_at: datetime
    email: str | None = None


class ReplyMethod(StrEnum):
    """By which way an agent may answer a buyer."""

    WALMART = "walmart"
    NOTE = "note"  # internal notes only: nothing that they write leaves


@dataclass(frozen=True, slots=True)
class Agent:
    """One human being, however many chat identities they have; tickets and replies name agents, not users.

    Until people are configured an agent comes into being with the first act of a channel's member, without a `role` of
    their own. People are configured from the first role that an admin gives to somebody: whoever has none is not
    served from then on. Without a `reply_method` of their own an agent has that of their groups.
    """

    id: AgentId
    name: str
    identities: tuple[ChatUser, ...]
    role: Role | None = None
    reply_method: ReplyMethod | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Agents who own a queue together. A deleted one is a tombstone: settled tickets still name it."""

    id: GroupId
    name: str
    members: frozenset[AgentId] = frozenset()
    reply_method: ReplyMethod | None = None
    deleted: bool = False
    version: int = 1


def reply_method(agent: Agent, groups: Iterable[Group]) -> ReplyMethod:
    """An agent's own reply method, else the default of their groups, else a Walmart reply.

    Of groups that differ the one that permits more counts: whoever joins a second group loses nothing by it.
    """
    if agent.reply_method is not None:
        return agent.reply_method
    defaults = {group.reply_method for group in groups} - {None}
    return ReplyMethod.NOTE if defaults == {ReplyMethod.NOTE} else ReplyMethod.WALMART


class ActorKind(StrEnum):
    AGENT = "agent"
    BUYER = "buyer"
    SYSTEM = "system"
    OPERATOR = "operator"  # somebody at the server's command line


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused an event; `agent` is set exactly for agents."""

    kind: ActorKind
    agent: AgentId | None = None


BUYER = Actor(ActorKind.BUYER)
SYSTEM = Actor(ActorKind.SYSTEM)
OPERATOR = Actor(ActorKind.OPERATOR)


def by(agent: AgentId) -> Actor:
    return Actor(ActorKind.AGENT, agent)
