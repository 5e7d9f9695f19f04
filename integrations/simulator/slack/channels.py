"""Channels and direct conversations with their messages."""

from dataclasses import dataclass, field
from enum import StrEnum

from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.messages import Message


class ChannelKind(StrEnum):
    """The values are Slack's own `channel_type` of message events."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind
    team_id: str
    members: list[str] = field(default_factory=list)
    archived: bool = False
    shared_with: tuple[str, ...] = ()  # other workspaces' ids
    created: int = 1_760_000_000
    creator: str = ""
    _messages: dict[str, Message] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        self._messages[message.ts] = message

    def remove(self, ts: str) -> None:
        del self._messages[ts]

    def find(self, ts: str) -> Message | None:
        return self._messages.get(ts)

    def messages(self) -> list[Message]:
        """Every message in the order of its time, replies included."""
        return [self._messages[ts] for ts in sorted(self._messages, key=order_of)]

    def history(self) -> list[Message]:
        """What is seen in the channel itself: roots and replies that were also sent to the channel."""
        return [message for message in self.messages() if not message.is_reply or message.broadcast]

    def thread(self, root: str) -> list[Message]:
        """The root and its replies, oldest first."""
        return [message for message in self.messages() if root in {message.ts, message.thread_ts}]

    def as_json(self, *, bot: str, with_count: bool = False) -> JsonObject:
        """The channel as the application's `bot` user sees it."""
        if self.kind is ChannelKind.DIRECT:
            other = next((member for member in self.members if member != bot), bot)
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "is_archived": self.archived,
                "is_org_shared": False,
                "user": other,
                "is_user_deleted": False,
                "context_team_id": self.team_id,
            }
        shared = bool(self.shared_with)
        shown: JsonObject = {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind is ChannelKind.PUBLIC,
            "is_group": self.kind is ChannelKind.PRIVATE,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.kind is ChannelKind.PRIVATE,
            "is_archived": self.archived,
            "is_general": False,
            "is_shared": shared,
            "is_ext_shared": shared,
            "is_org_shared": False,
            "is_member": bot in self.members,
            "created": self.created,
            "creator": self.creator,
            "context_team_id": self.team_id,
            "shared_team_ids": [self.team_id, *self.shared_with],
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
        if with_count:
            shown["num_members"] = len(self.members)
        return shown


def order_of(ts: str) -> tuple[int, int]:
    """A timestamp is a text; compared as one, a shorter second would come last."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds), int(fraction.ljust(6, "0"))
