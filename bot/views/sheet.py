"""Something to read that does not fit on a card: order details, a sent reply with its proof, a history."""

from dataclasses import dataclass

from bot.i18n.pieces import Line


@dataclass(frozen=True, slots=True)
class SheetPart:
    """`quoted` is somebody's text, shown letter by letter under the lines."""

    heading: str
    lines: tuple[Line, ...] = ()
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str  # at most 24 characters
    parts: tuple[SheetPart, ...]
