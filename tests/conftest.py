"""What holds for every test: no network but this machine, no settings of whoever runs it, no silent skip in the gate."""

import logging
import os
import re
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import pytest
import structlog
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from tests.loopback import LOOPBACK, LoopbackOnly

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

FROZEN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# These tests read what lies beside the checkout in development only; they are the one kind that the gate may miss.
_BESIDE = re.compile(r"\bbeside th(?:is|e) checkout\b")
_FOREIGN = re.compile(r"RELAYDESK_(?!TEST_)|(?:https?|all|no)_proxy$", re.IGNORECASE)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LOOPBACK] = LoopbackOnly()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _held_to_account((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _held_to_account((yield))


def _held_to_account(report: Report) -> Report:
    """With RELAYDESK_TEST_REQUIRE=all a test that could not run has failed."""
    expected = hasattr(report, "wasxfail")
    if report.skipped and not expected and os.environ.get("RELAYDESK_TEST_REQUIRE") == "all":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not _BESIDE.search(reason):
            report.outcome = "failed"
            report.longrepr = f"RELAYDESK_TEST_REQUIRE=all, but this was not run. {reason}"
    return report


@pytest.fixture(autouse=True)
def _settings_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if _FOREIGN.match(name):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _log_of_nobody() -> Iterator[None]:
    """A command sets the log up for its process; the next test must not write where this one's output went."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture(autouse=True)
def _stays_on_this_machine(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test whose attempt to reach the network was swallowed on its way."""
    attempts = request.config.stash[LOOPBACK].attempts
    attempts.clear()
    yield
    assert attempts == []


@pytest.fixture
def frozen_time() -> Iterator[FrozenDateTimeFactory]:
    """The wall's clock stands at `FROZEN_AT` until the test moves it; the loop's own clock goes on."""
    # pytest measures how long a test takes with the clock that is left alone.
    with freeze_time(FROZEN_AT, real_asyncio=True, ignore=["_pytest.timing"]) as frozen:
        assert isinstance(frozen, FrozenDateTimeFactory)
        yield frozen
