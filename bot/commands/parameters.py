"""What a command can be given: one kind of parameter for each kind of value. A kind reads what was typed or chosen, and
says what stands for it in a form and in the help.

Kinds are written into a command's annotations: `seller_name: Annotated[str, Text(_("Seller name"))]`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.commands.kinds import Kind as Kind
from bot.commands.kinds import Reader as Reader
from bot.commands.kinds import Wrong as Wrong
from bot.commands.nearest import nearest
from bot.domain.people import ChatUser
from bot.domain.sites import Channel
from bot.i18n import Texts
from bot.ports.store import Snapshot
from bot.ports.vault import Secret as SecretValue
from bot.views.form import ChannelField, Choice, ChoiceField, Field, PersonField, SecretField, TextField

_ON = frozenset({"on", "yes", "true", "1", "y", "an", "ja", "开", "是"})
_OFF = frozenset({"off", "no", "false", "0", "n", "aus", "nein", "关", "否"})
_CHANNEL = re.compile(r"<#([A-Za-z0-9_-]{1,80})(?:\|[^<>]*)?>")
_PERSON = re.compile(r"<@([A-Za-z0-9_-]{1,80})(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """A `str`, without blanks around it; never empty where it is given."""

    most: int = 200
    long: bool = False

    def read(self, word: str, by: Reader) -> object:
        kept = word.strip()
        if not kept:
            raise Wrong(by.texts("This must not be empty."))
        if len(kept) > self.most:
            raise Wrong(by.texts("This is too long: {most} characters are the most.", most=self.most))
        return kept

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        _ = by.texts
        return TextField(name, _.told(self.label), value, _.told(self.hint), self.long, required, self.most)


@dataclass(frozen=True, slots=True)
class Sentence(Text):
    """A `str`: all words that follow, as they were typed."""

    sentence = True

    def shown(self, name: str) -> str:
        return f"<{name.replace('_', '-')} …>"


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """An `int`."""

    least: int = 0
    most: int = 1_000_000

    def read(self, word: str, by: Reader) -> object:
        text = word.strip()
        sound = re.fullmatch(r"-?[0-9]{1,15}", text)
        if sound is None or not self.least <= int(text) <= self.most:
            raise Wrong(by.texts("Give a whole number from {least} to {most}.", least=self.least, most=self.most))
        return int(text)

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        _ = by.texts
        return TextField(name, _.told(self.label), value, _.told(self.hint), required=required, most=20)


@dataclass(frozen=True, slots=True)
class Day(Kind):
    """A `date`, typed as 2026-11-30."""

    def read(self, word: str, by: Reader) -> object:
        try:
            return date.fromisoformat(word.strip())
        except ValueError:
            raise Wrong(by.texts("Give a day like 2026-11-30.")) from None

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        _ = by.texts
        return TextField(name, _.told(self.label), value, _.told(self.hint), required=required, most=20)


@dataclass(frozen=True, slots=True)
class Switch(Kind):
    """A `bool`, typed as on or off."""

    def read(self, word: str, by: Reader) -> object:
        text = word.strip().casefold()
        if text in _ON:
            return True
        if text in _OFF:
            return False
        raise Wrong(by.texts("Say on or off."))

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        _ = by.texts
        word = value.casefold()
        chosen = "on" if word in _ON else "off" if word in _OFF else ""
        choices = (Choice("on", _("On")), Choice("off", _("Off")))
        return ChoiceField(name, _.told(self.label), choices, chosen, _.told(self.hint), required)

    def shown(self, name: str) -> str:
        del name
        return "on|off"


Choices = Callable[[Snapshot, Texts], tuple[Choice, ...]]


@dataclass(frozen=True, slots=True)
class OneOf(Kind):
    """The `value` of one of the choices that there are now, typed as its value or its label. Of sites, mailboxes,
    fields and the like make the value the id, and the label what people call it.

    With `none` (a marked text) there may be no choice at all, and it says what to do first.
    """

    choices: Choices = lambda _records, _texts: ()
    none: str = ""

    def read(self, word: str, by: Reader) -> object:
        choices = self.choices(by.records, by.texts)
        wanted = word.strip().casefold()
        by_value = [choice for choice in choices if choice.value.casefold() == wanted]
        by_label = [choice for choice in choices if choice.label.casefold() == wanted]
        for found in (by_value, by_label):
            if len(found) == 1:
                return found[0].value
        raise Wrong(self._told(choices, wanted, by.texts))

    def _told(self, choices: tuple[Choice, ...], wanted: str, _: Texts) -> str:
        if not choices:
            return _.told(self.none) or _("There is none yet.")
        if len([choice for choice in choices if choice.label.casefold() == wanted]) > 1:
            return _("Several are called so; choose one of them.")
        near = nearest(wanted, [choice.label for choice in choices])
        if near:
            return _("There is none of this name. Did you mean {near}?", near=near)
        return _("There is none of this name; choose one of those that there are.")

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        choices = self.choices(by.records, by.texts)
        wanted = value.casefold()
        chosen = next((one.value for one in choices if wanted in {one.value.casefold(), one.label.casefold()}), "")
        _ = by.texts
        if not choices:
            hint = _.told(self.none) or _("There is none yet.")
            return TextField(name, _.told(self.label), value, hint, required=required, most=200)
        return ChoiceField(name, _.told(self.label), choices, chosen, _.told(self.hint), required)


@dataclass(frozen=True, slots=True)
class WordOf(Kind):
    """A member of a `StrEnum`, typed as its value; `labels` are marked texts by value, else the value itself."""

    members: type[StrEnum] = StrEnum
    labels: tuple[tuple[str, str], ...] = ()

    def read(self, word: str, by: Reader) -> object:
        wanted = word.strip().casefold()
        for member in self.members:
            if wanted in {member.value.casefold(), self._label(member, by.texts).casefold()}:
                return member
        raise Wrong(by.texts("Choose one of these: {choices}", choices=", ".join(self.members)))

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        _ = by.texts
        choices = tuple(Choice(member.value, self._label(member, _)) for member in self.members)
        chosen = next((choice.value for choice in choices if choice.value.casefold() == value.casefold()), "")
        return ChoiceField(name, _.told(self.label), choices, chosen, _.told(self.hint), required)

    def _label(self, member: StrEnum, _: Texts) -> str:
        return _.told(dict(self.labels).get(member.value, member.value))

    def shown(self, name: str) -> str:
        del name
        return "|".join(self.members)


@dataclass(frozen=True, slots=True)
class Secret(Kind):
    """A `bot.ports.vault.Secret`; a form asks for it, and nothing that is typed behind a command is taken for one."""

    most: int = 1000

    secret = True

    def read(self, word: str, by: Reader) -> object:
        if not word.strip():
            raise Wrong(by.texts("This must not be empty."))
        return SecretValue(word.strip())

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        del value
        return SecretField(name, by.texts.told(self.label), by.texts.told(self.hint), required)


@dataclass(frozen=True, slots=True)
class InChannel(Kind):
    """A `Channel`, or with `several` a tuple of them, typed as the chat writes them when one is picked after `#`."""

    several: bool = False

    def read(self, word: str, by: Reader) -> object:
        found = [Channel(by.platform, identity) for identity in _CHANNEL.findall(word)]
        if not found or _CHANNEL.sub("", word).strip(" ,") or (len(found) > 1 and not self.several):
            raise Wrong(
                by.texts("Type # and pick the channel from the chat's list; a private one: invite the bot first.")
            )
        return tuple(dict.fromkeys(found)) if self.several else found[0]

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        _ = by.texts
        known = " ".join(_CHANNEL.findall(value))
        return ChannelField(name, _.told(self.label), known, _.told(self.hint), required, self.several)

    def typed(self, value: str) -> str:
        return " ".join(f"<#{identity}>" for identity in value.split())

    def shown(self, name: str) -> str:
        del name
        return "#channel"


@dataclass(frozen=True, slots=True)
class Someone(Kind):
    """A `ChatUser`, or with `several` a tuple of them, typed as a mention."""

    several: bool = False

    def read(self, word: str, by: Reader) -> object:
        found = [ChatUser(by.platform, identity) for identity in _PERSON.findall(word)]
        if not found or _PERSON.sub("", word).strip(" ,") or (len(found) > 1 and not self.several):
            raise Wrong(by.texts("Type @ and pick the person from the chat's list."))
        return tuple(dict.fromkeys(found)) if self.several else found[0]

    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field:
        _ = by.texts
        known = " ".join(_PERSON.findall(value))
        return PersonField(name, _.told(self.label), known, _.told(self.hint), required, self.several)

    def typed(self, value: str) -> str:
        return " ".join(f"<@{identity}>" for identity in value.split())

    def shown(self, name: str) -> str:
        del name
        return "@person"
