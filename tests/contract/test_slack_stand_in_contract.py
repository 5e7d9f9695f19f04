"""The stand-in's own table of Slack methods, held against Slack's published reference where that is at hand."""

import json
from pathlib import Path

import pytest

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.slack.installation import EVENTS, SCOPES
from integrations.simulator.slack.methods import METHODS, TokenKind
from integrations.simulator.slack.rates import Tier
from integrations.simulator.slack.server import SlackServer

REFERENCE = Path(__file__).resolve().parents[2] / "../shared/contracts/slack"
TIERS = {"t2": Tier.T2, "t3": Tier.T3, "t4": Tier.T4, "t5": Tier.SPECIAL}

# Answered by slack.com, as measured, though the reference of the method does not list them.
MEASURED_ERRORS = {"msg_too_long", "msg_blocks_too_long", "cannot_reply_to_message"}
UNDOCUMENTED_ARGUMENTS = {"client_msg_id"}
# In no method of the reference: the manifest's own, and two that belong to events.
SCOPES_WITHOUT_METHOD = {"app_mentions:read", "chat:write.public", "commands", "metadata.message:read"}
EVENTS_WITHOUT_REFERENCE = {"channel_archive"}


def reference(name):
    path = REFERENCE / "methods" / f"{name}.json"
    if not path.exists():
        pytest.skip(f"Slack's reference for {name} is not beside this checkout")
    return json.loads(path.read_text())


def test_every_method_of_the_table_is_answered():
    server = SlackServer(MovableClock(), Faults())
    assert server.methods() == set(METHODS)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_arguments_are_those_of_the_reference(name):
    arguments = reference(name)["args"]
    required = set(arguments.get("required") or []) - {"token"}
    assert required == set(METHODS[name].required)
    assert set(METHODS[name].optional) - UNDOCUMENTED_ARGUMENTS <= set(arguments["properties"])


@pytest.mark.parametrize("name", sorted(METHODS))
def test_errors_are_those_of_the_reference(name):
    assert METHODS[name].errors - MEASURED_ERRORS <= set(reference(name).get("errors", {}))


@pytest.mark.parametrize("name", sorted(METHODS))
def test_limits_scopes_and_bodies_are_those_of_the_reference(name):
    found = reference(name)
    method = METHODS[name]
    assert method.tier == TIERS.get(found.get("rate_limits"), Tier.T3)
    assert set(method.scopes) <= set((found.get("scope") or {}).get("bot") or [])
    assert bool(method.scopes) == bool((found.get("scope") or {}).get("bot"))
    assert method.json == bool(found.get("json_input_supported"))
    assert (method.token is TokenKind.NONE) == (
        "token" not in (found["args"].get("properties") or {}) or name == "api.test"
    )


def test_granted_scopes_exist():
    if not REFERENCE.exists():
        pytest.skip("Slack's reference is not beside this checkout")
    known = set()
    for path in (REFERENCE / "methods").glob("*.json"):
        scope = json.loads(path.read_text()).get("scope")
        known |= set(scope.get("bot") or []) if isinstance(scope, dict) else {scope}
    assert known >= SCOPES - SCOPES_WITHOUT_METHOD


def test_events_exist():
    path = REFERENCE / "events.json"
    if not path.exists():
        pytest.skip("Slack's reference of events is not beside this checkout")
    known = {event["name"] for event in json.loads(path.read_text())}
    assert known >= EVENTS - EVENTS_WITHOUT_REFERENCE
