"""The databases that a shop's desk may stand on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest

from integrations.simulator.clock import MovableClock
from tests.contract.postgres_server import postgres_server
from tests.contract.store_places import ServerMover

DATABASES = ("sqlite", "postgres")
# Of the database on which the present test's shop stands; not set for a file in the shop's directory.
URL = "RELAYDESK_TEST_DATABASE_URL"


def database_url(name: str, config: pytest.Config) -> str:
    """Of a new database; empty for a file in the shop's directory. Skips where there is no PostgreSQL."""
    if name == "sqlite":
        return ""
    server = postgres_server(config)
    return server.url(server.database())


def usual_url() -> str:
    return os.environ.get(URL, "")


@contextmanager
def clock_of(url: str, rate: float) -> Iterator[MovableClock]:
    """A clock that the database keeps, too, where due times follow the database's."""
    if not url:
        yield MovableClock(rate=rate)
        return
    with psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:", 1), autocommit=True) as database:
        yield ServerMover(database, start=datetime.now(UTC), rate=rate)
