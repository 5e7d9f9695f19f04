"""What a backup of either database holds, and what becomes of it when it is restored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, column, delete, func, select, table, update

from bot.domain.jobs import Job
from bot.ports.failures import Misconfigured
from bot.ports.store import UnitOfWork
from storage import migrations
from storage.backup.archive import Manifest
from storage.jobs.queue import readable
from storage.schema import metadata
from storage.schema.chat import post
from storage.schema.queue import JobState, job, lease, rate_slot

# A place with rows in one of these is somebody's desk.
_SOMEBODYS = ("account", "mailbox", "person", "inbound_mail", "ticket")
# Numbers of tickets that were opened after the backup stand on cards in the chats: none of them may be given to another
# ticket, or a button on an old card would answer another buyer. Nobody opens so many in a day.
_TICKETS_A_DAY = 10_000


@dataclass(frozen=True, slots=True)
class Restored:
    """`jobs` were in the queue when the backup was made, in their order; they are not in it any more."""

    taken_at: datetime
    jobs: tuple[Job, ...]


# Brings what was restored into a state from which a desk may go on, in the transaction that restores it.
Settle = Callable[[UnitOfWork, Restored], None]


def tables() -> Iterable[Table]:
    """All of them, those that others refer to first."""
    return metadata.sorted_tables


def count_rows(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in sorted(names)
    }


def is_somebodys(connection: Connection, present: Iterable[str]) -> bool:
    found = set(present)
    return any(
        connection.execute(select(column("1", is_literal=True)).select_from(table(name)).limit(1)).first()
        for name in _SOMEBODYS
        if name in found
    )


def refuse_other_schema(manifest: Manifest, database: str) -> None:
    """Raises `Misconfigured` for a backup of another kind of database, or of a release with another schema."""
    if manifest.database != database:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise Misconfigured(
            f"This backup was made of {names.get(manifest.database, manifest.database)}, and RELAYDESK_DATABASE_URL "
            f"names {names[database]}. A backup goes back into the kind of database that it came from."
        )
    wanted = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
    if manifest.schema != wanted:
        raise Misconfigured(
            f"This backup was made by RelayDesk {manifest.product} (schema {manifest.schema}), and this release wants "
            f"schema {wanted}. Restore it with the release that made it; an update afterwards moves the data on. "
            "Nothing was restored."
        )


def take_jobs(connection: Connection) -> tuple[Job, ...]:
    """Take what waits in the table of jobs out of it, in its order; those that were given up stay."""
    waiting = job.c.state != JobState.FAILED
    rows = connection.execute(select(job.c.kind, job.c.payload).where(waiting).order_by(job.c.place, job.c.id)).all()
    connection.execute(delete(job).where(waiting))
    found = (readable(row.kind, row.payload) for row in rows)
    return tuple(dict.fromkeys(each for each in found if each is not None))


def forget_what_has_passed(connection: Connection) -> None:
    """Whoever held a lease or a rate slot then does not hold it now, and what stands on a card is not known."""
    connection.execute(delete(lease))
    connection.execute(delete(rate_slot))
    connection.execute(update(post).values(fingerprint=""))


def first_free_ticket(manifest: Manifest, now: datetime) -> int:
    """The highest ticket number that may have been given since the backup was made."""
    days = max(now - manifest.taken_at, timedelta()) // timedelta(days=1) + 1
    return manifest.last_ticket + days * _TICKETS_A_DAY
