"""One clock is asked, the injected one; and nothing freezes the loop with it."""

import ast
import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from freezegun.api import FrozenDateTimeFactory

from tests.house.tree import PACKAGES, modules, name, tree

# Where the world's time comes in; everything else is handed a clock.
CLOCKS = {
    "bot/system_clock.py",
    "bot/cli.py",
    "integrations/simulator/clock.py",
    # A certificate is judged by the TLS library, which knows the wall's clock only.
    "integrations/simulator/mail/certificate.py",
}
_READS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def _calls(*folders: str) -> Iterator[tuple[str, ast.Call]]:
    for path in modules(*folders):
        for part in ast.walk(tree(path)):
            if isinstance(part, ast.Call):
                yield name(path), part


def test_only_clocks_read_the_time() -> None:
    found = [
        f"{path}:{call.lineno} {ast.unparse(call)}"
        for path, call in _calls(*PACKAGES)
        if path not in CLOCKS and ast.unparse(call.func).removeprefix("datetime.datetime.") in _READS
    ]
    assert found == []


def test_no_instant_is_without_its_zone() -> None:
    """ruff's DTZ rules refuse the rest, and nothing outside of tests may switch them off."""
    naive = [
        f"{path}:{call.lineno} {ast.unparse(call)}"
        for path, call in _calls(*PACKAGES, "tests")
        if _makes_naive(ast.unparse(call.func).rpartition(".")[2], call)
    ]
    switched_off = [name(path) for path in modules(*PACKAGES) if "noqa: " + "DTZ" in path.read_text(encoding="utf-8")]
    assert naive == []
    assert switched_off == []


def _makes_naive(function: str, call: ast.Call) -> bool:
    zones = {keyword.arg for keyword in call.keywords} & {"tz", "tzinfo"}
    match function:
        case "utcnow" | "utcfromtimestamp":
            return True
        case "fromtimestamp":
            return len(call.args) < 2 and not zones
        case "now":
            return ast.unparse(call.func).endswith("datetime.now") and not call.args and not zones
        case _:
            return False


def test_frozen_time_never_freezes_the_loop() -> None:
    """Without `real_asyncio` an `asyncio.sleep` under frozen time never returns."""
    found = [
        f"{path}:{call.lineno}"
        for path, call in _calls("tests")
        if ast.unparse(call.func).endswith("freeze_time")
        and not any(keyword.arg == "real_asyncio" for keyword in call.keywords)
    ]
    assert found == []


async def test_the_loop_runs_under_frozen_time(frozen_time: FrozenDateTimeFactory) -> None:
    before = datetime.now(UTC)
    async with asyncio.timeout(5):
        await asyncio.sleep(0.01)
    assert datetime.now(UTC) == before
    frozen_time.tick(timedelta(hours=48))
    assert datetime.now(UTC) - before == timedelta(hours=48)


@pytest.mark.parametrize("text", ["datetime.utcnow()", "datetime.now()", "datetime.fromtimestamp(0)"])
def test_a_naive_instant_is_noticed(text: str) -> None:
    (call,) = (part for part in ast.walk(ast.parse(text)) if isinstance(part, ast.Call))
    assert _makes_naive(ast.unparse(call.func).rpartition(".")[2], call)
