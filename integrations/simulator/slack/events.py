"""The Events API: which event the application hears of, and in which wrapping."""

import secrets
from dataclasses import dataclass

from integrations.simulator.clock import MovableClock
from integrations.simulator.slack.channels import Channel, ChannelKind
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.json_values import JsonObject, text_of
from integrations.simulator.slack.socket_mode import SocketMode

_MESSAGE_EVENTS = {
    ChannelKind.PUBLIC: "message.channels",
    ChannelKind.PRIVATE: "message.groups",
    ChannelKind.DIRECT: "message.im",
}


@dataclass(slots=True)
class Events:
    clock: MovableClock
    installation: Installation
    socket: SocketMode

    def announce(self, event: JsonObject, channel: Channel) -> None:
        """Send what happened in a channel, if the application is in it and listens to that kind of event."""
        if self.installation.bot_user_id not in channel.members:
            return
        kind = text_of(event, "type")
        if kind != "message":
            self.send(event, shared=bool(channel.shared_with))
            return
        if _MESSAGE_EVENTS[channel.kind] in self.installation.events:
            self._wrap(event, shared=bool(channel.shared_with))
        mention = f"<@{self.installation.bot_user_id}>"
        by_person = text_of(event, "subtype") in {"", "file_share"} and not event.get("bot_id")
        if by_person and channel.kind is not ChannelKind.DIRECT and mention in text_of(event, "text"):
            # The same words come twice, as the message and as the mention, each with an event id of its own.
            told = {name: value for name, value in event.items() if name != "channel_type"}
            self.send(told | {"type": "app_mention"}, shared=bool(channel.shared_with))

    def send(self, event: JsonObject, *, shared: bool = False) -> None:
        """Send an event that belongs to no conversation, if the application listens to it."""
        if text_of(event, "type") in self.installation.events:
            self._wrap(event, shared=shared)

    def _wrap(self, event: JsonObject, *, shared: bool) -> None:
        installation = self.installation
        self.socket.deliver(
            {
                "token": installation.verification_token,
                "team_id": installation.team_id,
                "context_team_id": installation.team_id,
                "context_enterprise_id": None,
                "api_app_id": installation.app_id,
                "event": event,
                "type": "event_callback",
                "event_id": f"Ev{secrets.token_hex(5).upper()}",
                "event_time": int(self.clock.now().timestamp()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": installation.team_id,
                        "user_id": installation.bot_user_id,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": shared,
                "event_context": f"4-{secrets.token_urlsafe(24)}",
            }
        )
