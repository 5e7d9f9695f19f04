"""The database's time, for all processes that share it."""

import threading
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from bot.ports.clock import Clock

_SERVER_TIME = text("SELECT clock_timestamp()")
_LOOKS = 3


class ServerClock:
    """Implements `Clock`: the process's own clock, put forward or back to where the database's stands.

    Leases, rate slots, ticks and due times are agreed on between processes, and the clocks of their machines differ:
    a lease would be taken too early by whoever is ahead. It is right to half the time that a question takes.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta()
        self._comparing = threading.Lock()

    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    def compare(self, connection: Connection) -> None:
        """Ask the database for its time; of several answers the quickest counts."""
        with self._comparing:
            self._ahead = min(self._look(connection) for _ in range(_LOOKS))[1]

    def _look(self, connection: Connection) -> tuple[timedelta, timedelta]:
        """How long the answer took, and by how much the server's clock is ahead of ours."""
        asked = self._clock.now()
        told: datetime = connection.execute(_SERVER_TIME).scalar_one()
        took = self._clock.now() - asked
        return took, told - (asked + took / 2)
