"""A trigger in the words in which it is typed; never translated, because they are typed back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.triggers import Action, Condition, Trigger, Verb

_PLAIN = re.compile(r"[\w.#@:/-]+")
# Between blanks they would be read as part of the sentence.
_JOINING = frozenset({"and", "or", "then", "if", "is", "contains", "above", "below", "does", "not", "stop"})


@dataclass(frozen=True, slots=True)
class TriggerNames:
    """What people call the groups and agents that actions name by number."""

    groups: Mapping[int, str] = field(default_factory=dict)
    agents: Mapping[int, str] = field(default_factory=dict)


def trigger_words(trigger: Trigger, names: TriggerNames) -> str:
    conditions = " and ".join(_condition(condition) for condition in trigger.conditions)
    actions = " and ".join(_action(action, names) for action in trigger.actions)
    wanted = f" if {conditions}" if conditions else ""
    return f"when {trigger.occasion}{wanted} then {actions}{' stop' if trigger.stops else ''}"


def _condition(condition: Condition) -> str:
    values = " or ".join(spelled(value) for value in condition.values)
    return f"{spelled(condition.subject)} {condition.test} {values}"


def _action(action: Action, names: TriggerNames) -> str:
    return f"{action.verb} {target_words(action, names)}".rstrip()


def target_words(action: Action, names: TriggerNames) -> str:
    match action.verb:
        case Verb.GROUP | Verb.NOTIFY_GROUP:
            return spelled(names.groups.get(int(action.target), f"({action.target})"))
        case Verb.AGENT | Verb.NOTIFY_AGENT:
            return spelled(names.agents.get(int(action.target), f"({action.target})"))
        case Verb.CHANNEL:
            return f"<#{action.target.partition(':')[2]}>"
        case _other:
            return action.target


def spelled(value: str) -> str:
    """A value so that it is read back as one."""
    if _PLAIN.fullmatch(value) and value.casefold() not in _JOINING:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
