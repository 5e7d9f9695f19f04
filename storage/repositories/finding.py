"""Lists of tickets. What is still worked on is found in indexes as small as the backlog; a word, in a window."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, or_, select

from bot.domain.events import TicketId
from bot.domain.finding import PAGE, WORD_WINDOW, Listed, Queue
from bot.domain.people import AgentId, GroupId
from bot.domain.tickets import Source, Ticket
from storage.repositories.tickets import TICKETS
from storage.schema import mail
from storage.schema import tickets as schema

_TICKET = schema.ticket.c
_DUE = (
    select(func.min(schema.inquiry.c.due_at))
    .where(schema.inquiry.c.ticket == _TICKET.id, schema.inquiry.c.answered_at.is_(None))
    .correlate(schema.ticket)
    .scalar_subquery()
    .label("due_at")
)
_LISTED = TICKETS.select.add_columns(_DUE)
_FROM = _TICKET.source == bindparam("source")
_BACKLOG = _LISTED.where(_FROM, schema.BACKLOG)


def _page(query: Select[*tuple[Any, ...]], *order: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    return query.order_by(*order).limit(PAGE + 1).offset(bindparam("skip"))


def _by_deadline(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return _page(_BACKLOG.where(*conditions), _DUE.element.is_(None).asc(), _DUE.element.asc(), _TICKET.id.asc())


_UNANSWERED = exists().where(schema.inquiry.c.ticket == _TICKET.id, schema.inquiry.c.answered_at.is_(None))
_QUEUES = {
    Queue.MINE: _by_deadline(_TICKET.assignee == bindparam("agent")),
    Queue.OPEN: _by_deadline(),
    Queue.UNASSIGNED: _by_deadline(_TICKET.assignee.is_(None)),
    Queue.DUE: _by_deadline(_UNANSWERED),
    Queue.JUNK: _page(
        _LISTED.where(_FROM, schema.JUNK, _TICKET.junked_at >= bindparam("since")), _TICKET.junked_at.desc()
    ),
}
_ABOUT_ORDER = _page(_LISTED.where(_FROM, _TICKET.order_id == bindparam("order_id")), _TICKET.id.desc())

_LIKE: ColumnElement[Any] = bindparam("like")


def _holds(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.ilike(_LIKE, escape="\\")


_WORD = _page(
    _LISTED.where(
        _FROM,
        _TICKET.id > bindparam("floor"),
        or_(
            _holds(_TICKET.title),
            _holds(_TICKET.item_name),
            _holds(_TICKET.buyer_name),
            # Bounded by itself: left to a correlation, PostgreSQL reads all letters there are.
            _TICKET.id.in_(
                select(mail.letter.c.ticket).where(
                    mail.letter.c.ticket > bindparam("floor"), _holds(mail.letter.c.words)
                )
            ),
        ),
    ),
    _TICKET.id.desc(),
)
_HIGHEST = select(func.max(_TICKET.id))
_NEWEST = select(_TICKET.id).where(_TICKET.id > bindparam("floor")).order_by(_TICKET.id.desc()).limit(bindparam("most"))
_OF_GROUP = select(func.count()).where(schema.BACKLOG, _TICKET.group == bindparam("group"))
_OF_AGENT = TICKETS.select.where(
    schema.BACKLOG, _TICKET.source.in_(list(Source)), _TICKET.assignee == bindparam("agent")
)


class SqlFinding:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def in_queue(self, queue: Queue, agent: AgentId, source: Source, since: datetime, skip: int) -> tuple[Listed, ...]:
        return self._listed(_QUEUES[queue], agent=agent, source=source, since=since, skip=skip)

    def about_order(self, order_id: str, source: Source, skip: int) -> tuple[Listed, ...]:
        return self._listed(_ABOUT_ORDER, order_id=order_id, source=source, skip=skip)

    def with_word(self, word: str, source: Source, skip: int) -> tuple[Listed, ...]:
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        floor = self._highest() - WORD_WINDOW
        return self._listed(_WORD, like=f"%{escaped}%", floor=floor, source=source, skip=skip)

    def newest(self, most: int) -> tuple[TicketId, ...]:
        # Numbers may have gaps; so many of them there are not.
        given = {"floor": self._highest() - 20 * most, "most": most}
        found = self._connection.execute(_NEWEST, given).scalars()
        return tuple(TicketId(identity) for identity in found)

    def of_group(self, group: GroupId) -> int:
        return self._connection.execute(_OF_GROUP, {"group": group}).scalar_one()

    def of_agent(self, agent: AgentId) -> tuple[Ticket, ...]:
        return TICKETS.every(self._connection, _OF_AGENT, agent=agent)

    def _highest(self) -> int:
        return self._connection.execute(_HIGHEST).scalar_one() or 0

    def _listed(self, query: Select[*tuple[Any, ...]], **given: object) -> tuple[Listed, ...]:
        rows = self._connection.execute(query, given)
        return tuple(Listed(Ticket(*row[:-1]), row[-1]) for row in rows)
