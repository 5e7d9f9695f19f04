"""How RelayDesk opens a PostgreSQL database.

Everything that a transaction needs is said in the one message that begins it, and nothing is left to the session: that
holds behind a connection pooler too, and costs no round trip.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

# A transaction that stands still for so long belongs to a process that was stopped or cut off; its rows are let go.
_WRITING_LIMITS = (
    "SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '10s'; "
    "SET LOCAL idle_in_transaction_session_timeout = '30s'"
)
_READING_LIMITS = "SET LOCAL statement_timeout = '60s'; SET LOCAL idle_in_transaction_session_timeout = '60s'"

_AS_TEXT = "SET LOCAL client_encoding = 'UTF8'; SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'UTC'"

# The queue is empty in one second and holds a thousand jobs in the next. No statistics can follow it, and a plan for an
# empty table reads and sorts the thousand for each that is claimed (measured: 4 ms instead of 0.3 ms).
_BY_INDEX = "; ".join(
    f"SET LOCAL enable_{way} = off" for way in ("sort", "seqscan", "bitmapscan", "hashjoin", "mergejoin")
)
# SQLAlchemy lets go of an answer whose first part is no row, and the rest could not be read. This takes no snapshot.
_TELLS = "SHOW transaction_isolation"

# A dead server is noticed by these, in seconds (the last in milliseconds), however the network went away.
_CONNECTING: dict[str, str] = {
    "connect_timeout": "5",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
    "application_name": "relaydesk",
}


class Begin(StrEnum):
    """How a transaction begins.

    A unit of work sees one moment, and what it changes must not have been changed since (REPEATABLE READ). That is not
    yet SQLite's one writer after the other: two units that look at the same rows and write different ones would each
    overlook the other. What they could get wrong together belongs to one ticket, so whatever adds to a ticket's story
    changes the ticket's row too (`SqlEvents.add`), and the second starts again. SERIALIZABLE would forbid it
    everywhere, but by pages of indexes, and tickets of the same day meet in them at every turn (measured: 90 units a
    second instead of 290 at eight at a time, and 1.6 collisions each).

    All units share a lock on a table that no other statement minds; the run that has collided too often takes it for
    itself alone, and then nobody can be in its way. It comes before the snapshot, which would otherwise be older than
    what was waited for. The transaction's number tells how it ended, should the answer to COMMIT be lost.

    The queue claims rows that others leave (SKIP LOCKED) and must see each as it is by now. A snapshot is one moment.
    """

    WORK = (
        f"{_TELLS}; BEGIN ISOLATION LEVEL REPEATABLE READ; {_WRITING_LIMITS}; "
        "LOCK TABLE alembic_version IN ROW SHARE MODE; SELECT pg_current_xact_id()::text"
    )
    WORK_ALONE = (
        f"{_TELLS}; BEGIN ISOLATION LEVEL REPEATABLE READ; {_WRITING_LIMITS}; "
        "LOCK TABLE alembic_version IN EXCLUSIVE MODE; SELECT pg_current_xact_id()::text"
    )
    QUEUE = f"BEGIN ISOLATION LEVEL READ COMMITTED; {_WRITING_LIMITS}; {_BY_INDEX}"
    SNAPSHOT = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_READING_LIMITS}"
    # All of it as of one moment, however long that takes; what the text of a time or of a letter is, is settled.
    BACKUP = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_AS_TEXT}"
    # Nobody who starts meanwhile gets past the schema's revision before it is over.
    RESTORE = (
        f"BEGIN ISOLATION LEVEL REPEATABLE READ; {_AS_TEXT}; SET LOCAL lock_timeout = '10s'; "
        "LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"
    )
    # What there is to move may be large; but nobody who works shall stand behind a lock that it waits for.
    MIGRATION = "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL lock_timeout = '10s'"


def engine(url: URL, begin: Begin, connections: int) -> Engine:
    """An engine with a pool of its own; 0 connections means one for each use."""
    given = {name: value for name, value in _CONNECTING.items() if name not in url.query}
    pool = {"poolclass": NullPool} if connections == 0 else {"pool_size": connections, "max_overflow": 0}
    # Autocommit: the driver would begin transactions of its own, with less in them.
    # The text of an error must not hold a buyer's words.
    made = create_engine(url, connect_args={**given, "autocommit": True}, hide_parameters=True, **pool)
    event.listen(made, "begin", _begin)
    return begins(made, begin)


def begins(engine: Engine, begin: str) -> Engine:
    """The same engine and pool, with transactions that begin in another way."""
    return engine.execution_options(relaydesk_begin=begin)


def _begin(connection: Connection) -> None:
    connection.info["transaction"] = None
    # Through SQLAlchemy, so that a connection that has died meanwhile is recognised as such.
    begin = connection.get_execution_options()["relaydesk_begin"]
    result = connection.exec_driver_sql(begin, execution_options={"no_parameters": True})
    cursor: Any = result.cursor
    if cursor is not None:
        while cursor.nextset():
            pass
        (connection.info["transaction"],) = cursor.fetchone()
    result.close()


def driver_arguments(url: URL) -> dict[str, Any]:
    """What the driver's `connect` takes, for a connection beside the pools."""
    dialect: Any = url.get_dialect()()
    _, arguments = dialect.create_connect_args(url)
    return {**_CONNECTING, **arguments}
