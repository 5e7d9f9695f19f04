"""What the documents tell people to type, to set and to open is there."""

import argparse
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from bot.cli import _parser
from bot.services.waits import Waits
from bot.settings import Settings
from tests.house.tree import ROOT, name

OPERATIONS = ROOT / "docs" / "operations.md"
FOR_PEOPLE = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_CODE = re.compile(r"```sh\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def _commands(document: Path) -> Iterator[str]:
    for block, span in _CODE.findall(document.read_text(encoding="utf-8")):
        for line in (block or span).splitlines():
            yield line.partition(" #")[0].strip()


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", FOR_PEOPLE, ids=name)
def test_every_make_target_exists(document: Path) -> None:
    asked = {line.split()[1] for line in _commands(document) if re.match(r"make [a-z]", line)}
    assert asked - _targets() == set()


def test_the_gate_runs_what_the_readme_says() -> None:
    assert "make test" in set(_commands(ROOT / "README.md"))
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make test\b", gate, re.MULTILINE)
    assert "RELAYDESK_TEST_REQUIRE=all" in gate


@pytest.mark.parametrize("document", FOR_PEOPLE, ids=name)
def test_every_command_exists_with_its_options(document: Path) -> None:
    unknown = [
        line for line in _commands(document) if line.startswith("relaydesk ") and not _understood(line.split()[1:])
    ]
    assert unknown == []


def _understood(words: list[str]) -> bool:
    parser, in_options = _parser(), False
    for word in words:
        if word.startswith("--"):
            in_options = True
            if word not in {option for action in parser._actions for option in action.option_strings}:
                return False
        elif not in_options:
            deeper = _subparser(parser, word)
            known = {choice for action in parser._actions for choice in action.choices or ()}
            if deeper is None and word not in known and not _takes_any_word(parser):
                return False
            parser = deeper or parser
    return True


def _takes_any_word(parser: argparse.ArgumentParser) -> bool:
    return any(not action.option_strings and action.choices is None for action in parser._actions)


def _subparser(parser: argparse.ArgumentParser, word: str) -> argparse.ArgumentParser | None:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) and word in action.choices:
            found = action.choices[word]
            assert isinstance(found, argparse.ArgumentParser)
            return found
    return None


@pytest.mark.parametrize(
    "line", ["relaydesk fly", "relaydesk demo --fast", "relaydesk site remove", "relaydesk manifest teams"]
)
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    assert not _understood(line.split()[1:])


@pytest.mark.parametrize("document", FOR_PEOPLE, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


def _defaults(prefix: str, holder: BaseModel | Waits) -> Iterator[tuple[str, object]]:
    names = [each.name for each in fields(holder)] if is_dataclass(holder) else list(type(holder).model_fields)
    for setting in names:
        value = getattr(holder, setting)
        if isinstance(value, BaseModel | Waits):
            yield from _defaults(f"{prefix}{setting.upper()}__", value)
        else:
            yield f"{prefix}{setting.upper()}", value


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value in {"", ()}:
        return "(empty)"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def test_every_setting_is_documented_with_its_default() -> None:
    wanted = {setting: _shown(value) for setting, value in _defaults("RELAYDESK_", Settings())}
    rows = re.findall(r"^\| `(RELAYDESK_\w+)` \| (.+?) \| .+ \|$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == wanted
