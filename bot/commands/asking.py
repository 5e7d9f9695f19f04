"""The form of a command, and how it is read when it comes back.

What the form is about travels in its token: the name of the act that opened it (so that a form sent twice is one act)
and the values that are fixed. A platform hands tokens back unchanged; role and values are looked at again all the same.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands.command import Command, parameters
from bot.commands.parameters import Reader
from bot.commands.reading import line
from bot.views.acts import MOST_WORDS
from bot.views.form import Form

COMMAND_FORM = "command:"
_TITLE = 24
_LONGEST_TOKEN = 2900  # what Slack carries is 3,000


@dataclass(frozen=True, slots=True)
class Token:
    key: str
    fixed: Mapping[str, str]

    def encode(self) -> str:
        return json.dumps([self.key, dict(self.fixed)], ensure_ascii=False, separators=(",", ":"))


def decode_token(text: str) -> Token | None:
    try:
        key, fixed = json.loads(text)
    except ValueError:
        return None
    if not isinstance(key, str) or not isinstance(fixed, dict):
        return None
    return Token(key, {str(name): value for name, value in fixed.items() if isinstance(value, str)})


def form_of(
    command: type[Command], given: Mapping[str, str], errors: Mapping[str, str], by: Reader, *, key: str
) -> Form:
    """Ask for all that a command takes, with what is given filled in. Raises `Refused` when it cannot be asked for."""
    _ = by.texts
    fixed = {
        one.name: given[one.name]
        for one in parameters(command)
        if one.kind.fixed and one.name in given and one.name not in errors
    }
    filled = {**command.present(given, by), **given}
    about = command.about
    title = _.told(about.title) or _.told(about.says)
    again = line(command, given)
    token = Token(key, fixed).encode()
    fields = [
        one.kind.field(one.name, filled.get(one.name, ""), by, required=one.required)
        for one in parameters(command)
        if one.name not in fixed
    ]
    names = {field.name for field in fields}
    # What is wrong with something that this form does not ask for concerns it as a whole.
    shown = {(name if name in names else ""): error for name, error in errors.items()}
    return Form(
        name=f"{COMMAND_FORM}{about.name}",
        token=token if len(token) <= _LONGEST_TOKEN else Token(key, {}).encode(),
        title=title if len(title) <= _TITLE else _("RelayDesk"),
        intro=command.intro(filled, by),
        fields=tuple(fields),
        submit=_.told(about.submit) or _("Save"),
        cancel=_("Cancel"),
        errors=shown,
        again=again if len(again) <= MOST_WORDS else about.name,
    )


def entered(command: type[Command], token: Token, values: Mapping[str, str]) -> dict[str, str]:
    """What a form holds, as a person would have typed it. What is optional and empty is not given."""
    given = dict(token.fixed)
    for parameter in parameters(command):
        value = parameter.kind.typed(values.get(parameter.name, ""))
        if parameter.name in values and (value.strip() or parameter.required):
            given[parameter.name] = value
    return given
