"""What one person sees in Slack, as JSON for the page."""

from dataclasses import dataclass

from integrations.simulator.page.app_features import AppFeatures
from integrations.simulator.slack.channels import Channel, ChannelKind, order_of
from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.files import File
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.server import SlackServer
from integrations.simulator.slack.users import User, UserKind

# The page's name for the direct conversation with the application, which exists before anybody has written into it.
APP = "app"


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks, at which channel and thread, and at how many of the newest messages."""

    viewer: str
    channel: str
    thread: str
    most: int


@dataclass(frozen=True, slots=True)
class SlackState:
    slack: SlackServer
    features: AppFeatures

    def seen(self, looking: Looking) -> JsonObject:
        """Raises SlackError for a viewer who does not exist."""
        person = self.slack.person(looking.viewer)
        view, home = self.slack.open_view(looking.viewer), self.slack.home(looking.viewer)
        channel = self._channel(person, looking.channel)
        return {
            "workspace": self.slack.installation.team_name,
            "app": self.slack.bot_user_id,
            "viewer": looking.viewer,
            "people": {user.id: _person(user) for user in self.slack.workspace.users.values()},
            "channels": [self._entry(place, looking.viewer) for place in self._visible(person)],
            "channel": self._shown(person, channel, looking) if channel else None,
            "thread": self._thread(channel, looking) if channel and looking.thread else None,
            "view": view.as_json(self.slack.installation) if view else None,
            "home": home.as_json(self.slack.installation) if home else None,
            "shortcuts": [{"name": each.name, "callback_id": each.callback_id} for each in self.features.shortcuts],
            "commands": list(self.features.commands),
            "app_takes_messages": self.features.takes_direct_messages,
        }

    def _visible(self, person: Person) -> list[Channel]:
        return [
            channel
            for channel in self.slack.workspace.channels.values()
            if channel.kind is not ChannelKind.DIRECT and self._channel(person, channel.id) is not None
        ]

    def _channel(self, person: Person, channel_id: str) -> Channel | None:
        """The channel, unless this person cannot see it."""
        if channel_id == APP:
            return next(
                (
                    channel
                    for channel in self.slack.workspace.channels.values()
                    if channel.kind is ChannelKind.DIRECT and person.user.id in channel.members
                ),
                None,
            )
        try:
            return person.reach.channel(channel_id)
        except NotPossibleError:
            return None

    def _entry(self, channel: Channel, viewer: str) -> JsonObject:
        messages = channel.messages()
        return {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.kind is ChannelKind.PRIVATE,
            "is_shared": bool(channel.shared_with),
            "is_member": viewer in channel.members,
            "latest": messages[-1].ts if messages else "",
        }

    def _shown(self, person: Person, channel: Channel, looking: Looking) -> JsonObject:
        viewer = looking.viewer
        alone = [message for message in self._alone(channel, viewer) if not message.thread_ts]
        every = sorted([*channel.history(), *alone], key=lambda message: order_of(message.ts))
        return {
            "id": channel.id,
            "name": channel.name,
            "members": [member for member in channel.members if member in self.slack.workspace.users],
            "is_shared": bool(channel.shared_with),
            "may_write": viewer in channel.members and not channel.archived and not person.user.deleted,
            "messages": [self._message(message, viewer) for message in every[-looking.most :]],
            "earlier": max(0, len(every) - looking.most),
        }

    def _thread(self, channel: Channel, looking: Looking) -> JsonObject:
        alone = [message for message in self._alone(channel, looking.viewer) if message.thread_ts == looking.thread]
        every = sorted([*channel.thread(looking.thread), *alone], key=lambda message: order_of(message.ts))
        return {"ts": looking.thread, "messages": [self._message(message, looking.viewer) for message in every]}

    def _alone(self, channel: Channel, viewer: str) -> list[Message]:
        return [message for message in self.slack.ephemerals(viewer) if message.channel == channel.id]

    def _message(self, message: Message, viewer: str) -> JsonObject:
        shown = message.as_json()
        return shown | {
            "only_you": message.subtype == "ephemeral",
            "entered": message.entered.get(viewer, {}),
            "files": [_file(file) for file in message.files],
        }


def _person(user: User) -> JsonObject:
    return {
        "name": user.real_name,
        "kind": user.kind.value,
        "is_bot": user.kind is UserKind.BOT,
        "tz": user.tz,
        "locale": user.locale,
    }


def _file(file: File) -> JsonObject:
    return {
        "id": file.id,
        "name": file.name,
        "type": file.mimetype,
        "size": len(file.content),
        "ready": file.ready,
    }
