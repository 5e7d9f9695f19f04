"""Text as a view holds it: words, emphasis, and instants that each platform shows in the reader's own zone."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Plain:
    """Shown letter by letter: nothing in it is ever a mention, a link, an emoji or markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Our own links and carriers' tracking pages; `url` is http(s) and never a buyer's."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class When:
    """An instant, drawn absolute in the reader's zone. `day_only` leaves the time away."""

    at: datetime
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A person of the chat, drawn with the name that the platform knows; `text` stands for it elsewhere."""

    user: str
    text: str


Piece: TypeAlias = Plain | Strong | Link | When | Mention
Line: TypeAlias = tuple[Piece, ...]


def plain(line: Line) -> str:
    """The words of a line, instants in UTC: for notifications, logs of tests, and platforms' fallbacks."""
    return "".join(_word(piece) for piece in line)


def _word(piece: Piece) -> str:
    if isinstance(piece, When):
        return piece.at.strftime("%Y-%m-%d" if piece.day_only else "%Y-%m-%d %H:%M UTC")
    return piece.text
