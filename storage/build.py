"""What the composition root needs to know of storage."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured
from bot.ports.jobs import JobRunner
from bot.ports.leases import Leases
from bot.ports.store import Store
from storage.file_lock import FileLock
from storage.jobs.embedded import EmbeddedJobs
from storage.leases import SqlLeases, free_leases
from storage.sqlite import reading_engine, writing_engine
from storage.store import SqlStore
from storage.upgrade import upgrade

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
    running desk, which has upgraded the database already, and may not run jobs.

    Blocks while it upgrades. Raises `Misconfigured` when another process works in `data_dir`, when the URL is not
    one of SQLite's, or when a newer release has written to the database.
    """
    file = _sqlite_file(database_url or default_url(data_dir))
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = _lock(data_dir, alone=alone)
    try:
        if lock is not None:
            upgrade(file)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    if lock is not None and not alone:
        lock.release()
        lock = None
    writing = writing_engine(file)
    if lock is not None:
        free_leases(writing)
    store = SqlStore(writing, reading_engine(file, READERS), clock, writers=1, readers=READERS)
    return Storage(store, EmbeddedJobs(store, clock), SqlLeases(store, clock), store, lock)


def _lock(data_dir: Path, *, alone: bool) -> FileLock | None:
    """The lock, or None for a command that works beside the process that holds it."""
    try:
        return FileLock(data_dir)
    except Misconfigured:
        if alone:
            raise
        return None


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
