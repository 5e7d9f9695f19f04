from datetime import timedelta

from sqlalchemy import Connection, Engine, delete

from bot.ports.clock import Clock
from storage.dialects import insert
from storage.schema.queue import lease
from storage.store import SqlStore


class SqlLeases:
    """Implements `Leases` on the injected clock: a holder that died loses its lease when it has run out."""

    def __init__(self, store: SqlStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def acquire(self, name: str, holder: str, seconds: float) -> bool:
        now = self._clock.now()

        def take(connection: Connection) -> bool:
            statement = insert(connection, lease).values(
                name=name, holder=holder, until=now + timedelta(seconds=seconds)
            )
            given = statement.excluded
            taken = connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["name"],
                    set_={"holder": given.holder, "until": given.until},
                    where=(lease.c.holder == given.holder) | (lease.c.until <= now),
                )
            )
            return taken.rowcount == 1

        return await self._store.transact(take)

    async def release(self, name: str, holder: str) -> None:
        own = delete(lease).where(lease.c.name == name, lease.c.holder == holder)
        await self._store.transact(lambda connection: connection.execute(own).close())


def free_leases(engine: Engine) -> None:
    """For a process that is alone on its database: whoever holds a lease there has died, and need not be waited for."""
    with engine.begin() as connection:
        connection.execute(delete(lease))
