"""Agents, groups and triggers as parameters of commands."""

import re
from dataclasses import dataclass

from bot.commands.nearest import nearest
from bot.commands.parameters import Kind, Reader, Someone, Wrong
from bot.domain.people import Agent, ChatUser
from bot.i18n import Texts
from bot.ports.store import Snapshot
from bot.views.form import Choice, Field, PersonField

_NUMBER = re.compile(r"#?([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Colleague(Kind):
    """A `ChatUser` who was mentioned, or an `Agent` named by number or name: an agent of the other chat cannot be
    mentioned here."""

    def read(self, word: str, by: Reader) -> object:
        if "<@" in word:
            return Someone(self.label).read(word, by)
        agents = [agent for agent in by.records.agents.all() if agent.identities]
        wanted = word.strip().removeprefix("@").casefold()
        number = _NUMBER.fullmatch(wanted)
        found = [
            agent for agent in agents if agent.name.casefold() == wanted or (number and str(agent.id) == number[1])
        ]
        if len(found) == 1:
            return found[0]
        raise Wrong(_no_agent(agents, wanted, found, by.texts))

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        _ = by.texts
        return PersonField(name, _.told(self.label), _mentioned(value, by), _.told(self.hint), required)

    def typed(self, value: str) -> str:
        return f"<@{value}>" if value else ""

    def shown(self, name: str) -> str:
        del name
        return "@person"


def _mentioned(value: str, by: Reader) -> str:
    try:
        found = Colleague("").read(value, by) if value else None
    except Wrong:
        return ""
    if isinstance(found, Agent):
        return next((user.id for user in found.identities if user.platform is by.platform), "")
    return found.id if isinstance(found, ChatUser) else ""


def _no_agent(agents: list[Agent], wanted: str, found: list[Agent], _: Texts) -> str:
    if found:
        return _("Several people are called so: type @ and pick the person from the chat's list.")
    if near := nearest(wanted, [agent.name for agent in agents]):
        return _("Nobody here is called so. Did you mean {near}?", near=near)
    return _("Nobody here is called so. Type @ and pick the person from the chat's list.")


def group_choices(records: Snapshot, _: Texts) -> tuple[Choice, ...]:
    return tuple(Choice(str(group.id), group.name) for group in records.groups.all())


def trigger_choices(records: Snapshot, _: Texts) -> tuple[Choice, ...]:
    return tuple(Choice(str(trigger.id), trigger.name) for trigger in records.triggers.all())
