"""Where tickets and all that hangs on them are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.events import TicketEvent, TicketId
from bot.domain.letters import LetterId
from bot.domain.orders import Order
from bot.domain.people import AgentId
from bot.domain.replies import Reply, ReplyId
from bot.domain.sites import MailAccountId, SiteId
from bot.domain.tickets import Inquiry, InquiryId, Note, Ticket


class TicketsReading(Protocol):
    def get(self, ticket: TicketId) -> Ticket: ...

    def find(self, ticket: TicketId) -> Ticket | None: ...

    def by_thread(self, sites: Sequence[SiteId], thread_key: str) -> Ticket | None:
        """The newest ticket with this key in any of the sites."""
        ...

    def by_order(self, sites: Sequence[SiteId], order_id: str) -> Ticket | None: ...

    def awaiting_order(self, opened_since: datetime) -> tuple[Ticket, ...]:
        """Tickets whose order is pending."""
        ...

    def newest_with_order(self) -> Ticket | None:
        """The one filed last, by its number, among those whose order is known."""
        ...


class Tickets(TicketsReading, Protocol):
    def add(self, ticket: Ticket) -> Ticket:
        """Keep a new ticket under the next number; the given id is ignored. Raises `ThreadTaken` when the site
        already has a ticket with this key; the unit of work stays usable."""
        ...

    def save(self, ticket: Ticket) -> None:
        """Save version n as n + 1. Raises `VersionConflict` when somebody else saved version n first."""
        ...


class EventsReading(Protocol):
    def of_ticket(self, ticket: TicketId) -> tuple[TicketEvent, ...]: ...

    def tickets_since(self, at: datetime) -> tuple[TicketId, ...]:
        """Tickets to which something has happened since then, by number."""
        ...


class Events(EventsReading, Protocol):
    def add(self, events: Sequence[TicketEvent]) -> None: ...


class InquiriesReading(Protocol):
    def of_ticket(self, ticket: TicketId) -> tuple[Inquiry, ...]:
        """In order of receipt."""
        ...

    def open_in(self, mailbox: MailAccountId) -> tuple[tuple[Inquiry, str], ...]:
        """Those whose clock runs, each with the Message-ID of its letter, which may be empty."""
        ...


class Inquiries(InquiriesReading, Protocol):
    def add(self, inquiry: Inquiry) -> Inquiry: ...

    def answer(self, ticket: TicketId, up_to: LetterId, reply: ReplyId, at: datetime) -> int:
        """Stop the clocks of open inquiries whose letters were filed no later than `up_to`; returns how many.

        By the order of filing, not of receipt: a letter that was found in the junk folder while an agent was typing
        may have been received long before, and nobody has seen it yet.
        """
        ...

    def answered_elsewhere(self, inquiry: InquiryId, at: datetime) -> bool:
        """Stop a clock without a reply that is known here; False when it does not run any more."""
        ...

    def reopen(self, reply: ReplyId) -> int:
        """Start those clocks again that this reply had stopped, with their original deadlines."""
        ...


class RepliesReading(Protocol):
    def get(self, reply: ReplyId) -> Reply: ...

    def of_ticket(self, ticket: TicketId) -> tuple[Reply, ...]: ...

    def by_token(self, ticket: TicketId, token: str) -> Reply | None: ...

    def by_message_ids(self, mailbox: MailAccountId, message_ids: Sequence[str]) -> tuple[Reply, ...]: ...

    def unsettled(self) -> tuple[Reply, ...]:
        """Replies that are queued, sending or uncertain, oldest first."""
        ...

    def failed(self) -> tuple[Reply, ...]:
        """Replies that were not sent and wait for a person, oldest first."""
        ...


class Replies(RepliesReading, Protocol):
    def add(self, reply: Reply) -> Reply:
        """Keep a new reply under an id of its own; the given one is ignored. Raises `TokenTaken`."""
        ...

    def save(self, reply: Reply) -> None: ...


class NotesReading(Protocol):
    def of_ticket(self, ticket: TicketId) -> tuple[Note, ...]: ...


class Notes(NotesReading, Protocol):
    def add(self, ticket: TicketId, author: AgentId, text: str, at: datetime) -> Note: ...


class OrdersReading(Protocol):
    def get(self, site: SiteId, customer_order_id: str) -> Order | None: ...


class Orders(OrdersReading, Protocol):
    def put(self, site: SiteId, order: Order) -> None:
        """Keep the newest snapshot; one fetched earlier than the kept one is dropped."""
        ...
