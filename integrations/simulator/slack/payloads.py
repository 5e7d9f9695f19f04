"""The payloads of interactions, in the shapes that Slack sends and slack-bolt expects."""

from dataclasses import dataclass

from integrations.simulator.clock import MovableClock
from integrations.simulator.slack.channels import Channel, ChannelKind
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.json_values import JsonObject, text_of
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.triggers import Rights
from integrations.simulator.slack.users import User
from integrations.simulator.slack.views import View

_UNNAMED = {ChannelKind.DIRECT: "directmessage", ChannelKind.PRIVATE: "privategroup"}
_SHOWN_OF_AN_ELEMENT = ("text", "value", "style", "placeholder")


@dataclass(slots=True)
class Payloads:
    clock: MovableClock
    installation: Installation
    rights: Rights
    base_url: str = ""  # set when the server listens

    def action(self, block: JsonObject, element: JsonObject, entry: JsonObject) -> JsonObject:
        """One entry of `actions`; `entry` is what the person chose, in the shape of `state.values`."""
        shown = {name: element[name] for name in _SHOWN_OF_AN_ELEMENT if name in element}
        return {
            "type": text_of(element, "type"),
            "action_id": text_of(element, "action_id"),
            "block_id": text_of(block, "block_id"),
            "action_ts": self._now(),
            **shown,
            **entry,
        }

    def pressed_in_message(self, user: User, channel: Channel, message: Message, action: JsonObject) -> JsonObject:
        ephemeral = message.subtype == "ephemeral"
        thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
        payload = self._common("block_actions", user) | {
            "trigger_id": self.rights.new_trigger(user.id),
            "container": self._container(message, channel),
            "channel": self._channel(channel),
            "state": {"values": message.entered.get(user.id, {})},
            "response_url": self._response_url(
                channel.id, user.id, ts=message.ts, ephemeral=ephemeral, thread_ts=thread.get("thread_ts", "")
            ),
            "actions": [action],
        }
        # An only-you message is nowhere kept, so that Slack cannot send it along.
        return payload if ephemeral else payload | {"message": message.as_json(with_metadata=True)}

    def pressed_in_view(self, user: User, view: View, action: JsonObject) -> JsonObject:
        return self._common("block_actions", user) | {
            "trigger_id": self.rights.new_trigger(user.id, view=view.id if view.kind == "modal" else ""),
            "container": {"type": "view", "view_id": view.id},
            "view": view.as_json(self.installation),
            "actions": [action],
        }

    def submitted(self, user: User, view: View) -> JsonObject:
        return self._common("view_submission", user) | {
            "trigger_id": self.rights.new_trigger(user.id, view=view.id),
            "view": view.as_json(self.installation),
            "response_urls": [],
        }

    def closed(self, user: User, view: View, *, cleared: bool) -> JsonObject:
        shown = view.as_json(self.installation)
        return self._common("view_closed", user) | {"view": shown, "is_cleared": cleared}

    def command(self, user: User, channel: Channel, word: str, text: str) -> JsonObject:
        return {
            "token": self.installation.verification_token,
            "team_id": self.installation.team_id,
            "team_domain": self.installation.team_domain,
            "channel_id": channel.id,
            "channel_name": _UNNAMED.get(channel.kind, channel.name),
            "user_id": user.id,
            "user_name": user.name,
            "command": word,
            "text": text,
            "api_app_id": self.installation.app_id,
            "is_enterprise_install": "false",
            "response_url": self._response_url(channel.id, user.id),
            "trigger_id": self.rights.new_trigger(user.id),
        }

    def global_shortcut(self, user: User, callback_id: str) -> JsonObject:
        return self._common("shortcut", user) | {
            "action_ts": self._now(),
            "callback_id": callback_id,
            "trigger_id": self.rights.new_trigger(user.id),
        }

    def message_shortcut(self, user: User, channel: Channel, message: Message, callback_id: str) -> JsonObject:
        return self._common("message_action", user) | {
            "action_ts": self._now(),
            "callback_id": callback_id,
            "trigger_id": self.rights.new_trigger(user.id),
            "response_url": self._response_url(channel.id, user.id, ts=message.ts, thread_ts=message.thread_ts),
            "message_ts": message.ts,
            "channel": self._channel(channel),
            "message": message.as_json(with_metadata=True),
        }

    def suggestion(
        self,
        user: User,
        block: JsonObject,
        element: JsonObject,
        typed: str,
        *,
        view: View | None = None,
        place: tuple[Channel, Message] | None = None,
    ) -> JsonObject:
        """What is sent while somebody types into an external select, in a view or in a message."""
        payload = self._common("block_suggestion", user) | {
            "action_id": text_of(element, "action_id"),
            "block_id": text_of(block, "block_id"),
            "value": typed,
        }
        if view is not None:
            container: JsonObject = {"type": "view", "view_id": view.id}
            return payload | {"container": container, "view": view.as_json(self.installation)}
        if place is not None:
            channel, message = place
            payload["container"] = self._container(message, channel)
            payload |= {"channel": self._channel(channel), "message": message.as_json(with_metadata=True)}
        return payload

    def _common(self, kind: str, user: User) -> JsonObject:
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "team": {"id": self.installation.team_id, "domain": self.installation.team_domain},
            "api_app_id": self.installation.app_id,
            "token": self.installation.verification_token,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    @staticmethod
    def _container(message: Message, channel: Channel) -> JsonObject:
        container: JsonObject = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.subtype == "ephemeral",
        }
        return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})

    @staticmethod
    def _channel(channel: Channel) -> JsonObject:
        return {"id": channel.id, "name": _UNNAMED.get(channel.kind, channel.name)}

    def _response_url(
        self, channel: str, user: str, *, ts: str = "", ephemeral: bool = False, thread_ts: str = ""
    ) -> str:
        secret = self.rights.new_url(channel, user, ts=ts, ephemeral=ephemeral, thread_ts=thread_ts)
        return f"{self.base_url}/response/{secret}"

    def _now(self) -> str:
        return f"{self.clock.now().timestamp():.6f}"
