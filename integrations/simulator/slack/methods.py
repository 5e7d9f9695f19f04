"""The Web API methods that the product may use: arguments, limits, scopes and the errors that the stand-in answers.

The table is the project's own. A contract test holds it against Slack's published reference where that is at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from integrations.simulator.slack.rates import Tier

# Any method may answer these; the reference of a single method does not repeat them.
UNIVERSAL_ERRORS = frozenset(
    {
        "fatal_error",
        "internal_error",
        "invalid_arguments",
        "invalid_auth",
        "json_not_object",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "unknown_method",
    }
)


class TokenKind(StrEnum):
    BOT = "xoxb-"
    APP = "xapp-"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: one of them is enough. `json`: whether a JSON body is read; where not, its arguments are lost."""

    tier: Tier
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    errors: frozenset[str] = frozenset()
    token: TokenKind = TokenKind.BOT
    json: bool = True


_READ = ("channels:read", "groups:read", "im:read")
_HISTORY = ("channels:history", "groups:history", "im:history")
_WRITE = ("chat:write",)
_POST_ERRORS = frozenset(
    {
        "cannot_reply_to_message",
        "channel_not_found",
        "invalid_blocks",
        "invalid_blocks_format",
        "is_archived",
        "markdown_text_conflict",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "not_in_channel",
        "too_many_attachments",
    }
)
_METADATA_ERRORS = frozenset({"invalid_metadata_format", "metadata_too_large"})
_TRIGGER_ERRORS = frozenset({"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"})
_VIEW_ERRORS = frozenset({"duplicate_external_id", "view_too_large"})
_CURSOR = ("cursor", "limit")


def _lookup(errors: str, tier: Tier, *required: str, optional: tuple[str, ...] = (), scopes: tuple[str, ...]) -> Method:
    return Method(tier, required, optional, scopes, frozenset(errors.split()), json=False)


