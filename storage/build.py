"""What the composition root needs to know of storage."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured, Transient
from bot.ports.jobs import JobRunner
from bot.ports.leases import Leases
from bot.ports.store import Store
from bot.ports.vault import Secret
from storage.backup import sqlite_file
from storage.backup.archive import Manifest, reading
from storage.backup.content import Settle
from storage.dialects import is_away, trouble
from storage.file_lock import FileLock, InUse
from storage.jobs.embedded import EmbeddedLine
from storage.jobs.engine import Jobs
from storage.lanes import postgres_lanes, sqlite_lanes
from storage.leases import SqlLeases, free_leases
from storage.store import SqlStore
from storage.transactions import begun
from storage.upgrade import ensure_current, upgrade
from storage.vault import create_key_file, key_file_exists

READERS = 4
# Units of work at a time on PostgreSQL; with readers and the queue a process holds 14 connections.
WRITERS = 8


@dataclass(frozen=True, slots=True)
class Storage:
    """Everything that is kept, open. `close` after the job runner and all users of the store have ended.

    `clock` is the time that due dates, leases and rate slots are kept in: the database's, where several processes share
    one. Whoever uses the store tells the time by it.
    """

    store: Store
    runner: JobRunner
    leases: Leases
    clock: Clock
    _sql: SqlStore
    _lock: FileLock | None

    async def close(self) -> None:
        await self._sql.close()
        if self._lock is not None:
            self._lock.release()


def default_url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir.absolute() / 'relaydesk.db'}"


def open_storage(
    database_url: str | None, data_dir: Path, clock: Clock, *, alone: bool = True, dead_after: float = 30.0
) -> Storage:
    """Open the database; without a URL it is a file in `data_dir`, which is upgraded first.

    The process that runs the jobs on SQLite is `alone` in its data directory. An operator's command is not: it works
    beside a running desk of the same release, which has upgraded the database already, and may not run jobs. On
    PostgreSQL nobody is alone: leases decide, and a process that gives no sign of life for `dead_after` seconds loses
    its jobs to its peers.

    Blocks while it upgrades. Raises `Misconfigured` when another process works in `data_dir`, when it cannot be
    written to, when the URL is no database's that is known, or when the database is damaged or of another release.
    """
    url = _known(database_url or default_url(data_dir))
    if _is_shared(url):
        return _open_shared(url, clock, dead_after)
    return _open_file(_file(url), data_dir, clock, alone=alone)


def migrate(database_url: str | None, data_dir: Path) -> None:
    """Bring the database to this release's schema. Blocks; raises as `open_storage` does.

    A SQLite file is upgraded by the process that works on it: beside a running desk this only looks whether it has.
    """
    url = _known(database_url or default_url(data_dir))
    if _is_shared(url):
        from storage import postgres_upgrade

        with _plain_words("The database"):
            postgres_upgrade.migrate(url)
        return
    file = _file(url)
    lock = _lock(data_dir, alone=False)
    try:
        _bring_up_to_date(file, working_alone=lock is not None)
    finally:
        if lock is not None:
            lock.release()


def back_up(database_url: str | None, data_dir: Path, file: Path, product: str, clock: Clock) -> Manifest:
    """Write one moment of the database into a file; desks may go on meanwhile. Blocks.

    Raises `Misconfigured` when there is no database or the file cannot be written, `Transient` when it is away.
    """
    url = _known(database_url or default_url(data_dir))
    if _is_shared(url):
        from storage.backup import postgres_database

        with _plain_words("The database"):
            return postgres_database.back_up(url, file, product, clock.now())
    with _plain_words("The database"):
        return sqlite_file.back_up(_file(url), file, product, clock.now())


def restore(
    database_url: str | None,
    data_dir: Path,
    file: Path,
    clock: Clock,
    settle: Settle,
    *,
    overwrite: bool,
    dead_after: float = 30.0,
) -> Path | None:
    """Put a backup in the place of the database, all of it or nothing; `settle` is a part of that. Blocks.

    Returns where a database in a file is kept that was replaced. Raises `Misconfigured` when a desk is running, the
    place is not empty and not to be replaced, or the backup is damaged or of another release.
    """
    url = _known(database_url or default_url(data_dir))
    with _plain_words("The database"), reading(file) as reader:
        if _is_shared(url):
            from storage.backup import postgres_database

            postgres_database.restore(reader, url, clock, settle, overwrite=overwrite, dead_after=dead_after)
            return None
        lock = _lock(data_dir, alone=True)
        try:
            return sqlite_file.restore(reader, _file(url), clock, settle, overwrite=overwrite)
        finally:
            if lock is not None:
                lock.release()


def has_keys(database_url: str | None, data_dir: Path, keys: Sequence[Secret]) -> bool:
    """Whether there are keys already, so that none has to be made."""
    return bool(keys) or (not _is_shared(_known(database_url or default_url(data_dir))) and key_file_exists(data_dir))


def vault_keys(database_url: str | None, data_dir: Path, keys: Sequence[Secret]) -> Sequence[Secret]:
    """The keys that secrets are sealed with: those of the settings, else the ones in `data_dir`.

    Raises `Misconfigured` when several processes share the database and the settings name no key: each would make one
    of its own, and none could open what another has sealed.
    """
    if keys:
        return keys
    if _is_shared(_known(database_url or default_url(data_dir))):
        raise Misconfigured(
            "RELAYDESK_SECRET_KEYS is empty. With PostgreSQL every process needs the same keys: make one with "
            '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`, set it for '
            "all of them, and keep a copy apart from the database."
        )
    return create_key_file(data_dir)


def _open_shared(url: URL, clock: Clock, dead_after: float) -> Storage:
    # Only those who have the database as a server need its driver and the queue for several processes.
    from storage.jobs.bell import NotificationBell
    from storage.jobs.procrastinate_line import ProcrastinateLine
    from storage.postgres import driver_arguments
    from storage.postgres_upgrade import ensure_current as ensure_shared_current
    from storage.server_clock import ServerClock

    lanes = postgres_lanes(url, writers=WRITERS, readers=READERS)
    with ExitStack() as undo:
        undo.callback(lanes.close)
        server_clock = ServerClock(clock)
        with _plain_words("The database"), begun(lanes.snapshots) as connection:
            ensure_shared_current(connection)
            server_clock.compare(connection)
        undo.pop_all()
    store = SqlStore(lanes, server_clock)
    line = ProcrastinateLine(server_clock, dead_after)
    runner = Jobs(store, line, server_clock, NotificationBell(driver_arguments(url)).listen)
    return Storage(store, runner, SqlLeases(store, server_clock), server_clock, store, None)


def _open_file(file: Path, data_dir: Path, clock: Clock, *, alone: bool) -> Storage:
    with ExitStack() as undo:
        lock = _lock(data_dir, alone=alone)
        if lock is not None:
            undo.callback(lock.release)
        _bring_up_to_date(file, working_alone=lock is not None)
        undo.pop_all()
    if lock is not None and not alone:
        lock.release()
        lock = None
    store = SqlStore(sqlite_lanes(file, readers=READERS), clock)
    return Storage(store, Jobs(store, EmbeddedLine(), clock), SqlLeases(store, clock), clock, store, lock)


def _bring_up_to_date(file: Path, *, working_alone: bool) -> None:
    with _plain_words(f"The database {file}"):
        if working_alone:
            upgrade(file)
            free_leases(file)
        else:
            ensure_current(file)


@contextmanager
def _plain_words(database: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        reason = trouble(error) or str(error.orig)
        if is_away(error):
            raise Transient(f"{database} cannot be used: {reason}.", code="database") from error
        raise Misconfigured(f"{database} cannot be used: {reason}.") from error


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


def _known(database_url: str) -> URL:
    # The URL may hold a password: no message repeats it.
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise Misconfigured("RELAYDESK_DATABASE_URL is not a database URL, like sqlite:////data/relaydesk.db") from None
    if url.drivername in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        return url
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    raise Misconfigured(
        f"RELAYDESK_DATABASE_URL names {url.drivername}, but RelayDesk keeps its data in SQLite (sqlite:///file) or "
        "PostgreSQL (postgresql+psycopg://user:password@host/database)."
    )


def _is_shared(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def _file(url: URL) -> Path:
    if url.database in {None, "", ":memory:"}:
        raise Misconfigured("RELAYDESK_DATABASE_URL names no file; a database in memory would lose every mail.")
    return Path(str(url.database))
