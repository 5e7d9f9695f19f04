"""The small language in which the rules for blocks are written: a check looks at a value and notes problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from integrations.simulator.slack.json_values import JsonObject


@dataclass(frozen=True, slots=True)
class Problem:
    message: str
    pointer: str

    def as_text(self) -> str:
        """The form in which Slack puts it into `response_metadata.messages`."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Problems:
    found: list[Problem] = field(default_factory=list)

    def note(self, message: str, pointer: str) -> None:
        self.found.append(Problem(message, pointer))


Check = Callable[[object, str, Problems], None]


def text(most: int, *, least: int = 1) -> Check:
    """A JSON text of `least` to `most` characters; Slack refuses an empty one nearly everywhere."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.note("must be a string", pointer)
        elif len(value) < least:
            problems.note(f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            problems.note(f"must be less than {most + 1} characters", pointer)

    return check


def boolean(value: object, pointer: str, problems: Problems) -> None:
    if not isinstance(value, bool):
        problems.note("must be a boolean", pointer)


def anything(value: object, pointer: str, problems: Problems) -> None:
    """Accept what the stand-in has no rule for."""


def whole_number(least: int, most: int) -> Check:
    def check(value: object, pointer: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            problems.note("must be an integer", pointer)
        elif not least <= value <= most:
            problems.note(f"must be between {least} and {most}", pointer)

    return check


def number(value: object, pointer: str, problems: Problems) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        problems.note("must be a number", pointer)


def one_of(*allowed: object) -> Check:
    def check(value: object, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            listed = ", ".join(str(entry) for entry in allowed)
            problems.note(f"must be one of: {listed}", pointer)

    return check


def items(entry: Check, most: int, *, least: int = 1) -> Check:
    """A JSON list of `least` to `most` entries."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.note("must be an array", pointer)
            return
        if len(value) > most:
            problems.note(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            problems.note(f"no less than {least} items allowed", pointer)
        for position, found in enumerate(value):
            entry(found, f"{pointer}/{position}", problems)

    return check


Rule = Callable[[JsonObject, str, Problems], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: which properties it must and may have, and rules over several of them. No other property is known."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def __call__(self, value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.note("must be an object", pointer)
            return
        for name in self.required:
            if value.get(name) is None:
                problems.note(f"missing required field: {name}", pointer)
        for name, found in value.items():
            check = self.required.get(name) or self.optional.get(name)
            if name == "type":
                continue
            if check is None:
                problems.note(f"invalid additional property: {name}", pointer)
            elif found is not None:
                check(found, f"{pointer}/{name}", problems)
        for rule in self.rules:
            rule(value, pointer, problems)


def by_type(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of `shapes` it must have."""

    def check(value: object, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.note("must be an object", pointer)
            return
        kind = value.get("type")
        if kind is None:
            problems.note("missing required field: type", pointer)
            return
        shape = shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            problems.note(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            shape(value, pointer, problems)

    return check


def exactly_one(*names: str) -> Rule:
    def rule(value: JsonObject, pointer: str, problems: Problems) -> None:
        if sum(value.get(name) is not None for name in names) != 1:
            problems.note(f"must have exactly one of: {', '.join(names)}", pointer)

    return rule


def at_least_one(*names: str) -> Rule:
    def rule(value: JsonObject, pointer: str, problems: Problems) -> None:
        if all(value.get(name) is None for name in names):
            problems.note(f"must have at least one of: {', '.join(names)}", pointer)

    return rule
