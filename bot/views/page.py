"""A page of settings: rows that are read and clicked, brought up to date in place. A platform shows it as a modal, as a
card, or as the bot's home."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.i18n.pieces import Line
from bot.views.acts import Button, Run


@dataclass(frozen=True, slots=True)
class Toggle:
    """A switch and how it stands; pressing it runs `act`, which switches it over. `label` says what it switches."""

    label: str
    on: bool
    act: Run


@dataclass(frozen=True, slots=True)
class MenuEntry:
    label: str
    act: Run


@dataclass(frozen=True, slots=True)
class Menu:
    """A choice among at most 100; choosing an entry runs its act. `chosen` is the entry that holds now, if any."""

    label: str
    entries: tuple[MenuEntry, ...]
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class LinkButton:
    """Opens a page of somebody else's in the browser; `url` is https and our own choice."""

    label: str
    url: str


Control: TypeAlias = Button | Toggle | Menu | LinkButton


@dataclass(frozen=True, slots=True)
class Row:
    """`title` is what the row is about; at most five controls."""

    title: str
    lines: tuple[Line, ...] = ()
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Pages of one `name` replace each other where they stand: answer a button of the page with the page as it is now,
    and it is brought up to date in place. A page of another name opens above it.

    `again` is the command that shows it once more, for where it could not be shown. A page holds at most 45 rows;
    turn longer lists with `bot.commands.paging`.
    """

    name: str
    title: str  # at most 24 characters
    intro: tuple[Line, ...] = ()
    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()
    again: str = ""
