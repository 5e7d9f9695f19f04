"""How tickets are found in lists. Every question is answered from an index, or from a bounded window."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.events import TicketId
from bot.domain.finding import Listed, Queue
from bot.domain.people import AgentId, GroupId
from bot.domain.tickets import Source, Ticket


class Finding(Protocol):
    """Reads only; a unit of work and a snapshot offer the same."""

    def in_queue(self, queue: Queue, agent: AgentId, source: Source, since: datetime, skip: int) -> Sequence[Listed]:
        """Up to `PAGE` and one more, so that a reader sees whether there are more. `agent` is whose *mine* is; `since`
        bounds the junk list."""
        ...

    def about_order(self, order_id: str, source: Source, skip: int) -> Sequence[Listed]:
        """Newest first, solved ones and junk too."""
        ...

    def with_word(self, word: str, source: Source, skip: int) -> Sequence[Listed]:
        """Among the newest `WORD_WINDOW` tickets, newest first: title, item, buyer's name and messages."""
        ...

    def newest(self, most: int) -> tuple[TicketId, ...]: ...

    def of_group(self, group: GroupId) -> int:
        """How many tickets of the group are still worked on."""
        ...

    def of_agent(self, agent: AgentId) -> tuple[Ticket, ...]:
        """What is assigned to the agent and still worked on."""
        ...
