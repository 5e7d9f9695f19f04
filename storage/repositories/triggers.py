from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, insert

from bot.domain.events import TicketId
from bot.domain.triggers import Firing, FiringId, Trigger, TriggerId
from bot.ports.store import NameTaken
from storage.records import Rows, Shape
from storage.schema import triggers as schema

TRIGGERS = Shape(schema.trigger_rule, Trigger)
FIRINGS = Shape(schema.trigger_firing, Firing)

_ROWS = Rows(schema.trigger_rule)
_ALL = TRIGGERS.select.order_by(schema.trigger_rule.c.place, schema.trigger_rule.c.id)
_DELETE = delete(schema.trigger_rule).where(schema.trigger_rule.c.id == bindparam("this"))
_OF_TICKET = FIRINGS.select.where(schema.trigger_firing.c.ticket == bindparam("ticket")).order_by(
    schema.trigger_firing.c.id
)
_FIRED = insert(schema.trigger_firing).returning(schema.trigger_firing.c.id)


class SqlTriggers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, trigger: TriggerId) -> Trigger | None:
        return TRIGGERS.find(self._connection, trigger)

    def all(self) -> tuple[Trigger, ...]:
        return TRIGGERS.every(self._connection, _ALL)

    def add(self, trigger: Trigger) -> Trigger:
        identity = _ROWS.add(self._connection, TRIGGERS.values(trigger))
        if identity is None:
            raise NameTaken(trigger.name)
        return replace(trigger, id=TriggerId(identity))

    def save(self, trigger: Trigger) -> None:
        _ROWS.save(self._connection, trigger.id, trigger.version, TRIGGERS.values(trigger))

    def delete(self, trigger: TriggerId) -> None:
        self._connection.execute(_DELETE, {"this": trigger})


class SqlFirings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId) -> tuple[Firing, ...]:
        return FIRINGS.every(self._connection, _OF_TICKET, ticket=ticket)

    def add(self, firing: Firing) -> Firing:
        values = FIRINGS.values(firing)
        del values["id"]
        return replace(firing, id=FiringId(self._connection.execute(_FIRED, values).scalar_one()))
