"""chat.*: posting, editing and removing messages."""

import json
from dataclasses import dataclass

from integrations.simulator.slack.blocks.identity import with_ids
from integrations.simulator.slack.blocks.surfaces import check_message_blocks
from integrations.simulator.slack.channels import Channel, ChannelKind
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject, objects_of
from integrations.simulator.slack.messages import Content, Message
from integrations.simulator.slack.posting import Posting
from integrations.simulator.slack.rates import Rates
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.workspace import Workspace

MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000
# A longer text without blocks arrives as several messages (measured on slack.com by others, 2026-08-27).
SPLIT_AFTER = 4_040
SPLIT_INTO = 4_000
MOST_ATTACHMENTS = 100
MOST_MARKDOWN = 12_000
MOST_METADATA = 8_000


def read_content(workspace: Workspace, arguments: Arguments, *, most_text: int | None = None) -> Content:
    """The text, blocks and attachments of a message; raises Slack's refusals. A text over `most_text` is refused."""
    markdown = arguments.text("markdown_text")
    if markdown and (arguments.has("text") or arguments.has("blocks")):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    text = arguments.text("text") or markdown
    blocks: list[JsonObject] = []
    if arguments.has("blocks"):
        blocks = check_message_blocks(arguments.structure("blocks"), workspace.file_is_ready)
    attachments = objects_of(arguments.structure("attachments"))
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for position, attachment in enumerate(attachments):
        if "blocks" in attachment:
            pointer = f"/attachments/{position}/blocks"
            checked = check_message_blocks(attachment["blocks"], workspace.file_is_ready, pointer=pointer)
            attachment["blocks"] = with_ids(checked)
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    if most_text is not None and len(text) > most_text:
        raise SlackError("msg_too_long")
    return Content(text[:MOST_TEXT], with_ids(blocks), attachments)


def read_metadata(arguments: Arguments) -> JsonObject | None:
    """The metadata of a message, empty to remove it, None if not given; raises Slack's refusals."""
    if not arguments.has("metadata"):
        return None
    metadata = arguments.structure("metadata")
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not metadata:
        return {}
    well_formed = isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if not well_formed and "entities" not in metadata:
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > MOST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _has_rich_text(blocks: list[JsonObject]) -> bool:
    return any(block.get("type") == "rich_text" for block in blocks)


@dataclass(slots=True)
class Chat:
    workspace: Workspace
    posting: Posting
    rates: Rates

    def post(self, arguments: Arguments) -> JsonObject:
        channel = self._target(arguments.text("channel"))
        self._refuse_posting(channel)
        self.rates.admit_post("chat.postMessage", channel.id)
        content = read_content(self.workspace, arguments)
        metadata = read_metadata(arguments)
        texts = [content.text]
        if len(content.text) > SPLIT_AFTER and not content.blocks and not content.attachments:
            texts = [content.text[at : at + SPLIT_INTO] for at in range(0, len(content.text), SPLIT_INTO)]
        messages = [
            self.posting.post(
                channel,
                self.posting.bot(),
                Content(text, content.blocks, content.attachments),
                method="chat.postMessage",
                thread_ts=arguments.text("thread_ts"),
                metadata=metadata or None,
                broadcast=arguments.flag("reply_broadcast"),
                client_msg_id=arguments.text("client_msg_id"),
            )
            for text in texts
        ]
        first = messages[0]
        return {"channel": channel.id, "ts": first.ts, "message": first.as_json(with_metadata=True)}

    def update(self, arguments: Arguments) -> JsonObject:
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        message = self.workspace.message(channel, arguments.text("ts"))
        if channel.archived:
            raise SlackError("is_inactive")
        if not self._is_own(message) or message.subtype == "tombstone":
            raise SlackError("cant_update_message")
        content = read_content(self.workspace, arguments, most_text=MOST_UPDATED_TEXT)
        if not arguments.has("text") and not arguments.has("markdown_text"):
            content.text = message.content.text
        if content.blocks and _has_rich_text(message.content.blocks) and not _has_rich_text(content.blocks):
            raise SlackError("block_mismatch")
        self.posting.edit(
            message,
            content,
            by=self.workspace.installation.bot_user_id,
            method="chat.update",
            metadata=read_metadata(arguments),
        )
        shown = message.as_json(with_metadata=True)
        return {"channel": channel.id, "ts": message.ts, "text": content.text, "message": shown}

    def delete(self, arguments: Arguments) -> JsonObject:
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        message = self.workspace.message(channel, arguments.text("ts"))
        if not self._is_own(message):
            raise SlackError("cant_delete_message" if message.subtype != "tombstone" else "message_not_found")
        self.posting.delete(message, by=self.workspace.installation.bot_user_id, method="chat.delete")
        return {"channel": channel.id, "ts": message.ts}

    def post_ephemeral(self, arguments: Arguments) -> JsonObject:
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        self._refuse_posting(channel)
        user = arguments.text("user")
        if user not in channel.members:
            raise SlackError("user_not_in_channel")
        content = read_content(self.workspace, arguments, most_text=MOST_TEXT)
        thread = arguments.text("thread_ts") if channel.find(arguments.text("thread_ts")) else ""
        message = self.posting.post_ephemeral(channel, user, content, method="chat.postEphemeral", thread_ts=thread)
        return {"message_ts": message.ts}

    def permalink(self, arguments: Arguments) -> JsonObject:
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        message = self.workspace.message(channel, arguments.text("message_ts"))
        link = f"https://{self.workspace.installation.team_domain}.slack.com/archives/{channel.id}"
        link += f"/p{message.ts.replace('.', '')}"
        if message.is_reply:
            link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
        return {"channel": channel.id, "permalink": link}

    def _target(self, name: str) -> Channel:
        """A post may name a channel by its id or its name, or a person, whose direct conversation is then meant."""
        if name.startswith("#"):
            for channel in self.workspace.channels.values():
                if channel.name == name[1:]:
                    return self.workspace.seen_by_bot(channel.id)
        if name in self.workspace.users and not self.workspace.users[name].deleted:
            return self.workspace.direct_with(name)
        return self.workspace.seen_by_bot(name)

    def _refuse_posting(self, channel: Channel) -> None:
        if channel.archived:
            raise SlackError("is_archived")
        installation = self.workspace.installation
        if installation.bot_user_id not in channel.members and not (
            channel.kind is ChannelKind.PUBLIC and "chat:write.public" in installation.scopes
        ):
            raise SlackError("not_in_channel")

    def _is_own(self, message: Message) -> bool:
        return message.author.bot == self.workspace.installation.bot_id
