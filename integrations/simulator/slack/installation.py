"""The application as it is installed in the workspace: ids, tokens, what it was granted and what it listens to."""

from dataclasses import dataclass

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "metadata.message:read",
        "reactions:read",
        "reactions:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_id_changed",
        "channel_rename",
        "member_joined_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "reaction_added",
        "tokens_revoked",
    }
)


@dataclass(frozen=True, slots=True)
class Installation:
    """The defaults are what the product's own manifest asks for."""

    team_id: str = "T0RELAYDESK"
    team_name: str = "Acme Support"
    team_domain: str = "acme-support"
    app_id: str = "A0RELAYDESK"
    app_name: str = "RelayDesk"
    bot_user_id: str = "U0RELAYBOT"
    bot_id: str = "B0RELAYBOT"
    bot_token: str = "xoxb-1111111111-2222222222-simulatedbottoken"  # noqa: S105 - opens nothing but the stand-in
    app_token: str = "xapp-1-A0RELAYDESK-3333333333-simulatedapptoken"  # noqa: S105 - the same
    verification_token: str = "simulatedverification"  # noqa: S105 - the same
    scopes: frozenset[str] = SCOPES
    events: frozenset[str] = EVENTS
