"""Slack's answers and the network's accidents as the four failure words.

A definite refusal (`ok: false` with nearly any code, and 429) means that nothing happened. A time-out, a reset, a 5xx
and four codes of Slack's own leave a post's outcome open (facts 3): `Uncertain` for what must not be repeated,
`Transient` for what may.
"""

from collections.abc import Mapping

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain, Unreachable
from integrations.slack.json_values import JsonObject, object_of, objects_of, text_of

AMBIGUOUS = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
PASSING = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "update_failed",
        "fetch_members_failed",
        "external_channel_migrating",
        "team_added_to_org",
        "accesslimited",
    }
)
# What an operator or a workspace admin must change first, by code.
TO_BE_SET_UP: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "not_allowed_token_type",
            "no_permission",
            "invalid_token",
        ),
        "Slack refuses the token; install the app again and set the new token",
    ),
    **dict.fromkeys(
        ("missing_scope", "restricted_action", "posting_to_channel_denied", "access_denied", "team_access_not_granted"),
        "the app lacks a right in Slack; install it again from the current manifest",
    ),
    **dict.fromkeys(
        ("not_in_channel", "channel_not_found", "invalid_channel", "channel_is_limited_access", "mpim_not_found"),
        "RelayDesk is not in the channel; invite it there",
    ),
    **dict.fromkeys(
        (
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "restricted_action_non_threadable_channel",
            "restricted_action_thread_locked",
            "app_access_restricted",
            "org_login_required",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "forbidden_team",
            "team_not_found",
            "two_factor_setup_required",
        ),
        "the workspace's rules forbid it; ask a workspace admin",
    ),
    "is_archived": "the channel is archived; bring it back or choose another",
    "is_inactive": "the channel is archived; bring it back or choose another",
    "messages_tab_disabled": "the app's messages tab is off; install it again from the current manifest",
    "not_enabled": "the app's home tab is off; install it again from the current manifest",
    "link_disabled": "Socket Mode is off; switch it on in the app's settings",
    "socket_mode_disabled": "Socket Mode is off; switch it on in the app's settings",
    **dict.fromkeys(
        (
            "file_uploads_disabled",
            "file_uploads_except_images_disabled",
            "file_type_not_allowed",
            "storage_limit_reached",
            "file_upload_size_restricted",
        ),
        "the workspace does not take this file; ask a workspace admin",
    ),
}
# The message is not there any more, or can no longer be changed.
GONE = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "block_mismatch",
        "thread_not_found",
        "cannot_reply_to_message",
        "streaming_state_conflict",
    }
)
TRIGGER_USED = "exchanged_trigger_id"
TRIGGER_SPENT = frozenset({"expired_trigger_id", TRIGGER_USED, "invalid_trigger_id"})
HASH_CONFLICT = "hash_conflict"
VIEW_GONE = frozenset({"not_found", "view_not_found"})
PUSH_LIMIT = "push_limit_reached"
NOT_THERE_FOR_THE_USER = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found"})
_SERVER_ERROR = 500
_TOO_MANY = 429


def failure(error: Exception, method: str, *, repeatable: bool) -> Failure:
    """Say what an exception of the SDK or of the network means; `repeatable` calls are never `Uncertain`."""
    if isinstance(error, SlackApiError):
        return _answered(error, method, repeatable=repeatable)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Unreachable(f"Slack cannot be reached for {method}", code="unreachable")
    # The rest broke off after the request may have gone out.
    open_end = isinstance(error, TimeoutError | aiohttp.ClientError | OSError | SlackClientError)
    return _open(method, type(error).__name__ if open_end else "unexpected answer", repeatable=repeatable)


def by_code(code: str, method: str, *, repeatable: bool, details: str = "") -> Failure:
    """Say what one of Slack's error codes means. A code that is not known is a definite refusal."""
    reason = f"{method}: {code}"
    if code in AMBIGUOUS:
        return _open(method, code, repeatable=repeatable)
    if code in PASSING:
        return Transient(reason, code=code)
    if code in TO_BE_SET_UP:
        return Misconfigured(f"{TO_BE_SET_UP[code]} ({reason})", code=code)
    return Permanent(f"Slack refused {reason}{details}", code=code)


def _open(method: str, why: str, *, repeatable: bool) -> Failure:
    if repeatable:
        return Transient(f"Slack did not answer {method} ({why})", code=why)
    return Uncertain(f"Slack's answer to {method} was lost ({why})", code=why)


def _answered(error: SlackApiError, method: str, *, repeatable: bool) -> Failure:
    response = error.response
    # The SDK hands over its own response, or aiohttp's where it could not read the body.
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    answer = object_of(getattr(response, "data", None))
    code = text_of(answer, "error")
    if status == _TOO_MANY or code in {"ratelimited", "rate_limited"}:
        waits = _retry_after(getattr(response, "headers", {}))
        return Transient(f"{method}: too many calls", code="ratelimited", retry_after=waits)
    if status >= _SERVER_ERROR or not code:
        return _open(method, code or f"HTTP {status}", repeatable=repeatable)
    return by_code(code, method, repeatable=repeatable, details=_details(answer))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        return max(0.0, float(headers.get("Retry-After", "")))
    except ValueError:
        return None


def _details(answer: JsonObject) -> str:
    """Slack's own explanations of a refused payload: pointers into it, without its words."""
    metadata = object_of(answer.get("response_metadata"))
    messages = metadata.get("messages")
    found = [entry for entry in messages if isinstance(entry, str)] if isinstance(messages, list) else []
    found += [text_of(entry, "message") for entry in objects_of(answer.get("errors"))]
    return f" ({'; '.join(found)[:300]})" if found else ""
