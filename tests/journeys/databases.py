"""The databases that a shop's desk may stand on."""

import pytest

from tests.contract.postgres_server import postgres_server

DATABASES = ("sqlite", "postgres")


def database_url(name: str, config: pytest.Config) -> str:
    """Of a new database; empty for a file in the shop's directory. Skips where there is no PostgreSQL."""
    if name == "sqlite":
        return ""
    server = postgres_server(config)
    return server.url(server.database())
