"""Tickets, their events, their clocks and their notes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.domain.events import TicketEvent, TicketId
from bot.domain.letters import LetterId
from bot.domain.people import Actor, AgentId
from bot.domain.replies import ReplyId
from bot.domain.sites import SiteId
from bot.domain.tickets import Inquiry, InquiryId, Note, NoteId, OrderKnowledge, Ticket
from bot.ports.store import ThreadTaken, VersionConflict
from storage import records
from storage.records import Shape
from storage.schema import tickets as schema
from storage.schema.mail import letter

TICKETS = Shape(schema.ticket, Ticket)
INQUIRIES = Shape(schema.inquiry, Inquiry)
NOTES = Shape(schema.note, Note)


class SqlTickets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, ticket: TicketId) -> Ticket:
        return TICKETS.get(self._connection, ticket)

    def find(self, ticket: TicketId) -> Ticket | None:
        return TICKETS.one(self._connection, TICKETS.select().where(TICKETS.table.c.id == ticket))

    def by_thread(self, sites: Sequence[SiteId], thread_key: str) -> Ticket | None:
        query = TICKETS.select().where(schema.ticket.c.site.in_(sites), schema.ticket.c.thread_key == thread_key)
        return TICKETS.one(self._connection, query.order_by(schema.ticket.c.id.desc()).limit(1))

    def by_order(self, sites: Sequence[SiteId], order_id: str) -> Ticket | None:
        query = TICKETS.select().where(schema.ticket.c.order_id == order_id, schema.ticket.c.site.in_(sites))
        return TICKETS.one(self._connection, query.order_by(schema.ticket.c.id.desc()).limit(1))

    def awaiting_order(self, opened_since: datetime) -> tuple[Ticket, ...]:
        waiting = (schema.ticket.c.order_knowledge == OrderKnowledge.PENDING, schema.ticket.c.opened_at >= opened_since)
        return TICKETS.every(self._connection, TICKETS.select().where(*waiting).order_by(schema.ticket.c.id))

    def add(self, ticket: Ticket) -> Ticket:
        identity = records.add(self._connection, TICKETS.table, TICKETS.values(ticket))
        if identity is None:
            raise ThreadTaken(ticket.thread_key)
        return replace(ticket, id=TicketId(identity))

    def save(self, ticket: Ticket) -> None:
        table = TICKETS.table
        other = table.alias()
        taken = (
            select(other.c.id)
            .where(other.c.site == ticket.site, other.c.thread_key == ticket.thread_key, other.c.id != ticket.id)
            .exists()
        )
        statement = records.versioned(table, ticket.id, ticket.version, TICKETS.values(ticket)).where(~taken)
        if self._connection.execute(statement).rowcount:
            return
        if self._connection.execute(select(taken)).scalar_one():
            raise ThreadTaken(ticket.thread_key)
        raise VersionConflict(f"ticket {ticket.id} is no longer version {ticket.version}")


class SqlEvents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId) -> tuple[TicketEvent, ...]:
        query = (
            select(schema.ticket_event).where(schema.ticket_event.c.ticket == ticket).order_by(schema.ticket_event.c.id)
        )
        return tuple(
            TicketEvent(
                row.ticket,
                row.at,
                Actor(row.actor_kind, row.actor_agent),
                row.kind,
                row.before,
                row.after,
                row.about,
            )
            for row in self._connection.execute(query)
        )

    def add(self, events: Sequence[TicketEvent]) -> None:
        rows = [
            {
                "ticket": event.ticket,
                "at": event.at,
                "actor_kind": event.actor.kind,
                "actor_agent": event.actor.agent,
                "kind": event.kind,
                "before": event.before,
                "after": event.after,
                "about": event.about,
            }
            for event in events
        ]
        if rows:
            self._connection.execute(insert(schema.ticket_event), rows)


class SqlInquiries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId) -> tuple[Inquiry, ...]:
        query = (
            INQUIRIES.select()
            .where(schema.inquiry.c.ticket == ticket)
            .order_by(schema.inquiry.c.received_at, schema.inquiry.c.id)
        )
        return INQUIRIES.every(self._connection, query)

    def add(self, inquiry: Inquiry) -> Inquiry:
        identity = records.add_new(self._connection, INQUIRIES.table, INQUIRIES.values(inquiry))
        return replace(inquiry, id=InquiryId(identity))

    def answer(self, ticket: TicketId, up_to: LetterId, reply: ReplyId, at: datetime) -> int:
        shown = select(letter.c.received_at).where(letter.c.id == up_to).scalar_subquery()
        stopped = (
            update(schema.inquiry)
            .where(
                schema.inquiry.c.ticket == ticket,
                schema.inquiry.c.answered_at.is_(None),
                schema.inquiry.c.received_at <= shown,
            )
            .values(answered_at=at, answered_by=reply)
        )
        return self._connection.execute(stopped).rowcount

    def reopen(self, reply: ReplyId) -> int:
        started = (
            update(schema.inquiry)
            .where(schema.inquiry.c.answered_by == reply)
            .values(answered_at=None, answered_by=None)
        )
        return self._connection.execute(started).rowcount


class SqlNotes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId) -> tuple[Note, ...]:
        return NOTES.every(
            self._connection, NOTES.select().where(schema.note.c.ticket == ticket).order_by(schema.note.c.id)
        )

    def add(self, ticket: TicketId, author: AgentId, text: str, at: datetime) -> Note:
        new = Note(NoteId(0), ticket, author, text, at)
        return replace(new, id=NoteId(records.add_new(self._connection, schema.note, NOTES.values(new))))
