"""Reactions of the application: reactions.add, reactions.get, reactions.remove."""

import re
from dataclasses import dataclass

from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.posting import Posting
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.workspace import Workspace

_NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")


@dataclass(slots=True)
class Reactions:
    workspace: Workspace
    posting: Posting

    def add(self, arguments: Arguments) -> JsonObject:
        message = self._message(arguments)
        name = arguments.text("name").strip(":")
        if not _NAME.fullmatch(name):
            raise SlackError("invalid_name")
        if self.workspace.channels[message.channel].archived:
            raise SlackError("is_archived")
        self.posting.react(message, self.workspace.installation.bot_user_id, name, method="reactions.add")
        return {}

    def get(self, arguments: Arguments) -> JsonObject:
        message = self._message(arguments)
        return {"type": "message", "channel": message.channel, "message": message.as_json()}

    def remove(self, arguments: Arguments) -> JsonObject:
        message = self._message(arguments)
        name = arguments.text("name").strip(":")
        self.posting.unreact(message, self.workspace.installation.bot_user_id, name, method="reactions.remove")
        return {}

    def _message(self, arguments: Arguments) -> Message:
        if not (arguments.has("channel") and arguments.has("timestamp")):
            raise SlackError("no_item_specified")
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        return self.workspace.message(channel, arguments.text("timestamp"))
