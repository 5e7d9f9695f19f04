"""A message as Slack keeps it."""

from dataclasses import dataclass, field

from integrations.simulator.slack.files import File
from integrations.simulator.slack.json_values import JsonObject


@dataclass(slots=True)
class Author:
    """Who a message is from; `bot` is empty for a person."""

    user: str
    team: str
    bot: str = ""
    app: str = ""
    name: str = ""
    external: bool = False  # from another workspace, in a shared channel


@dataclass(slots=True)
class Content:
    """What can be replaced by an edit."""

    text: str = ""
    blocks: list[JsonObject] = field(default_factory=list)
    attachments: list[JsonObject] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    channel: str
    ts: str
    author: Author
    content: Content
    thread_ts: str = ""  # of the root, also on the root itself once it has replies; empty outside threads
    subtype: str = ""
    metadata: JsonObject | None = None
    edited: JsonObject | None = None
    client_msg_id: str = ""
    parent_user: str = ""  # on a reply: who wrote the root
    broadcast: bool = False
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    reply_users: list[str] = field(default_factory=list)
    # Input state is the viewer's own: user, then block_id, then action_id.
    entered: dict[str, dict[str, dict[str, JsonObject]]] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts

    def as_json(self, *, with_metadata: bool = False) -> JsonObject:
        """The message as the Web API and the events show it."""
        shown: JsonObject = {
            "type": "message",
            "user": self.author.user,
            "ts": self.ts,
            "text": self.content.text,
            "team": self.author.team,
        }
        if self.author.external:
            shown |= {"user_team": self.author.team, "source_team": self.author.team}
        if self.author.bot:
            shown["bot_id"] = self.author.bot
            shown["app_id"] = self.author.app
            shown["bot_profile"] = {
                "id": self.author.bot,
                "app_id": self.author.app,
                "name": self.author.name,
                "team_id": self.author.team,
                "deleted": False,
            }
        optional: JsonObject = {
            "subtype": self.subtype,
            "client_msg_id": self.client_msg_id,
            "blocks": self.content.blocks,
            "attachments": self.content.attachments,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
        }
        shown |= {name: value for name, value in optional.items() if value}
        if self.metadata and with_metadata:
            shown["metadata"] = self.metadata
        if self.files:
            shown["files"] = [file.as_json() for file in self.files]
            shown["upload"] = False
        if self.reactions:
            shown["reactions"] = self.reactions_json()
        if self.is_reply:
            shown["parent_user_id"] = self.parent_user
        if self.replies:
            shown |= {
                "reply_count": len(self.replies),
                "reply_users_count": len(self.reply_users),
                "reply_users": self.reply_users[:5],
                "latest_reply": self.replies[-1],
                "is_locked": False,
                "subscribed": False,
            }
        return shown

    def reactions_json(self) -> list[JsonObject]:
        return [{"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()]
