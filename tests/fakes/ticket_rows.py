from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.events import TicketEvent, TicketId
from bot.domain.letters import LetterId
from bot.domain.orders import Order
from bot.domain.people import AgentId
from bot.domain.replies import Reply, ReplyId, ReplyState
from bot.domain.sites import MailAccountId, SiteId
from bot.domain.tickets import Inquiry, InquiryId, Note, NoteId, OrderKnowledge, Ticket
from bot.ports.store import ThreadTaken, TokenTaken
from tests.fakes.tables import FIRST_TICKET, Tables, got, save


class FakeTickets:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, ticket: TicketId) -> Ticket:
        return got(self._tables.tickets, ticket)

    def find(self, ticket: TicketId) -> Ticket | None:
        return self._tables.tickets.get(ticket)

    def by_thread(self, sites: Sequence[SiteId], thread_key: str) -> Ticket | None:
        return self._newest(lambda ticket: ticket.site in sites and ticket.thread_key == thread_key)

    def by_order(self, sites: Sequence[SiteId], order_id: str) -> Ticket | None:
        return self._newest(lambda ticket: ticket.site in sites and ticket.order_id == order_id)

    def awaiting_order(self, opened_since: datetime) -> tuple[Ticket, ...]:
        return tuple(
            ticket
            for ticket in self._tables.tickets.values()
            if ticket.order_knowledge is OrderKnowledge.PENDING and ticket.opened_at >= opened_since
        )

    def newest_with_order(self) -> Ticket | None:
        known = [each for each in self._tables.tickets.values() if each.order_knowledge is OrderKnowledge.KNOWN]
        return max(known, key=lambda ticket: ticket.id, default=None)

    def add(self, ticket: Ticket) -> Ticket:
        if self.by_thread([ticket.site], ticket.thread_key):
            raise ThreadTaken(ticket.thread_key)
        kept = replace(ticket, id=TicketId(self._tables.number("ticket", FIRST_TICKET)))
        self._tables.tickets[kept.id] = kept
        return kept

    def save(self, ticket: Ticket) -> None:
        other = self.by_thread([ticket.site], ticket.thread_key)
        if other and other.id != ticket.id:
            raise ThreadTaken(ticket.thread_key)
        save(self._tables.tickets, ticket)

    def _newest(self, wanted: Callable[[Ticket], bool]) -> Ticket | None:
        return next((ticket for ticket in reversed(self._tables.tickets.values()) if wanted(ticket)), None)


class FakeEvents:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_ticket(self, ticket: TicketId) -> tuple[TicketEvent, ...]:
        return tuple(event for event in self._tables.events.values() if event.ticket == ticket)

    def tickets_since(self, at: datetime) -> tuple[TicketId, ...]:
        return tuple(sorted({event.ticket for event in self._tables.events.values() if event.at >= at}))

    def add(self, events: Sequence[TicketEvent]) -> None:
        for event in events:
            self._tables.events[self._tables.number("event")] = event


class FakeInquiries:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_ticket(self, ticket: TicketId) -> tuple[Inquiry, ...]:
        found = [inquiry for inquiry in self._tables.inquiries.values() if inquiry.ticket == ticket]
        return tuple(sorted(found, key=lambda inquiry: (inquiry.received_at, inquiry.id)))

    def open_in(self, mailbox: MailAccountId) -> tuple[tuple[Inquiry, str], ...]:
        letters = self._tables.letters
        return tuple(
            (inquiry, letters[inquiry.letter].message_id)
            for inquiry in self._tables.inquiries.values()
            if inquiry.answered_at is None
            and self._tables.inbound[letters[inquiry.letter].inbound].mail.mailbox == mailbox
        )

    def answered_elsewhere(self, inquiry: InquiryId, at: datetime) -> bool:
        found = self._tables.inquiries[inquiry]
        if found.answered_at is not None:
            return False
        self._tables.inquiries[inquiry] = replace(found, answered_at=at)
        return True

    def add(self, inquiry: Inquiry) -> Inquiry:
        kept = replace(inquiry, id=InquiryId(self._tables.number("inquiry")))
        self._tables.inquiries[kept.id] = kept
        return kept

    def answer(self, ticket: TicketId, up_to: LetterId, reply: ReplyId, at: datetime) -> int:
        stopped = [
            inquiry for inquiry in self.of_ticket(ticket) if inquiry.answered_at is None and inquiry.letter <= up_to
        ]
        for inquiry in stopped:
            self._tables.inquiries[inquiry.id] = replace(inquiry, answered_at=at, answered_by=reply)
        return len(stopped)

    def reopen(self, reply: ReplyId) -> int:
        stopped = [inquiry for inquiry in self._tables.inquiries.values() if inquiry.answered_by == reply]
        for inquiry in stopped:
            self._tables.inquiries[inquiry.id] = replace(inquiry, answered_at=None, answered_by=None)
        return len(stopped)


class FakeReplies:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, reply: ReplyId) -> Reply:
        return got(self._tables.replies, reply)

    def of_ticket(self, ticket: TicketId) -> tuple[Reply, ...]:
        return tuple(reply for reply in self._tables.replies.values() if reply.ticket == ticket)

    def by_token(self, ticket: TicketId, token: str) -> Reply | None:
        return next((reply for reply in self.of_ticket(ticket) if reply.token == token), None)

    def by_message_ids(self, mailbox: MailAccountId, message_ids: Sequence[str]) -> tuple[Reply, ...]:
        replies = self._tables.replies.values()
        return tuple(reply for reply in replies if reply.mailbox == mailbox and reply.message_id in message_ids)

    def failed(self) -> tuple[Reply, ...]:
        return tuple(reply for reply in self._tables.replies.values() if reply.state is ReplyState.FAILED)

    def unsettled(self) -> tuple[Reply, ...]:
        open_states = {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN}
        return tuple(reply for reply in self._tables.replies.values() if reply.state in open_states)

    def add(self, reply: Reply) -> Reply:
        if self.by_token(reply.ticket, reply.token):
            raise TokenTaken(reply.token)
        kept = replace(reply, id=ReplyId(self._tables.number("reply")))
        self._tables.replies[kept.id] = kept
        return kept

    def save(self, reply: Reply) -> None:
        save(self._tables.replies, reply)


class FakeNotes:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_ticket(self, ticket: TicketId) -> tuple[Note, ...]:
        return tuple(note for note in self._tables.notes.values() if note.ticket == ticket)

    def add(self, ticket: TicketId, author: AgentId, text: str, at: datetime) -> Note:
        note = Note(NoteId(self._tables.number("note")), ticket, author, text, at)
        self._tables.notes[note.id] = note
        return note


class FakeOrders:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, site: SiteId, customer_order_id: str) -> Order | None:
        return self._tables.orders.get((site, customer_order_id))

    def put(self, site: SiteId, order: Order) -> None:
        kept = self.get(site, order.customer_order_id)
        if kept is None or kept.fetched_at <= order.fetched_at:
            self._tables.orders[site, order.customer_order_id] = order
