"""Which command was typed, and what it was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.commands.command import Command, Parameter, parameters
from bot.commands.grammar import Words, spelled, words
from bot.commands.nearest import nearest
from bot.commands.parameters import Reader, Wrong

_MOST_NAME = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A command and what was typed behind it, word by word and not yet looked at; `errors` by parameter."""

    command: type[Command]
    given: Mapping[str, str] = field(repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command begins so. `near` is the one that was probably meant; `beginning` are those that begin with the first
    word, if it is one (`site` of `site add` and `site set`)."""

    near: type[Command] | None
    beginning: tuple[type[Command], ...] = ()


def command_of(typed: Words, table: Sequence[type[Command]]) -> tuple[type[Command], int] | None:
    """The command with the longest name that the words begin with, and of how many words the name is."""
    names = {command.about.name: command for command in table}
    said = [word.value.casefold() if not (word.quoted or word.key) else "" for word in typed.words[:_MOST_NAME]]
    for length in range(len(said), 0, -1):
        found = names.get(" ".join(said[:length]))
        if found is not None:
            return found, length
    return None


def unknown(typed: Words, table: Sequence[type[Command]]) -> Unknown:
    said = [word.value.casefold() for word in typed.words[:_MOST_NAME]]
    shown = [command for command in table if not command.about.hidden]
    beginning = tuple(command for command in shown if said and command.about.name.split()[0] == said[0])
    known = {command.about.name: command for command in shown}
    for length in range(len(said), 0, -1):
        alike = [name for name in known if len(name.split()) == length]
        if found := nearest(" ".join(said[:length]), alike):
            return Unknown(known[found], beginning)
    return Unknown(None, beginning)


def asked(text: str, table: Sequence[type[Command]], by: Reader) -> Asked | Unknown:
    """Read what was typed behind the platform's own command."""
    typed = words(text)
    found = command_of(typed, table)
    if found is None:
        return unknown(typed, table)
    command, length = found
    return _given(command, typed, length, by)


def _given(command: type[Command], typed: Words, length: int, by: Reader) -> Asked:
    _ = by.texts
    known = {parameter.name: parameter for parameter in parameters(command)}
    places = [parameter for parameter in parameters(command) if parameter.by_place]
    given: dict[str, str] = {}
    errors: dict[str, str] = {"": _("A quotation mark is not closed.")} if typed.unclosed else {}
    at = length
    while at < len(typed.words):
        word = typed.words[at]
        at += 1
        if word.key in known and not known[word.key].kind.secret:
            given[word.key] = word.value
            continue
        named = None if word.quoted else known.get(word.value.casefold().replace("-", "_"))
        if named is not None and not (named.by_place or named.kind.secret) and at < len(typed.words):
            given[named.name] = typed.words[at].value
            at += 1
            continue
        place = next((parameter for parameter in places if parameter.name not in given), None)
        if place is None:
            errors[""] = _too_much(word.key, tuple(known), by)
        elif place.kind.sentence:
            errors.pop("", None)
            given[place.name] = typed.rest(at - 1)
            break
        else:
            given[place.name] = f"{word.key}={word.value}" if word.key else word.value
    return Asked(command, given, errors)


def _too_much(key: str, known: Sequence[str], by: Reader) -> str:
    """Never repeats what was typed: it may be what nobody is to read."""
    _ = by.texts
    near = nearest(key, known) if key else ""
    if near:
        return _("There is no such setting. Did you mean {near}?", near=near.replace("_", "-"))
    return _("There is more behind the command than it takes. Put what holds blanks into quotation marks.")


def read(command: type[Command], given: Mapping[str, str], by: Reader) -> tuple[dict[str, object], dict[str, str]]:
    """The values of a command, and what is wrong with them by parameter; what is missing is in neither."""
    values: dict[str, object] = {}
    errors: dict[str, str] = {}
    for parameter in parameters(command):
        word = given.get(parameter.name)
        if word is None or (not word.strip() and not parameter.required):
            continue
        try:
            values[parameter.name] = parameter.kind.read(word, by)
        except Wrong as wrong:
            errors[parameter.name] = str(wrong)
    return values, errors


def missing(command: type[Command], given: Mapping[str, str]) -> tuple[Parameter, ...]:
    return tuple(one for one in parameters(command) if one.required and one.name not in given)


def line(command: type[Command], given: Mapping[str, str]) -> str:
    """The words that ask for a command with these values; secrets are left away."""
    said = [command.about.name]
    in_order = True
    for parameter in parameters(command):
        value = given.get(parameter.name)
        if parameter.kind.secret or value is None:
            in_order = in_order and not parameter.by_place
            continue
        if parameter.kind.sentence:
            said.append(value)
        else:
            by_key = not (parameter.by_place and in_order) or _is_a_key(command, value)
            said.append(spelled(value, parameter.name if by_key else ""))
    return " ".join(said)


def _is_a_key(command: type[Command], value: str) -> bool:
    return value.casefold().replace("-", "_") in {parameter.name for parameter in parameters(command)}
