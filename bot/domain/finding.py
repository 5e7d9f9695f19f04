"""Which tickets a list shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.tickets import Ticket

# A list shows so many, and a button for more.
PAGE = 10
# A word is looked for in so many of the newest tickets: reading further back would hold up who is waiting.
WORD_WINDOW = 2_000
# After so long junk is no longer listed; its card still restores it.
JUNK_LISTED = timedelta(days=30)


class Queue(StrEnum):
    """All but junk show what is neither solved nor junk, the next deadline first."""

    MINE = "mine"
    OPEN = "open"
    UNASSIGNED = "unassigned"
    DUE = "due"  # a reply is due
    JUNK = "junk"


@dataclass(frozen=True, slots=True)
class Listed:
    """`due_at` is when the oldest unanswered message must have been answered."""

    ticket: Ticket
    due_at: datetime | None
