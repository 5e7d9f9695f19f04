"""The Slack app, as its manifest: made from what the code uses, so that neither asks for more than the other needs."""

from integrations.slack.inbound import COMMAND, SEND_MESSAGE
from integrations.slack.json_values import JsonObject
from integrations.slack.methods import EVENTS, bot_scopes


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
                    "usage_hint": "help",
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
