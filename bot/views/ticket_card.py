"""The ticket card (features 4.0): what is shown, in this order, on every platform."""

from dataclasses import dataclass
from enum import StrEnum

from bot.i18n.pieces import Line
from bot.views.acts import Button
from bot.views.order_panel import OrderPanel


class Tone(StrEnum):
    """What a colour or a mark should say; each platform has its own."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    WAITING = "waiting"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Badge:
    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the program's own under the facts: what became of a reply, a warning, what is pending."""

    line: Line
    tone: Tone
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class BuyerWords:
    """`heading` names buyer and time. `text` is hostile: shown letter by letter. `shortened` says that the whole
    stands in the thread."""

    heading: Line
    text: str
    shortened: bool


@dataclass(frozen=True, slots=True)
class TicketCard:
    """`summary` is what notifications and screen readers say: number, status and what to do, never buyer text."""

    number: str
    source: str
    title: str
    summary: str
    status: Badge
    priority: Badge
    context: tuple[str, ...]  # seller and site, account, group, assignee
    due: Line
    remarks: tuple[Remark, ...]
    words: BuyerWords
    order: OrderPanel | None
    order_remark: Line  # in place of the order: pre-sale question, pending, unknown
    buttons: tuple[Button, ...]  # at most three
    overflow: tuple[Button, ...]
    fields: Line = ()  # frozen at the ticket's creation, apart from the live order
