"""How the parts of a trigger lie in one text column each."""

from collections.abc import Sequence

from bot.domain.json import Json
from bot.domain.triggers import Action, Comparison, Condition, Matched, Verb
from storage.columns import JsonText


def conditions() -> JsonText[tuple[Condition, ...]]:
    return JsonText(_conditions, _load_conditions)


def actions() -> JsonText[tuple[Action, ...]]:
    return JsonText(_actions, _load_actions)


def matched() -> JsonText[tuple[Matched, ...]]:
    return JsonText(_matched, _load_matched)


def _conditions(value: tuple[Condition, ...]) -> Json:
    return [[condition.subject, condition.test.value, list(condition.values)] for condition in value]


def _load_conditions(value: Sequence[tuple[str, str, Sequence[str]]]) -> tuple[Condition, ...]:
    return tuple(Condition(subject, Comparison(test), tuple(values)) for subject, test, values in value)


def _actions(value: tuple[Action, ...]) -> Json:
    return [[action.verb.value, action.target] for action in value]


def _load_actions(value: Sequence[tuple[str, str]]) -> tuple[Action, ...]:
    return tuple(Action(Verb(verb), target) for verb, target in value)


def _matched(value: tuple[Matched, ...]) -> Json:
    return [[each.subject, each.value] for each in value]


def _load_matched(value: Sequence[tuple[str, str]]) -> tuple[Matched, ...]:
    return tuple(Matched(subject, text) for subject, text in value)
