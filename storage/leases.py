from datetime import timedelta
from pathlib import Path

from sqlalchemy import Executable, bindparam, delete

from bot.ports.clock import Clock
from storage.dialects import AnyInsert, Insertion
from storage.schema.queue import lease
from storage.sqlite import writing_engine
from storage.store import SqlStore


def _if_own_or_run_out(insert: AnyInsert) -> Executable:
    given = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": given.holder, "until": given.until},
        where=(lease.c.holder == given.holder) | (lease.c.until <= bindparam("now")),
    )


_TAKE = Insertion(lease, _if_own_or_run_out)


class SqlLeases:
    """Implements `Leases` on the injected clock: a holder that died loses its lease when it has run out."""

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def acquire(self, name: str, holder: str, seconds: float) -> bool:
        now = self._clock.now()
        values = {"name": name, "holder": holder, "until": now + timedelta(seconds=seconds), "now": now}
        return await self._store.transact(
            lambda connection: connection.execute(_TAKE.on(connection), values).rowcount == 1
        )

    async def release(self, name: str, holder: str) -> None:
        own = delete(lease).where(lease.c.name == name, lease.c.holder == holder)
        await self._store.transact(lambda connection: connection.execute(own).close())


def free_leases(file: Path) -> None:
    """For a process that is alone on its database: whoever holds a lease there has died, and need not be waited for."""
    engine = writing_engine(file)
    try:
        with engine.begin() as connection:
            connection.execute(delete(lease))
    finally:
        engine.dispose()
