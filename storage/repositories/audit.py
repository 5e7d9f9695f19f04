"""Who changed what, and the three tables that are read as one: settings, refusals, and what people did to tickets."""

from collections.abc import Iterable
from heapq import merge
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Select, false, func, insert, literal, or_, select
from sqlalchemy import String as Words

from bot.domain.audit import REFUSED, AuditEntry, AuditFilter, AuditLine
from bot.domain.events import EventKind
from bot.domain.people import ActorKind
from storage.schema import audit as schema
from storage.schema import chat, docking, tickets

# A setting's value that is longer is nobody's reading; what matters of it is that it changed.
LONGEST = 500
# What the program notes while it works is no act of a person, and no outcome that an audit asks for.
_NOISE = (
    EventKind.OPENED,
    EventKind.LETTER_ADDED,
    EventKind.REPEAT_LINKED,
    EventKind.REPLY_SENDING,
    EventKind.REPLY_PUT_BACK,
    EventKind.ORDER_READ,
    EventKind.ORDER_UNKNOWN,
)
_AUDIT, _EVENT, _REFUSAL = schema.audit.c, tickets.ticket_event.c, chat.refusal.c
_AGENT, _IDENTITY, _PERSON = docking.agent.c, docking.agent_identity.c, docking.person.c


def _who(kind: ColumnElement[ActorKind]) -> ColumnElement[str]:
    return func.coalesce(_AGENT.name, kind.cast(Words)).label("who")


_SETTINGS = select(
    _AUDIT.id,
    _AUDIT.at,
    _who(_AUDIT.actor_kind),
    _AUDIT.kind.cast(Words).label("kind"),
    _AUDIT.target,
    _AUDIT.name,
    _AUDIT.aspect,
    _AUDIT.before,
    _AUDIT.after,
).outerjoin_from(schema.audit, docking.agent, _AUDIT.actor_agent == _AGENT.id)
_TICKETS = (
    select(
        _EVENT.id,
        _EVENT.at,
        _who(_EVENT.actor_kind),
        _EVENT.kind.cast(Words).label("kind"),
        (literal("ticket:") + _EVENT.ticket.cast(Words)).label("target"),
        literal("").label("name"),
        literal("").label("aspect"),
        _EVENT.before,
        _EVENT.after,
    )
    .outerjoin_from(tickets.ticket_event, docking.agent, _EVENT.actor_agent == _AGENT.id)
    .where(_EVENT.actor_kind != ActorKind.BUYER, _EVENT.kind.not_in(_NOISE))
)
_REFUSALS = select(
    _REFUSAL.id,
    _REFUSAL.at,
    func.coalesce(_PERSON.name, _REFUSAL.platform.cast(Words) + literal(":") + _REFUSAL.user).label("who"),
    literal(REFUSED).label("kind"),
    literal("").label("target"),
    _REFUSAL.kind.label("name"),
    literal("").label("aspect"),
    literal("").label("before"),
    _REFUSAL.reason.label("after"),
).outerjoin_from(
    chat.refusal,
    docking.person,
    (_REFUSAL.platform == _PERSON.platform) & (_REFUSAL.user == _PERSON.user),
)


class SqlAudit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, entry: AuditEntry) -> None:
        values = {
            "at": entry.at,
            "actor_kind": entry.actor.kind,
            "actor_agent": entry.actor.agent,
            "kind": entry.kind,
            "target": entry.target,
            "name": entry.name[:LONGEST],
            "aspect": entry.aspect,
            "before": entry.before[:LONGEST],
            "after": entry.after[:LONGEST],
        }
        self._connection.execute(insert(schema.audit), values)

    def lines(self, wanted: AuditFilter, *, most: int, skip: int = 0) -> tuple[AuditLine, ...]:
        """Each table gives its newest, in its own order; the newest of all are among them."""
        found = [
            self._newest(query, at, identity, skip + most)
            for query, at, identity in (
                (self._settings(wanted), _AUDIT.at, _AUDIT.id),
                (self._events(wanted), _EVENT.at, _EVENT.id),
                (self._refusals(wanted), _REFUSAL.at, _REFUSAL.id),
            )
        ]
        newest = merge(*found, key=lambda line: line.at, reverse=True)
        return tuple(islice(newest, skip, skip + most))

    def _newest(
        self,
        query: Select[*tuple[object, ...]],
        at: ColumnElement[object],
        identity: ColumnElement[object],
        most: int,
    ) -> Iterable[AuditLine]:
        rows = self._connection.execute(query.order_by(at.desc(), identity.desc()).limit(most))
        return [
            AuditLine(row.at, row.who, row.kind, row.target, row.name, row.aspect, row.before, row.after)
            for row in rows
        ]

    def _settings(self, wanted: AuditFilter) -> Select[*tuple[object, ...]]:
        query = _between(_SETTINGS, _AUDIT.at, wanted)
        if wanted.kind:
            query = query.where(_AUDIT.kind.cast(Words) == wanted.kind)
        if wanted.ticket is not None:
            query = query.where(_AUDIT.target == f"ticket:{wanted.ticket}")
        return query if wanted.who is None else query.where(_AUDIT.actor_agent.in_(_agents(wanted)))

    def _events(self, wanted: AuditFilter) -> Select[*tuple[object, ...]]:
        query = _between(_TICKETS, _EVENT.at, wanted)
        if wanted.kind:
            query = query.where(_EVENT.kind.cast(Words) == wanted.kind)
        if wanted.ticket is not None:
            query = query.where(_EVENT.ticket == wanted.ticket)
        return query if wanted.who is None else query.where(_EVENT.actor_agent.in_(_agents(wanted)))

    def _refusals(self, wanted: AuditFilter) -> Select[*tuple[object, ...]]:
        query = _between(_REFUSALS, _REFUSAL.at, wanted)
        if wanted.kind not in {"", REFUSED} or wanted.ticket is not None:
            return query.where(false())
        if wanted.who is None:
            return query
        return query.where(_REFUSAL.platform == wanted.who.platform, _REFUSAL.user == wanted.who.id)


def _between(
    query: Select[*tuple[object, ...]], at: ColumnElement[object], wanted: AuditFilter
) -> Select[*tuple[object, ...]]:
    if wanted.since is not None:
        query = query.where(at >= wanted.since)
    return query if wanted.until is None else query.where(at < wanted.until)


def _agents(wanted: AuditFilter) -> Select[*tuple[object, ...]]:
    who = wanted.who
    if who is None:
        return select(_IDENTITY.agent).where(or_(false()))
    return select(_IDENTITY.agent).where(_IDENTITY.platform == who.platform, _IDENTITY.user == who.id)
