"""What the composition root needs to know of storage."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured
from bot.ports.jobs import JobRunner
from bot.ports.leases import Leases
from bot.ports.store import Store
from storage.dialects import trouble
from storage.file_lock import FileLock, InUse
from storage.jobs.embedded import EmbeddedJobs
from storage.leases import SqlLeases, free_leases
from storage.sqlite import reading_engine, writing_engine
from storage.store import SqlStore
from storage.upgrade import ensure_current, upgrade

READERS = 4


@dataclass(frozen=True, slots=True)
class Storage:
    """Everything that is kept, open. `close` after the job runner and all users of the store have ended."""

    store: Store
    runner: JobRunner
    leases: Leases
    _sql: SqlStore
    _lock: FileLock | None

    async def close(self) -> None:
        await self._sql.close()
        if self._lock is not None:
            self._lock.release()


def default_url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir.absolute() / 'relaydesk.db'}"


def open_storage(database_url: str | None, data_dir: Path, clock: Clock, *, alone: bool = True) -> Storage:
    """Open the database, upgrading it first; without a URL it is a file in `data_dir`.

    The process that runs the jobs is `alone` in its data directory. An operator's command is not: it works beside a
    running desk of the same release, which has upgraded the database already, and may not run jobs.

    Blocks while it upgrades. Raises `Misconfigured` when another process works in `data_dir`, when it cannot be
    written to, when the URL is not one of SQLite's, or when the database is damaged or of a newer release.
    """
    file = _sqlite_file(database_url or default_url(data_dir))
    with ExitStack() as undo:
        lock = _lock(data_dir, alone=alone)
        if lock is not None:
            undo.callback(lock.release)
        writing = writing_engine(file)
        undo.callback(writing.dispose)
        try:
            if lock is None:
                ensure_current(file)
            else:
                upgrade(file)
                free_leases(writing)
        except DBAPIError as error:
            raise Misconfigured(f"The database {file} cannot be used: {trouble(error) or error.orig}.") from error
        undo.pop_all()
    if lock is not None and not alone:
        lock.release()
        lock = None
    store = SqlStore(writing, reading_engine(file, READERS), clock, writers=1, readers=READERS)
    return Storage(store, EmbeddedJobs(store, clock), SqlLeases(store, clock), store, lock)


def _lock(data_dir: Path, *, alone: bool) -> FileLock | None:
    """The lock, or None for a command that works beside the process that holds it."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        return FileLock(data_dir)
    except InUse:
        if alone:
            raise
        return None
    except OSError as error:
        raise Misconfigured(
            f"RelayDesk cannot write to {data_dir} ({error.strerror}). Give the directory to the user that it runs as, "
            "or set RELAYDESK_DATA_DIR to another one."
        ) from error


def _sqlite_file(database_url: str) -> Path:
    # The URL may hold a password: no message repeats it.
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise Misconfigured("RELAYDESK_DATABASE_URL is not a database URL, like sqlite:////data/relaydesk.db") from None
    if url.get_backend_name() != "sqlite":
        raise Misconfigured(
            f"RELAYDESK_DATABASE_URL names {url.get_backend_name()}, but this release keeps its data in SQLite only. "
            "Leave the setting out, or give it a sqlite:/// address."
        )
    if url.database in {None, "", ":memory:"}:
        raise Misconfigured("RELAYDESK_DATABASE_URL names no file; a database in memory would lose every mail.")
    return Path(str(url.database))
