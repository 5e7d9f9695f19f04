"""A ticket with everything that hangs on it, as one consistent reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.fields import FieldValue
from bot.domain.orders import Order
from bot.domain.people import AgentId, Group
from bot.domain.replies import Reply, ReplyState
from bot.domain.sites import Docked, Site
from bot.domain.tickets import Inquiry, Letter, Note, Ticket

# A reply in one of these states has left, may have left, or is about to leave.
LEAVING = frozenset({ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT, ReplyState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Conversation:
    """Letters and inquiries in order of receipt, replies and notes in order of writing. `names` are the agents'.
    `rivals` are the sites that the ticket might belong to instead, while nothing settles it."""

    ticket: Ticket
    docked: Docked
    letters: tuple[Letter, ...]
    inquiries: tuple[Inquiry, ...]
    replies: tuple[Reply, ...]
    notes: tuple[Note, ...]
    order: Order | None
    names: Mapping[AgentId, str]
    rivals: tuple[Site, ...] = ()
    group: Group | None = None
    fields: tuple[FieldValue, ...] = ()
    category: tuple[str, ...] = ()  # the names that lead to it, its own at the end

    @property
    def visible_fields(self) -> tuple[FieldValue, ...]:
        return tuple(value for value in self.fields if value.visible)

    @property
    def originals(self) -> tuple[Letter, ...]:
        """The buyer's letters without second copies."""
        return tuple(letter for letter in self.letters if letter.repeat_of is None)

    @property
    def first_letter(self) -> Letter:
        return self.originals[0]

    @property
    def newest_letter(self) -> Letter:
        return self.originals[-1]

    @property
    def due_at(self) -> datetime | None:
        """When the oldest unanswered inquiry must have been answered; None in junk, where nothing is due."""
        if self.ticket.junked_at is not None:
            return None
        return min((inquiry.due_at for inquiry in self.inquiries if inquiry.answered_at is None), default=None)

    @property
    def newest_public_reply(self) -> Reply | None:
        """The last one that left, may have left or is about to leave."""
        return next((reply for reply in reversed(self.replies) if reply.state in LEAVING), None)

    def name(self, agent: AgentId) -> str:
        return self.names[agent]
