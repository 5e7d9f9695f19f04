"""Slack's codes and the network's accidents in the four failure words."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from bot.ports.vault import Secret
from integrations.slack.calls import SlackCalls
from integrations.slack.errors import AMBIGUOUS, GONE, PASSING, TO_BE_SET_UP, by_code, failure
from integrations.slack.methods import METHODS

CONTRACTS = Path(__file__).resolve().parents[2] / "../shared/contracts/slack/methods"


def answered(status: int, data: object, headers: Mapping[str, str] | None = None) -> SlackApiError:
    return SlackApiError("no", SimpleNamespace(status_code=status, data=data, headers=headers or {}))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("code", sorted(AMBIGUOUS))
def test_slacks_own_accidents_leave_a_posts_outcome_open(code: str) -> None:
    assert isinstance(by_code(code, "chat.postMessage", repeatable=False), Uncertain)
    assert isinstance(by_code(code, "chat.update", repeatable=True), Transient)


@pytest.mark.parametrize(
    "accident",
    [
        TimeoutError(),
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        aiohttp.ClientPayloadError(),
        answered(500, {}),
        answered(503, None),
        answered(502, b"<html>Bad gateway</html>"),
        answered(200, None),
        answered(200, "<html>maintenance</html>"),
        SlackApiError("unreadable", SimpleNamespace(status=200)),  # type: ignore[no-untyped-call]
        ValueError("something new in the SDK"),
    ],
)
def test_a_lost_answer_leaves_a_posts_outcome_open(accident: Exception) -> None:
    assert isinstance(failure(accident, "chat.postMessage", repeatable=False), Uncertain)
    assert isinstance(failure(accident, "users.info", repeatable=True), Transient)


async def test_a_refused_connection_means_that_nothing_was_posted() -> None:
    # Port 9 of the loopback interface: nobody listens.
    calls = SlackCalls(Secret("xoxb-1"), Secret("xapp-1"), "http://127.0.0.1:9/api/")
    with pytest.raises(Transient, match="cannot be reached"):
        await calls.write("chat.postMessage", channel="C1", text="words")


def test_too_many_calls_carry_slacks_own_wish() -> None:
    found = failure(answered(429, {"error": "ratelimited"}, {"Retry-After": "7"}), "chat.update", repeatable=True)
    assert isinstance(found, Transient)
    assert found.retry_after == 7.0


def test_an_unreadable_wish_is_no_wish() -> None:
    found = failure(answered(429, {}, {"Retry-After": "soon"}), "chat.update", repeatable=True)
    assert isinstance(found, Transient)
    assert found.retry_after is None


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("invalid_auth", Misconfigured),
        ("token_revoked", Misconfigured),
        ("missing_scope", Misconfigured),
        ("not_in_channel", Misconfigured),
        ("is_archived", Misconfigured),
        ("invalid_blocks", Permanent),
        ("msg_too_long", Permanent),
        ("a_code_of_next_year", Permanent),
        ("rate_limited", Transient),
    ],
)
def test_a_definite_refusal_says_what_to_do(code: str, word: type[Failure]) -> None:
    found = by_code(code, "chat.postMessage", repeatable=False)
    assert isinstance(found, word)
    assert code in (found.reason, found.code) or code in found.reason


def test_a_reason_names_the_place_and_never_the_words() -> None:
    answer = {
        "error": "invalid_blocks",
        "response_metadata": {"messages": ["[ERROR] must be less than 3001 characters [json-pointer:/blocks/2/text]"]},
    }
    found = failure(answered(200, answer), "chat.postMessage", repeatable=False)
    assert "/blocks/2/text" in found.reason


def test_no_code_has_two_meanings() -> None:
    meanings = [AMBIGUOUS, PASSING, set(TO_BE_SET_UP), GONE]
    assert sum(map(len, meanings)) == len(set().union(*meanings))


@pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="Slack's method reference lies beside the checkout only in development"
)
def test_every_code_that_slack_documents_for_our_methods_gets_a_word() -> None:
    for method in METHODS:
        documented = json.loads((CONTRACTS / f"{method}.json").read_text())["errors"]
        for code in documented:
            assert isinstance(by_code(code, method, repeatable=False), Failure)
