"""A form, neutral of platform. It is never changed while somebody types in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    required: bool = True


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


@dataclass(frozen=True, slots=True)
class SecretField:
    """A password or a key: never filled in, however often the form is shown."""

    name: str
    label: str
    hint: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class ChannelField:
    """Channels of the platform by their ids, parted by blanks; public and private ones."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = True
    several: bool = False


@dataclass(frozen=True, slots=True)
class PersonField:
    """People of the platform by their ids, parted by blanks."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = True
    several: bool = False


Field: TypeAlias = TextField | ChoiceField | ToggleField | FileField | SecretField | ChannelField | PersonField


@dataclass(frozen=True, slots=True)
class Form:
    """`name` says which use case takes it; `token` comes back with it and holds no meaning for the platform.

    `intro` is ours; `quoted` is somebody's text (the message that is being answered), shown letter by letter.
    `errors` are shown by field when a form is opened that was filled in wrongly before; the empty name stands for the
    form as a whole. `again` is the command that opens it once more, for where it could not be shown.
    """

    name: str
    token: str
    title: str  # at most 24 characters
    intro: tuple[Line, ...]
    fields: tuple[Field, ...]
    submit: str
    cancel: str
    quoted: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    again: str = ""
