"""Who and what is in the workspace: users, channels, files, and who may see what."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from integrations.simulator.clock import MovableClock
from integrations.simulator.slack.channels import Channel, ChannelKind
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.files import File
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.users import User, UserKind

STRANGERS_TEAM = "T0STRANGERS"


@dataclass(frozen=True, slots=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(slots=True)
class Workspace:
    clock: MovableClock
    installation: Installation
    base_url: str = ""  # set when the server listens
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    # Ephemeral messages by the one who sees them; they are in no channel's history.
    ephemerals: dict[str, list[Message]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        bot = self.installation
        self.users[bot.bot_user_id] = User(
            bot.bot_user_id,
            bot.app_name.lower(),
            bot.app_name,
            bot.team_id,
            UserKind.BOT,
            bot_id=bot.bot_id,
        )

    def new_id(self, letter: str) -> str:
        return f"{letter}0SIM{next(self._numbers):06d}"

    def add_user(
        self,
        name: str,
        *,
        kind: UserKind = UserKind.MEMBER,
        email: str = "",
        tz: str = "America/New_York",
        locale: str = "en-US",
        deleted: bool = False,
        is_admin: bool = False,
        user_id: str = "",
    ) -> User:
        """Add a person or another application's bot; a stranger belongs to another workspace."""
        team = STRANGERS_TEAM if kind is UserKind.STRANGER else self.installation.team_id
        user = User(
            user_id or self.new_id("U"),
            name.lower().replace(" ", "."),
            name,
            team,
            kind,
            email=email,
            tz=tz,
            locale=locale,
            deleted=deleted,
            is_admin=is_admin,
            bot_id=self.new_id("B") if kind is UserKind.BOT else "",
        )
        self.users[user.id] = user
        return user

    def add_channel(
        self,
        name: str,
        *members: str,
        private: bool = False,
        with_bot: bool = True,
        channel_id: str = "",
    ) -> Channel:
        """Add a channel; a stranger among the members makes it a shared one."""
        everybody = [*members, self.installation.bot_user_id] if with_bot else list(members)
        teams = {self.users[member].team_id for member in everybody} - {self.installation.team_id}
        kind = ChannelKind.PRIVATE if private else ChannelKind.PUBLIC
        channel = Channel(
            channel_id or self.new_id("C"),
            name,
            kind,
            self.installation.team_id,
            everybody,
            shared_with=tuple(sorted(teams)),
            creator=members[0] if members else self.installation.bot_user_id,
        )
        self.channels[channel.id] = channel
        return channel

    def add_group(self, handle: str, *users: str) -> UserGroup:
        group = UserGroup(self.new_id("S"), handle, handle, users)
        self.groups[group.id] = group
        return group

    def direct_with(self, user: str) -> Channel:
        """The direct conversation between the application and `user`, made if it is new."""
        for channel in self.channels.values():
            if channel.kind is ChannelKind.DIRECT and user in channel.members:
                return channel
        members = [user, self.installation.bot_user_id]
        channel = Channel(self.new_id("D"), "", ChannelKind.DIRECT, self.installation.team_id, members)
        self.channels[channel.id] = channel
        return channel

    def new_ts(self, channel: Channel) -> str:
        """A timestamp of now, unique in the channel."""
        moment = round(self.clock.now().timestamp() * 1_000_000)
        taken = {message.ts for messages in self.ephemerals.values() for message in messages}
        while (ts := f"{moment // 1_000_000}.{moment % 1_000_000:06d}") in taken or channel.find(ts) is not None:
            moment += 1
        return ts

    def seen_by_bot(self, channel_id: str) -> Channel:
        """The channel if the application may know of it; raises `channel_not_found`."""
        channel = self.channels.get(channel_id)
        bot = self.installation.bot_user_id
        if channel is None or (channel.kind is not ChannelKind.PUBLIC and bot not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def user(self, user_id: str) -> User:
        """The user; raises `user_not_found`."""
        found = self.users.get(user_id)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def message(self, channel: Channel, ts: str) -> Message:
        """The message; raises `message_not_found`."""
        found = channel.find(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def ephemeral(self, user: str, channel: str, ts: str) -> Message | None:
        for message in self.ephemerals.get(user, []):
            if (message.channel, message.ts) == (channel, ts):
                return message
        return None

    def file_is_ready(self, file: str) -> bool:
        """Whether a block may show the file, named by its id or its address."""
        found = self.files.get(file) or next(
            (entry for entry in self.files.values() if file in {entry.url_private, entry.permalink}), None
        )
        return found is not None and found.ready

    def remember_file(self, file: File) -> None:
        self.files[file.id] = file
