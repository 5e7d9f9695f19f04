"""conversations.*: channels, who is in them, and what was said."""

from dataclasses import dataclass

from integrations.simulator.slack.channels import Channel, ChannelKind, order_of
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.events import Events
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.workspace import Workspace

_TYPES = {
    "public_channel": ChannelKind.PUBLIC,
    "private_channel": ChannelKind.PRIVATE,
    "im": ChannelKind.DIRECT,
    "mpim": None,
}


@dataclass(slots=True)
class Conversations:
    workspace: Workspace
    events: Events

    @property
    def _bot(self) -> str:
        return self.workspace.installation.bot_user_id

    def info(self, arguments: Arguments) -> JsonObject:
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        return {"channel": channel.as_json(bot=self._bot, with_count=arguments.flag("include_num_members"))}

    def listing(self, arguments: Arguments) -> JsonObject:
        wanted = (arguments.text("types") or "public_channel").split(",")
        kinds = {self._kind(name.strip()) for name in wanted}
        seen = [
            channel
            for channel in self.workspace.channels.values()
            if channel.kind in kinds
            and (channel.kind is ChannelKind.PUBLIC or self._bot in channel.members)
            and not (channel.archived and arguments.flag("exclude_archived"))
        ]
        page, cursor = arguments.page(seen)
        shown = [channel.as_json(bot=self._bot, with_count=True) for channel in page]
        return {"channels": shown, "response_metadata": {"next_cursor": cursor}}

    def members(self, arguments: Arguments) -> JsonObject:
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        page, cursor = arguments.page(channel.members)
        return {"members": page, "response_metadata": {"next_cursor": cursor}}

    def history(self, arguments: Arguments) -> JsonObject:
        channel = self._readable(arguments, otherwise="not_in_channel")
        found = [message for message in reversed(channel.history()) if _in_range(message, arguments)]
        return self._pages(found, arguments)

    def replies(self, arguments: Arguments) -> JsonObject:
        channel = self._readable(arguments, otherwise="channel_not_found")
        named = channel.find(arguments.text("ts"))
        if named is None:
            raise SlackError("thread_not_found")
        root = named.thread_ts or named.ts
        # The root comes with every page of its thread, whatever the range.
        found = [message for message in channel.thread(root) if message.ts == root or _in_range(message, arguments)]
        return self._pages(found, arguments)

    def open(self, arguments: Arguments) -> JsonObject:
        if arguments.has("channel"):
            channel = self.workspace.seen_by_bot(arguments.text("channel"))
            return {"channel": self._opened(channel, arguments)}
        users = [name for name in arguments.text("users").split(",") if name]
        if not users:
            raise SlackError("users_list_not_supplied")
        if len(users) > 1:
            # Conversations of several are not modelled; the application asks for `im:write` only.
            raise SlackError("too_many_users")
        user = self.workspace.user(users[0])
        if user.deleted:
            raise SlackError("user_disabled")
        known = len(self.workspace.channels)
        channel = self.workspace.direct_with(user.id)
        answer: JsonObject = {"channel": self._opened(channel, arguments)}
        if len(self.workspace.channels) == known:
            answer |= {"no_op": True, "already_open": True}
        return answer

    def join(self, arguments: Arguments) -> JsonObject:
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        if channel.kind is not ChannelKind.PUBLIC:
            raise SlackError("method_not_supported_for_channel_type")
        if channel.archived:
            raise SlackError("is_archived")
        answer: JsonObject = {}
        if self._bot in channel.members:
            answer["warning"] = "already_in_channel"
        else:
            channel.members.append(self._bot)
            event: JsonObject = {
                "type": "member_joined_channel",
                "user": self._bot,
                "channel": channel.id,
                "channel_type": "C",
                "team": channel.team_id,
                "event_ts": self.workspace.new_ts(channel),
            }
            self.events.announce(event, channel)
        return answer | {"channel": channel.as_json(bot=self._bot)}

    def _opened(self, channel: Channel, arguments: Arguments) -> JsonObject:
        return channel.as_json(bot=self._bot) if arguments.flag("return_im") else {"id": channel.id}

    def _readable(self, arguments: Arguments, *, otherwise: str) -> Channel:
        channel = self.workspace.seen_by_bot(arguments.text("channel"))
        if self._bot not in channel.members:
            raise SlackError(otherwise)
        _check_range(arguments)
        return channel

    def _pages(self, found: list[Message], arguments: Arguments) -> JsonObject:
        page, cursor = arguments.page(found)
        with_metadata = arguments.flag("include_all_metadata")
        answer: JsonObject = {
            "messages": [message.as_json(with_metadata=with_metadata) for message in page],
            "has_more": bool(cursor),
            "pin_count": 0,
            "channel_actions_ts": None,
            "channel_actions_count": 0,
        }
        if cursor:
            answer["response_metadata"] = {"next_cursor": cursor}
        return answer

    @staticmethod
    def _kind(name: str) -> ChannelKind | None:
        if name not in _TYPES:
            raise SlackError("invalid_types")
        return _TYPES[name]


def _check_range(arguments: Arguments) -> None:
    for name in ("oldest", "latest"):
        value = arguments.text(name)
        if value and value != "now" and not value.replace(".", "", 1).isdigit():
            raise SlackError(f"invalid_ts_{name}")


def _in_range(message: Message, arguments: Arguments) -> bool:
    moment = order_of(message.ts)
    oldest, latest = arguments.text("oldest"), arguments.text("latest")
    inclusive = arguments.flag("inclusive")
    if oldest and not (moment > order_of(oldest) or (inclusive and moment == order_of(oldest))):
        return False
    return not latest or latest == "now" or moment < order_of(latest) or (inclusive and moment == order_of(latest))
