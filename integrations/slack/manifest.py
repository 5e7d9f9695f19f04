"""The Slack app, as its manifest: made from what the code uses, so that neither asks for more than the other needs."""

from urllib.parse import urlencode

import yaml

from integrations.slack.inbound import COMMAND, SEND_MESSAGE
from integrations.slack.json_values import JsonObject
from integrations.slack.methods import EVENTS, bot_scopes

_CREATE = "https://api.slack.com/apps"


def as_yaml() -> str:
    """The manifest as the project keeps it, in `manifest/slack.yaml`."""
    said = "# Made by `relaydesk manifest slack` from what the code uses; changes belong there.\n"
    return said + yaml.safe_dump(slack_manifest(), sort_keys=False, allow_unicode=True, width=120)


def creation_link() -> str:
    """Opens Slack's *Create New App* with this manifest filled in."""
    compact = yaml.safe_dump(slack_manifest(), sort_keys=False, allow_unicode=True, width=10_000)
    return f"{_CREATE}?{urlencode({'new_app': '1', 'manifest_yaml': compact})}"


def slack_manifest() -> JsonObject:
    """The manifest for Socket Mode, to be pasted at api.slack.com/apps; it holds no address and no secret.

    The app-level token with `connections:write` cannot be made by a manifest.
    """
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "RelayDesk",
            "description": "Walmart Marketplace buyer messages as tickets, answered from Slack",
            "background_color": "#0053e2",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "RelayDesk", "always_online": True},
            "shortcuts": [
                {
                    "name": "Send to buyer",
                    "type": "message",
                    "callback_id": SEND_MESSAGE,
                    "description": "Send this thread message to the buyer, after a preview",
                }
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Walmart tickets and their set-up",
                    "usage_hint": "[help]",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": bot_scopes()}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
