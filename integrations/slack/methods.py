"""Every method of the Web API that this adapter calls, with its arguments and what it needs.

One list, three readers: the manifest asks for these scopes and no others, a test holds the arguments against Slack's
own reference, and another that no module calls anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    arguments: frozenset[str]
    scopes: frozenset[str] = frozenset()


def _method(arguments: str, scopes: str = "") -> Method:
    return Method(frozenset(arguments.split()), frozenset(scopes.split()))


METHODS: Mapping[str, Method] = {
    "apps.connections.open": _method(""),  # the app-level token's own scope, connections:write
    "auth.test": _method(""),
    "chat.postMessage": _method("channel text blocks metadata thread_ts unfurl_links unfurl_media", "chat:write"),
    "chat.update": _method("channel ts text blocks", "chat:write"),
    "chat.delete": _method("channel ts", "chat:write"),
    "chat.postEphemeral": _method("channel user text blocks thread_ts", "chat:write"),
    "conversations.history": _method(
        "channel oldest include_all_metadata limit cursor", "channels:history groups:history"
    ),
    "conversations.replies": _method(
        "channel ts oldest include_all_metadata limit cursor", "channels:history groups:history"
    ),
    "conversations.info": _method("channel", "channels:read groups:read"),
    "conversations.members": _method("channel limit cursor", "channels:read groups:read"),
    "conversations.open": _method("users", "im:write"),
    "files.getUploadURLExternal": _method("filename length", "files:write"),
    "files.completeUploadExternal": _method("files channel_id thread_ts", "files:write"),
    "files.info": _method("file", "files:read"),
    "users.info": _method("user include_locale", "users:read"),
    "users.lookupByEmail": _method("email", "users:read users:read.email"),
    "views.open": _method("trigger_id view"),
    "views.push": _method("trigger_id view"),
    "views.publish": _method("user_id view"),
    "views.update": _method("view_id hash view"),
}
# The events that `inbound` reads, with the scope that Slack wants for each.
EVENTS: Mapping[str, str] = {
    "app_home_opened": "",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
}
# No method answers to it: it is what a slash command and a shortcut need.
COMMANDS_SCOPE = "commands"


def bot_scopes() -> list[str]:
    needed = {scope for method in METHODS.values() for scope in method.scopes}
    return sorted(needed | {scope for scope in EVENTS.values() if scope} | {COMMANDS_SCOPE})
