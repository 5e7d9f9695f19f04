"""The manifest asks for what the code uses, and the code uses what Slack has."""

import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from integrations.slack.inbound import COMMAND, SEND_MESSAGE
from integrations.slack.manifest import as_yaml, creation_link, slack_manifest
from integrations.slack.methods import COMMANDS_SCOPE, EVENTS, METHODS, bot_scopes

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "../shared/contracts/slack"
KEPT = ROOT / "manifest/slack.yaml"
_METHOD = re.compile(r'"((?:apps|auth|chat|conversations|files|users|views)\.[A-Za-z.]+)"')
# The SDK adds it by its own means.
_GIVEN_BY_THE_SDK = {"token"}

with_contracts = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="Slack's reference lies beside the checkout only in development"
)


def documented(method: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((CONTRACTS / "methods" / f"{method}.json").read_text())
    return found


@with_contracts
def test_the_manifest_is_valid() -> None:
    schema = json.loads((CONTRACTS / "manifest.schema.2.0.0.json").read_text())
    jsonschema.validate(slack_manifest(), schema)


def test_the_kept_manifest_is_up_to_date() -> None:
    if os.environ.get("RELAYDESK_TEST_UPDATE_GOLDEN"):
        KEPT.write_text(as_yaml())
    assert KEPT.read_text() == as_yaml(), "run `relaydesk manifest slack`"
    assert yaml.safe_load(KEPT.read_text()) == slack_manifest()


def test_the_link_makes_the_app_with_this_manifest() -> None:
    link = urlsplit(creation_link())
    assert (link.scheme, link.netloc, link.path) == ("https", "api.slack.com", "/apps")
    given = parse_qs(link.query)
    assert given["new_app"] == ["1"]
    assert yaml.safe_load(given["manifest_yaml"][0]) == slack_manifest()
    assert len(creation_link()) < 8000, "what browsers and servers take of a link"


def test_the_manifest_names_what_the_code_listens_to() -> None:
    text = json.dumps(slack_manifest())
    assert COMMAND in text
    assert SEND_MESSAGE in text
    assert slack_manifest()["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)  # type: ignore[index]


def test_socket_mode_needs_no_address() -> None:
    assert "url" not in json.dumps(slack_manifest())


@with_contracts
@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_method_exists_takes_our_arguments_and_needs_the_scopes_we_name(method: str) -> None:
    reference = documented(method)
    arguments = reference["args"]
    assert isinstance(arguments, dict)
    assert METHODS[method].arguments <= set(arguments["properties"])
    allowed = set((reference["scope"] or {}).get("bot", ()))  # type: ignore[attr-defined]
    assert METHODS[method].scopes - {"users:read"} <= allowed or METHODS[method].scopes <= allowed
    if allowed:
        assert METHODS[method].scopes & allowed, f"{method} needs one of {sorted(allowed)}"


@with_contracts
@pytest.mark.parametrize("method", sorted(set(METHODS) - {"apps.connections.open"}))
def test_what_a_method_requires_is_among_our_arguments(method: str) -> None:
    arguments = documented(method)["args"]
    assert isinstance(arguments, dict)
    # chat.* document only `channel` as required; text or blocks is a rule of their own.
    assert set(arguments["required"]) - _GIVEN_BY_THE_SDK <= METHODS[method].arguments


@with_contracts
def test_every_event_and_its_scope_are_slacks() -> None:
    known = {event["name"]: event.get("scopes", []) for event in json.loads((CONTRACTS / "events.json").read_text())}
    for event, scope in EVENTS.items():
        assert event in known
        assert not scope or scope in known[event]


def test_every_scope_has_a_use() -> None:
    used = {scope for method in METHODS.values() for scope in method.scopes} | set(EVENTS.values()) | {COMMANDS_SCOPE}
    assert set(bot_scopes()) == used - {""}


def test_no_module_calls_a_method_that_is_not_listed() -> None:
    folder = ROOT / "integrations/slack"
    called = {
        method
        for module in folder.rglob("*.py")
        if module.name != "methods.py"
        for method in _METHOD.findall(module.read_text())
    }
    assert called - {"files.slack.com"} == set(METHODS)
