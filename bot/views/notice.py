"""Something said to one person, or a plain word of the desk."""

from dataclasses import dataclass

from bot.i18n.pieces import Line
from bot.views.acts import Button
from bot.views.ticket_card import Tone


@dataclass(frozen=True, slots=True)
class Notice:
    """`lines` are ours; `quoted` is somebody's text, shown letter by letter (a preview of what would leave)."""

    tone: Tone
    lines: tuple[Line, ...]
    quoted: str = ""
    buttons: tuple[Button, ...] = ()
