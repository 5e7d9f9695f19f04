"""A form, neutral of platform. It is never changed while somebody types in it."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.i18n.pieces import Line


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class TextField:
    """`most` is the largest number of characters taken; a platform that allows fewer in one box says so."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    long: bool = False
    required: bool = True
    most: int = 3000


@dataclass(frozen=True, slots=True)
class ChoiceField:
    name: str
    label: str
    choices: tuple[Choice, ...]
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ToggleField:
    """One thing to tick; its value comes back as `yes` or an empty string."""

    name: str
    label: str
    value: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FileField:
    name: str
    label: str
    most_files: int
    hint: str = ""


Field: TypeAlias = TextField | ChoiceField | ToggleField | FileField


@dataclass(frozen=True, slots=True)
class Form:
    """`name` says which use case takes it; `token` comes back with it and holds no meaning for the platform.

    `intro` is ours; `quoted` is somebody's text (the message that is being answered), shown letter by letter.
    """

    name: str
    token: str
    title: str  # at most 24 characters
    intro: tuple[Line, ...]
    fields: tuple[Field, ...]
    submit: str
    cancel: str
    quoted: str = ""
