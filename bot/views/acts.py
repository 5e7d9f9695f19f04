"""What can be pressed. An act carries ids only: the server looks again at role and state when it comes back."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.events import TicketId

_MOST_CHARACTERS = 75  # Feishu and Slack take far more; ids never need it
# What the entry of a Slack menu takes is the tightest: 150 characters.
MOST_WORDS = 140
_RUN = "run:"
_MOST_DIGITS = 18  # what every database keeps as one number


class ActName(StrEnum):
    REPLY = "reply"
    TAKE = "take"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    NOTE = "note"
    PRIORITY = "priority"
    ASSIGN = "assign"
    JUNK = "junk"
    RESTORE = "restore"
    SHOW_RECIPIENT = "show_recipient"
    ORDER_DETAILS = "order_details"
    WHOLE_LETTER = "whole_letter"
    VIEW_REPLY = "view_reply"
    TRY_AGAIN = "try_again"
    IT_ARRIVED = "it_arrived"
    IT_DID_NOT_ARRIVE = "it_did_not_arrive"
    SEND_TO_BUYER = "send_to_buyer"
    DISMISS = "dismiss"
    HISTORY = "history"
    WHY_HERE = "why_here"
    OPEN = "open"
    FIELDS = "fields"
    APPROVE_ADDRESS = "approve_address"


@dataclass(frozen=True, slots=True)
class Act:
    """`about` is the id of the reply, letter or offered message concerned, as the act's name says."""

    name: ActName
    ticket: TicketId
    about: str = ""

    def encode(self) -> str:
        return f"{self.name}:{self.ticket}:{self.about}"


@dataclass(frozen=True, slots=True)
class Run:
    """Runs a command, in words that a person could have typed: whatever can be pressed can be typed too.

    Longer than `MOST_WORDS` raises ValueError: name things by their ids, people may have called them anything.
    """

    words: str

    def __post_init__(self) -> None:
        if len(self.words) > MOST_WORDS:
            raise ValueError(f"a button holds {MOST_WORDS} characters")

    @property
    def name(self) -> str:
        return "run"

    def encode(self) -> str:
        return f"{_RUN}{self.words}"


def decode_act(text: str) -> Act | Run | None:
    """Read an act back; None for anything that `encode` cannot have written."""
    if text.startswith(_RUN):
        return Run(text.removeprefix(_RUN)) if len(text) <= MOST_WORDS + len(_RUN) else None
    if len(text) > _MOST_CHARACTERS:
        return None
    name, _, rest = text.partition(":")
    ticket, _, about = rest.partition(":")
    number = id_from(ticket)
    if name not in list(ActName) or number is None:
        return None
    return Act(ActName(name), TicketId(number), about)


def id_from(text: str) -> int | None:
    """Read an id back that went through a chat; None for anything else, however long it is."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Confirm:
    title: str
    text: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    act: Act | Run
    style: Style = Style.PLAIN
    confirm: Confirm | None = None
