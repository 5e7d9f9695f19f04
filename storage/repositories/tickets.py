"""Tickets, their events, their clocks and their notes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.domain.events import TicketEvent, TicketId
from bot.domain.letters import LetterId
from bot.domain.people import Actor, AgentId
from bot.domain.replies import ReplyId
from bot.domain.sites import MailAccountId, SiteId
from bot.domain.tickets import Inquiry, InquiryId, Note, NoteId, OrderKnowledge, Ticket
from bot.ports.store import ThreadTaken
from storage.records import Rows, Shape
from storage.schema import tickets as schema
from storage.schema.mail import letter

TICKETS = Shape(schema.ticket, Ticket)
INQUIRIES = Shape(schema.inquiry, Inquiry)
NOTES = Shape(schema.note, Note)

_TICKET = schema.ticket.c
_ROWS = Rows(schema.ticket)
_NEWEST = (
    TICKETS.select.where(_TICKET.site.in_(bindparam("sites", expanding=True))).order_by(_TICKET.id.desc()).limit(1)
)
_BY_THREAD = _NEWEST.where(_TICKET.thread_key == bindparam("thread_key"))
_BY_ORDER = _NEWEST.where(_TICKET.order_id == bindparam("order_id"))
_AWAITING_ORDER = TICKETS.select.where(
    _TICKET.order_knowledge == OrderKnowledge.PENDING, _TICKET.opened_at >= bindparam("since")
).order_by(_TICKET.id)
# Tickets are numbered as they are filed, so that walking back along the numbers needs no index of its own.
_NEWEST_WITH_ORDER = (
    TICKETS.select.where(_TICKET.order_knowledge == OrderKnowledge.KNOWN).order_by(_TICKET.id.desc()).limit(1)
)
_HOLDER = select(_TICKET.id).where(_TICKET.site == bindparam("site"), _TICKET.thread_key == bindparam("thread_key"))

# For PostgreSQL, where two units of work on one ticket must collide (storage.postgres.Begin).
_TOUCH = update(schema.ticket).where(_TICKET.id.in_(bindparam("these", expanding=True))).values(version=_TICKET.version)

_EVENT = schema.ticket_event.c
_TICKETS_SINCE = select(_EVENT.ticket).where(_EVENT.at >= bindparam("since")).distinct().order_by(_EVENT.ticket)
_EVENTS = select(schema.ticket_event).where(_EVENT.ticket == bindparam("ticket")).order_by(_EVENT.id)

_INQUIRY = schema.inquiry.c
_INQUIRIES = INQUIRIES.select.where(_INQUIRY.ticket == bindparam("ticket")).order_by(_INQUIRY.received_at, _INQUIRY.id)
_ADD_INQUIRY = insert(schema.inquiry).returning(_INQUIRY.id)
_ANSWER = update(schema.inquiry).where(
    _INQUIRY.ticket == bindparam("this"), _INQUIRY.answered_at.is_(None), _INQUIRY.letter <= bindparam("up_to")
)
_ELSEWHERE = update(schema.inquiry).where(_INQUIRY.id == bindparam("this"), _INQUIRY.answered_at.is_(None))
_OPEN_MESSAGE_IDS = (
    select(letter.c.id, letter.c.message_id)
    .join(schema.inquiry, letter.c.id == _INQUIRY.letter)
    .where(letter.c.mailbox == bindparam("mailbox"), _INQUIRY.answered_at.is_(None))
)
_OPEN_IN = (
    INQUIRIES.select.join_from(schema.inquiry, letter, letter.c.id == _INQUIRY.letter)
    .where(letter.c.mailbox == bindparam("mailbox"), _INQUIRY.answered_at.is_(None))
    .order_by(_INQUIRY.id)
)
_REOPEN = (
    update(schema.inquiry).where(_INQUIRY.answered_by == bindparam("reply")).values(answered_at=None, answered_by=None)
)

_NOTES = NOTES.select.where(schema.note.c.ticket == bindparam("ticket")).order_by(schema.note.c.id)
_ADD_NOTE = insert(schema.note).returning(schema.note.c.id)


class SqlTickets:
    def __init__(self, connection: Connection, changed: set[TicketId]) -> None:
        """`changed` is what this transaction has changed already."""
        self._connection = connection
        self._changed = changed

    def get(self, ticket: TicketId) -> Ticket:
        return TICKETS.get(self._connection, ticket)

    def find(self, ticket: TicketId) -> Ticket | None:
        return TICKETS.find(self._connection, ticket)

    def by_thread(self, sites: Sequence[SiteId], thread_key: str) -> Ticket | None:
        return TICKETS.one(self._connection, _BY_THREAD, sites=list(sites), thread_key=thread_key)

    def by_order(self, sites: Sequence[SiteId], order_id: str) -> Ticket | None:
        return TICKETS.one(self._connection, _BY_ORDER, sites=list(sites), order_id=order_id)

    def awaiting_order(self, opened_since: datetime) -> tuple[Ticket, ...]:
        return TICKETS.every(self._connection, _AWAITING_ORDER, since=opened_since)

    def newest_with_order(self) -> Ticket | None:
        return TICKETS.one(self._connection, _NEWEST_WITH_ORDER)

    def add(self, ticket: Ticket) -> Ticket:
        identity = _ROWS.add(self._connection, TICKETS.values(ticket))
        if identity is None:
            raise ThreadTaken(ticket.thread_key)
        self._changed.add(TicketId(identity))
        return replace(ticket, id=TicketId(identity))

    def save(self, ticket: Ticket) -> None:
        given = {"site": ticket.site, "thread_key": ticket.thread_key}
        holder = self._connection.execute(_HOLDER, given).scalar_one_or_none()
        if holder not in {None, ticket.id}:
            raise ThreadTaken(ticket.thread_key)
        _ROWS.save(self._connection, ticket.id, ticket.version, TICKETS.values(ticket))
        self._changed.add(ticket.id)


class SqlEvents:
    def __init__(self, connection: Connection, changed: set[TicketId]) -> None:
        self._connection = connection
        self._changed = changed

    def of_ticket(self, ticket: TicketId) -> tuple[TicketEvent, ...]:
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
            for row in self._connection.execute(_EVENTS, {"ticket": ticket})
        )

    def tickets_since(self, at: datetime) -> tuple[TicketId, ...]:
        return tuple(self._connection.execute(_TICKETS_SINCE, {"since": at}).scalars())

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
            self._touch({event.ticket for event in events} - self._changed)
            self._connection.execute(insert(schema.ticket_event), rows)

    def _touch(self, tickets: set[TicketId]) -> None:
        if tickets and self._connection.dialect.name == "postgresql":
            self._connection.execute(_TOUCH, {"these": sorted(tickets)})
            self._changed |= tickets


class SqlInquiries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId) -> tuple[Inquiry, ...]:
        return INQUIRIES.every(self._connection, _INQUIRIES, ticket=ticket)

    def add(self, inquiry: Inquiry) -> Inquiry:
        values = INQUIRIES.values(inquiry)
        del values["id"]
        return replace(inquiry, id=InquiryId(self._connection.execute(_ADD_INQUIRY, values).scalar_one()))

    def answer(self, ticket: TicketId, up_to: LetterId, reply: ReplyId, at: datetime) -> int:
        given = {"this": ticket, "up_to": up_to, "answered_at": at, "answered_by": reply}
        return self._connection.execute(_ANSWER, given).rowcount

    def open_in(self, mailbox: MailAccountId) -> tuple[tuple[Inquiry, str], ...]:
        rows = self._connection.execute(_OPEN_MESSAGE_IDS, {"mailbox": mailbox})
        message_ids = {row.id: row.message_id for row in rows}
        found = INQUIRIES.every(self._connection, _OPEN_IN, mailbox=mailbox)
        return tuple((inquiry, message_ids[inquiry.letter]) for inquiry in found)

    def answered_elsewhere(self, inquiry: InquiryId, at: datetime) -> bool:
        return self._connection.execute(_ELSEWHERE, {"this": inquiry, "answered_at": at}).rowcount == 1

    def reopen(self, reply: ReplyId) -> int:
        return self._connection.execute(_REOPEN, {"reply": reply}).rowcount


class SqlNotes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId) -> tuple[Note, ...]:
        return NOTES.every(self._connection, _NOTES, ticket=ticket)

    def add(self, ticket: TicketId, author: AgentId, text: str, at: datetime) -> Note:
        values = {"ticket": ticket, "author": author, "text": text, "at": at}
        return Note(NoteId(self._connection.execute(_ADD_NOTE, values).scalar_one()), ticket, author, text, at)
