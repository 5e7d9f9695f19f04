from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.ports.jobs import Pace
from storage.dialects import Insertion
from storage.schema.queue import rate_slot

# The row stays locked until the transaction ends, so that no two of them are given the same slot.
_NEXT = select(rate_slot.c.next_at).where(rate_slot.c.key == bindparam("this")).with_for_update()
_BEGIN = Insertion(rate_slot, lambda insert: insert.on_conflict_do_nothing())
_PUT = update(rate_slot).where(rate_slot.c.key == bindparam("this"))


class SqlRateSlots:
    """Rate limits of the platforms, shared by all processes on one database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reserve(self, pace: Pace, now: datetime) -> datetime:
        slot = max(now, self._next(pace.key, now))
        self._put(pace.key, slot + pace.interval)
        return slot

    def hold(self, key: str, until: datetime) -> None:
        if self._next(key, until) < until:
            self._put(key, until)

    def _next(self, key: str, if_new: datetime) -> datetime:
        found: datetime | None = self._connection.execute(_NEXT, {"this": key}).scalar_one_or_none()
        if found is not None:
            return found
        self._connection.execute(_BEGIN.on(self._connection), {"key": key, "next_at": if_new})
        kept: datetime = self._connection.execute(_NEXT, {"this": key}).scalar_one()
        return kept

    def _put(self, key: str, next_at: datetime) -> None:
        self._connection.execute(_PUT, {"this": key, "next_at": next_at})
