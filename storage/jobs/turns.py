"""What an engine asks of the line of jobs in its database. All of it happens inside a transaction of the engine's."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.domain.jobs import Lane
from bot.ports.jobs import Backlog, ClaimedJob, Verdict


@dataclass(frozen=True, slots=True)
class Settled:
    claimed: ClaimedJob
    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """What one transaction of the engine has brought: jobs to start now, and when the next one is due."""

    start: tuple[ClaimedJob, ...]
    next_due: datetime | None


class Line(Protocol):
    @property
    def longest_nap(self) -> float:
        """The line is looked at this often, in seconds, even if nobody wakes the engine."""
        ...

    def recover(self, connection: Connection, running: Collection[ClaimedJob]) -> None:
        """Let those jobs run again that are marked as this process's and are not among those that it is running."""
        ...

    def turn(self, connection: Connection, settled: Iterable[Settled], free: Mapping[Lane, int], now: datetime) -> Turn:
        """Write down how jobs ended, let the due ones into their lines, and claim for each lane as many as it can
        run."""
        ...

    def stop(self, connection: Connection, settled: Iterable[Settled], interrupted: Iterable[ClaimedJob]) -> None:
        """Write down how the last jobs ended, and put back those that were cut short; their attempt does not count."""
        ...

    def is_idle(self, connection: Connection, now: datetime) -> bool:
        """Whether nothing is running and nothing could start now."""
        ...

    def backlog(self, connection: Connection) -> Backlog: ...
