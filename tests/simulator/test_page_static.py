"""What the page is made of: read as text, because a rule about every script is checked best on every script."""

import json
import re
from pathlib import Path

from integrations.simulator.page.app_features import AppFeatures
from integrations.simulator.page.server import STATIC
from integrations.slack.manifest import slack_manifest

SCRIPTS = sorted(STATIC.rglob("*.js"))
STYLES = sorted(STATIC.rglob("*.css"))
GOLDEN = Path(__file__).parents[1] / "golden" / "slack"
_WAYS_TO_PARSE_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\(|new Function"
)
_NAMESPACE = "http://www.w3.org/2000/svg"


def test_no_script_ever_parses_text_into_elements():
    assert SCRIPTS
    assert [path.name for path in SCRIPTS if _WAYS_TO_PARSE_TEXT.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_is_loaded_from_elsewhere():
    for path in [*SCRIPTS, *STYLES, STATIC / "index.html"]:
        text = path.read_text(encoding="utf-8").replace(_NAMESPACE, "")
        assert re.findall(r"""["'(`](?:https?:)?//[a-z0-9.-]+""", text) == [], path.name
        assert "@import" not in text


def test_every_module_and_style_that_is_named_exists_and_is_used():
    front = (STATIC / "index.html").read_text(encoding="utf-8")
    named = {STATIC / found for found in re.findall(r'(?:src|href)="/static/([^"]+)"', front)}
    for script in SCRIPTS:
        for found in re.findall(r'from "(\.[^"]+)"', script.read_text(encoding="utf-8")):
            named.add((script.parent / found).resolve())
    assert all(path.is_file() for path in named)
    assert {path.resolve() for path in [*SCRIPTS, *STYLES]} <= {path.resolve() for path in named}


def test_no_module_is_longer_than_the_houses_limit():
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in [*SCRIPTS, *STYLES]}
    assert {name: lines for name, lines in long.items() if lines > 450} == {}
    assert {name: lines for name, lines in long.items() if name.endswith(".js") and lines > 300} == {}


def test_every_emoji_on_the_products_own_cards_has_a_picture():
    known = (STATIC / "slack" / "emoji.js").read_text(encoding="utf-8")
    used: set[str] = set()
    for path in GOLDEN.glob("*.json"):
        used |= set(_emoji_in(json.loads(path.read_text(encoding="utf-8"))))
    assert used
    assert {name for name in used if not re.search(rf'\b{re.escape(name)}"?: "', known)} == set()


def test_the_page_offers_what_the_products_manifest_declares():
    features = slack_manifest()["features"]
    shown = AppFeatures()
    declared = [(entry["name"], entry["callback_id"]) for entry in features["shortcuts"] if entry["type"] == "message"]
    assert [(entry.name, entry.callback_id) for entry in shown.shortcuts] == declared
    assert list(shown.commands) == [entry["command"] for entry in features["slash_commands"]]
    assert shown.takes_direct_messages is not features["app_home"]["messages_tab_read_only_enabled"]


def _emoji_in(value: object):
    if isinstance(value, dict):
        if value.get("type") == "emoji":
            yield value["name"]
        for entry in value.values():
            yield from _emoji_in(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _emoji_in(entry)
