"""The benchmarks run; what they find is nobody's business here."""

import json
import subprocess
import sys
from contextlib import ExitStack

from tests.bench.__main__ import Bench
from tests.bench.goals import GOALS, Figure
from tests.bench.processes import ROOT
from tests.bench.sizes import TINY


def run(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--tiny", *arguments],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_last_line_holds_what_was_asked_for() -> None:
    assert run("--only", "ingest_sqlite").keys() == {"ingest_sqlite"}


def test_every_goal_of_the_table_is_measured() -> None:
    with ExitStack() as stack:
        measured = Bench(TINY, stack).measurements()
    assert [key for keys in measured for key in keys] == list(GOALS)


def test_a_figure_says_whether_its_goal_is_met() -> None:
    assert str(Figure("growth", 1.3, "detail", (1.2, 1.4))).startswith("MISSED growth")
    assert "rounds 1.20 to 1.40" in str(Figure("growth", 1.3, "detail", (1.2, 1.4)))
    assert str(Figure("ingest_sqlite", 1.3, "detail")).startswith("met")
