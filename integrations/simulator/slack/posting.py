"""What happens in channels: messages come, change and go, and the application is told of it."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from integrations.simulator.slack.channels import Channel
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.files import File
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.messages import Author, Content, Message
from integrations.simulator.slack.records import Journal, RecordKind
from integrations.simulator.slack.workspace import Workspace

Announce = Callable[[JsonObject, Channel], None]


@dataclass(slots=True)
class Posting:
    workspace: Workspace
    journal: Journal
    announce: Announce

    def bot(self) -> Author:
        installation = self.workspace.installation
        return Author(
            installation.bot_user_id,
            installation.team_id,
            installation.bot_id,
            installation.app_id,
            installation.app_name,
        )

    def post(
        self,
        channel: Channel,
        author: Author,
        content: Content,
        *,
        method: str,
        thread_ts: str = "",
        metadata: JsonObject | None = None,
        broadcast: bool = False,
        files: Sequence[File] = (),
        subtype: str = "",
        client_msg_id: str = "",
    ) -> Message:
        """Add a message. A `thread_ts` that names no message is ignored as on slack.com: it lands at top level."""
        root = channel.find(thread_ts) if thread_ts else None
        if root is not None and root.is_reply:
            raise SlackError("cannot_reply_to_message")
        ts = self.workspace.new_ts(channel)
        message = Message(
            channel.id,
            ts,
            author,
            content,
            thread_ts=root.ts if root else "",
            metadata=metadata,
            broadcast=bool(root) and broadcast,
            files=list(files),
            subtype=subtype,
            client_msg_id=client_msg_id,
            parent_user=root.author.user if root else "",
        )
        channel.add(message)
        if root is not None:
            root.thread_ts = root.ts
            root.replies.append(ts)
            if author.user not in root.reply_users:
                root.reply_users.append(author.user)
        self.journal.note(
            RecordKind.POSTED,
            method=method,
            channel=channel.id,
            ts=ts,
            user=author.user,
            text=content.text,
            blocks=content.blocks,
            thread_ts=message.thread_ts,
            metadata=metadata,
            files=[file.id for file in files],
        )
        self.announce(message.as_json(with_metadata=True) | self._place(channel, ts), channel)
        return message

    def edit(self, message: Message, content: Content, *, by: str, method: str, metadata: JsonObject | None) -> None:
        """Replace a message's content; `metadata` of None keeps what is there, an empty one removes it."""
        channel = self.workspace.channels[message.channel]
        before = copy.deepcopy(message.as_json())
        message.content = content
        _forget_lost_inputs(message)
        if metadata is not None:
            message.metadata = metadata or None
        ts = self.workspace.new_ts(channel)
        message.edited = {"user": by, "ts": ts.split(".", maxsplit=1)[0] + ".000000"}
        self.journal.note(
            RecordKind.UPDATED,
            method=method,
            channel=channel.id,
            ts=message.ts,
            user=by,
            text=content.text,
            blocks=content.blocks,
            metadata=message.metadata,
        )
        self._announce_change(message, before, channel, ts)

    def delete(self, message: Message, *, by: str, method: str) -> None:
        """Remove a message; a root with replies leaves a tombstone that keeps its thread together."""
        channel = self.workspace.channels[message.channel]
        before = copy.deepcopy(message.as_json())
        ts = self.workspace.new_ts(channel)
        self.journal.note(RecordKind.DELETED, method=method, channel=channel.id, ts=message.ts, user=by)
        if message.replies:
            message.content = Content("This message was deleted.")
            message.subtype = "tombstone"
            message.author = Author("USLACKBOT", message.author.team)
            message.files, message.metadata, message.reactions = [], None, {}
            self._announce_change(message, before, channel, ts)
            return
        channel.remove(message.ts)
        root = channel.find(message.thread_ts) if message.is_reply else None
        if root is not None:
            root.replies.remove(message.ts)
        event: JsonObject = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": before,
            "ts": ts,
        }
        self.announce(event | self._place(channel, ts), channel)

    def post_ephemeral(
        self, channel: Channel, user: str, content: Content, *, method: str, thread_ts: str = ""
    ) -> Message:
        message = Message(
            channel.id, self.workspace.new_ts(channel), self.bot(), content, thread_ts=thread_ts, subtype="ephemeral"
        )
        self.workspace.ephemerals.setdefault(user, []).append(message)
        self.journal.note(
            RecordKind.EPHEMERAL,
            method=method,
            channel=channel.id,
            ts=message.ts,
            user=user,
            text=content.text,
            blocks=content.blocks,
            thread_ts=thread_ts,
        )
        return message

    def react(self, message: Message, user: str, name: str, *, method: str) -> None:
        """Add a reaction; raises `already_reacted`."""
        users = message.reactions.setdefault(name, [])
        if user in users:
            raise SlackError("already_reacted")
        users.append(user)
        self._announce_reaction("reaction_added", message, user, name, method)

    def unreact(self, message: Message, user: str, name: str, *, method: str) -> None:
        """Take a reaction back; raises `no_reaction`."""
        users = message.reactions.get(name, [])
        if user not in users:
            raise SlackError("no_reaction")
        users.remove(user)
        if not users:
            del message.reactions[name]
        self._announce_reaction("reaction_removed", message, user, name, method)

    def _announce_reaction(self, kind: str, message: Message, user: str, name: str, method: str) -> None:
        channel = self.workspace.channels[message.channel]
        self.journal.note(
            RecordKind.REACTED, method=method, channel=channel.id, ts=message.ts, user=user, name=name, event=kind
        )
        event: JsonObject = {
            "type": kind,
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
            "item_user": message.author.user,
            "event_ts": self.workspace.new_ts(channel),
        }
        self.announce(event, channel)

    def _announce_change(self, message: Message, before: JsonObject, channel: Channel, ts: str) -> None:
        event: JsonObject = {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "message": message.as_json(),
            "previous_message": before,
            "ts": ts,
        }
        self.announce(event | self._place(channel, ts), channel)

    @staticmethod
    def _place(channel: Channel, ts: str) -> JsonObject:
        return {"channel": channel.id, "channel_type": channel.kind.value, "event_ts": ts}


def _forget_lost_inputs(message: Message) -> None:
    """What a viewer typed survives an update only where the block kept its id."""
    kept = {block.get("block_id") for block in message.content.blocks}
    for blocks in message.entered.values():
        for block_id in [name for name in blocks if name not in kept]:
            del blocks[block_id]
