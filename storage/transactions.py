"""Beginning and ending a transaction on a server that may go away at any moment."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from bot.ports.failures import Transient
from storage.dialects import has_failed, trouble

# How long a server that was lost at COMMIT is asked what became of it, in seconds, and how often.
ASK_FOR = 10.0
ASK_EVERY = 0.25

_STATUS = text("SELECT pg_xact_status(CAST(:transaction AS xid8))")


class CommitUnanswered(Exception):
    """The connection was lost during COMMIT, and nobody could be asked whether it took effect."""


def failure_of(error: DBAPIError) -> Transient | None:
    """What is the matter with the database, as one of the four failure words; None when the statement is at fault.

    Who cleans up after a failure fails too: what is the matter may be said by the error before this one.
    """
    found: BaseException | None = error
    while found is not None:
        reason = trouble(found) if isinstance(found, DBAPIError) else None
        if reason is not None:
            return Transient(f"Nothing was read or saved: {reason}.", code="database")
        found = found.__context__
    return None


@contextmanager
def begun(engine: Engine) -> Iterator[Connection]:
    """A connection inside a transaction, which is rolled back unless the block commits it."""
    connection = _begin(engine)
    with connection:
        yield connection


def _begin(engine: Engine) -> Connection:
    connection = engine.connect()
    try:
        connection.begin()
    except DBAPIError as error:
        connection.close()
        if not error.connection_invalidated:
            raise
        # It had died since it was last used, and so have its neighbours, which are gone from the pool now. Nothing has
        # been asked of the server yet.
        connection = engine.connect()
        try:
            connection.begin()
        except DBAPIError:
            connection.close()
            raise
    return connection


def commit(connection: Connection, *, ask: Engine | None) -> None:
    """Commit; when the connection is lost meanwhile, ask the database through `ask` whether it took effect.

    Raises `CommitUnanswered`, and the driver's error when nothing was committed.
    """
    if has_failed(connection):
        raise RuntimeError("a statement has failed, and its error was swallowed outside a savepoint: nothing was saved")
    number: str | None = connection.info.get("transaction")
    try:
        connection.commit()
    except DBAPIError as error:
        if ask is None or number is None or not error.connection_invalidated:
            raise
        if not _took_effect(ask, number):
            raise


def _took_effect(engine: Engine, number: str) -> bool:
    end = time.monotonic() + ASK_FOR
    while True:
        try:
            with begun(engine) as connection:
                status = connection.execute(_STATUS, {"transaction": number}).scalar_one()
        except DBAPIError as error:
            if time.monotonic() > end:
                raise CommitUnanswered(number) from error
        else:
            if status in {"committed", "aborted"}:
                return bool(status == "committed")
            # Its server process has not noticed yet that nobody waits for it any more.
            if time.monotonic() > end:
                raise CommitUnanswered(number)
        time.sleep(ASK_EVERY)