METHODS: Mapping[str, Method] = {
    "api.test": Method(Tier.T4, optional=("error",), token=TokenKind.NONE),
    "auth.test": Method(Tier.SPECIAL),
    "apps.connections.open": Method(Tier.T3, token=TokenKind.APP),
    "team.info": Method(
        Tier.T3, optional=("team", "domain"), scopes=("team:read",), errors=frozenset({"team_not_found"})
    ),
    "bots.info": _lookup("bot_not_found", Tier.T3, optional=("bot",), scopes=("users:read",)),
    "blocks.validate": Method(
        Tier.T3,
        optional=("blocks", "message", "view"),
        errors=frozenset({"invalid_blocks", "invalid_message", "invalid_view"}),
        token=TokenKind.NONE,
    ),
    "chat.postMessage": Method(
        Tier.SPECIAL,
        ("channel",),
        (
            "text",
            "blocks",
            "attachments",
            "thread_ts",
            "reply_broadcast",
            "metadata",
            "markdown_text",
            "unfurl_links",
            "unfurl_media",
            "mrkdwn",
            "parse",
            "link_names",
            "username",
            "icon_emoji",
            "icon_url",
            "client_msg_id",
        ),
        _WRITE,
        _POST_ERRORS | _METADATA_ERRORS,
    ),
    "chat.update": Method(
        Tier.T3,
        ("channel", "ts"),
        ("text", "blocks", "attachments", "metadata", "markdown_text", "parse", "link_names", "reply_broadcast"),
        _WRITE,
        (_POST_ERRORS - {"not_in_channel", "is_archived", "cannot_reply_to_message"})
        | _METADATA_ERRORS
        | {"block_mismatch", "cant_update_message", "is_inactive", "message_not_found"},
    ),
    "chat.delete": Method(
        Tier.T3,
        ("channel", "ts"),
        (),
        _WRITE,
        frozenset({"cant_delete_message", "channel_not_found", "message_not_found"}),
    ),
    "chat.postEphemeral": Method(
        Tier.T4,
        ("channel", "user"),
        ("text", "blocks", "attachments", "thread_ts", "markdown_text", "parse", "link_names", "username"),
        _WRITE,
        _POST_ERRORS | {"user_not_in_channel"},
    ),
    "chat.getPermalink": _lookup(
        "channel_not_found message_not_found", Tier.SPECIAL, "channel", "message_ts", scopes=()
    ),
    "conversations.info": _lookup(
        "channel_not_found",
        Tier.T3,
        "channel",
        optional=("include_locale", "include_num_members"),
        scopes=_READ,
    ),
    "conversations.list": _lookup(
        "invalid_cursor invalid_limit invalid_types",
        Tier.T2,
        optional=(*_CURSOR, "exclude_archived", "types"),
        scopes=_READ,
    ),
    "conversations.members": _lookup(
        "channel_not_found invalid_cursor invalid_limit", Tier.T4, "channel", optional=_CURSOR, scopes=_READ
    ),
    "conversations.history": Method(
        Tier.T3,
        ("channel",),
        (*_CURSOR, "oldest", "latest", "inclusive", "include_all_metadata"),
        _HISTORY,
        frozenset({"channel_not_found", "invalid_cursor", "invalid_ts_latest", "invalid_ts_oldest", "not_in_channel"}),
    ),
    "conversations.replies": _lookup(
        "channel_not_found invalid_cursor invalid_ts_latest invalid_ts_oldest thread_not_found",
        Tier.T3,
        "channel",
        "ts",
        optional=(*_CURSOR, "oldest", "latest", "inclusive", "include_all_metadata"),
        scopes=_HISTORY,
    ),
    "conversations.open": Method(
        Tier.T3,
        (),
        ("users", "channel", "return_im", "prevent_creation"),
        ("im:write",),
        frozenset(
            {"channel_not_found", "too_many_users", "user_disabled", "user_not_found", "users_list_not_supplied"}
        ),
    ),
    "conversations.join": Method(
        Tier.T3,
        ("channel",),
        (),
        ("channels:join",),
        frozenset({"channel_not_found", "is_archived", "method_not_supported_for_channel_type"}),
    ),
    "users.info": _lookup("user_not_found", Tier.T4, "user", optional=("include_locale",), scopes=("users:read",)),
    "users.list": _lookup("invalid_cursor", Tier.T2, optional=(*_CURSOR, "include_locale"), scopes=("users:read",)),
    "users.lookupByEmail": _lookup("users_not_found", Tier.T3, "email", scopes=("users:read.email",)),
    "usergroups.list": _lookup(
        "", Tier.T2, optional=("include_users", "include_count", "include_disabled"), scopes=("usergroups:read",)
    ),
    "usergroups.users.list": _lookup(
        "no_such_subteam", Tier.T2, "usergroup", optional=("include_disabled",), scopes=("usergroups:read",)
    ),
    "views.open": Method(Tier.T4, ("view",), ("trigger_id",), (), _TRIGGER_ERRORS | _VIEW_ERRORS),
    "views.push": Method(
        Tier.T4, ("view",), ("trigger_id",), (), _TRIGGER_ERRORS | _VIEW_ERRORS | {"not_found", "push_limit_reached"}
    ),
    "views.update": Method(
        Tier.T4, ("view",), ("view_id", "external_id", "hash"), (), _VIEW_ERRORS | {"hash_conflict", "not_found"}
    ),
    "views.publish": Method(Tier.T4, ("user_id", "view"), ("hash",), (), _VIEW_ERRORS | {"hash_conflict"}),
    "files.getUploadURLExternal": Method(
        Tier.T4,
        ("filename", "length"),
        ("alt_txt", "snippet_type"),
        ("files:write",),
        frozenset({"file_upload_size_restricted"}),
        json=False,
    ),
    "files.completeUploadExternal": Method(
        Tier.T4,
        ("files",),
        ("channel_id", "channels", "thread_ts", "initial_comment", "blocks"),
        ("files:write",),
        frozenset({"channel_not_found", "file_not_found", "invalid_blocks", "not_in_channel"}),
    ),
    "files.info": _lookup("file_not_found", Tier.T4, "file", scopes=("files:read",)),
    "reactions.add": Method(
        Tier.T3,
        ("channel", "name", "timestamp"),
        (),
        ("reactions:write",),
        frozenset({"already_reacted", "channel_not_found", "invalid_name", "is_archived", "message_not_found"}),
    ),
    "reactions.get": _lookup(
        "channel_not_found message_not_found no_item_specified",
        Tier.T3,
        optional=("channel", "timestamp", "full"),
        scopes=("reactions:read",),
    ),
    "reactions.remove": Method(
        Tier.T2,
        ("name",),
        ("channel", "timestamp"),
        ("reactions:write",),
        frozenset({"channel_not_found", "message_not_found", "no_item_specified", "no_reaction"}),
    ),
}
