"""Journeys marked `both_databases` are played on SQLite and on PostgreSQL, the others on SQLite; with
RELAYDESK_TEST_DATABASE=postgres all of them are played on PostgreSQL."""

import os

import pytest

from tests.journeys.databases import DATABASES, URL, database_url


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases") is not None:
        metafunc.parametrize("standing_on", DATABASES, indirect=True)


@pytest.fixture(autouse=True)
def standing_on(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    name: str = getattr(request, "param", os.environ.get("RELAYDESK_TEST_DATABASE", "sqlite"))
    if name == "postgres" and request.node.get_closest_marker("in_a_file") is not None:
        pytest.skip("this journey is about the file in which SQLite keeps a database")
    url = database_url(name, request.config)
    if url:
        monkeypatch.setenv(URL, url)
    else:
        monkeypatch.delenv(URL, raising=False)
