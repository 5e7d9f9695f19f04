"""Brings a PostgreSQL database to the schema of this release, or refuses.

Unlike a SQLite file, a database that several processes share is not upgraded by whoever starts first: `relaydesk
migrate` does it, beside processes of the release before (docs/decisions/0005).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from sqlalchemy import URL, Connection, text

from bot.ports.failures import Misconfigured
from storage.postgres import Begin, begins, engine
from storage.transactions import begun
from storage.upgrade import configuration, no_row_lost, revisions

# "relaydesk" in ASCII, cut to a bigint: whoever else uses advisory locks in this database will not meet it.
MIGRATOR = 0x72656C6179646573
MIGRATION = Begin.MIGRATION.value
# A second migrator waits so long for the first, which leaves it nothing to do.
_WAIT = text("SET lock_timeout = '10min'")


def migrate(url: URL) -> None:
    """Upgrade in one transaction: all of it, or nothing. Raises `Misconfigured` when a newer release has been here."""
    migrating = engine(url, Begin.QUEUE, 0)
    # Held by the session and taken in a transaction of its own, because the snapshot of the one that migrates must be
    # younger than the end of whoever migrated before.
    with migrating.connect() as session, _alone(session), begun(begins(migrating, MIGRATION)) as connection:
        config = configuration(connection)
        found, wanted = revisions(config, connection)
        if found == wanted:
            return
        with no_row_lost(connection):
            command.upgrade(config, "head")
        connection.commit()


@contextmanager
def _alone(session: Connection) -> Iterator[None]:
    with session.begin():
        session.execute(_WAIT)
        session.execute(text("SELECT pg_advisory_lock(:migrator)"), {"migrator": MIGRATOR})
    # The lock goes with the session, however it ends.
    yield


def ensure_current(connection: Connection) -> None:
    """Raises `Misconfigured` unless the database has the schema of this release."""
    found, wanted = revisions(configuration(connection), connection)
    if found is None:
        raise Misconfigured("The database is empty. Run `relaydesk migrate` once, and start the processes then.")
    if found != wanted:
        raise Misconfigured(
            f"The database is at the schema of an older release ({found}; this release wants {wanted}). Run `relaydesk "
            "migrate` of this release first: processes of the old one may go on meanwhile. Nothing was changed."
        )
