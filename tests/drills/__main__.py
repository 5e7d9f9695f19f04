"""`make drills ARGS="--runs N --seed S"`: the desk is killed, cut off and confused; the oracle says what came of it."""

import argparse
import asyncio
import json
import logging
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from tests.drills.boundaries import all_boundaries
from tests.drills.lives import Nursery
from tests.drills.places import Place, PostgresPlace, SqlitePlace
from tests.drills.plan import Database, Planner, replicas_plan
from tests.drills.run import Ran, Run


@dataclass
class Tally:
    runs: list[Ran] = field(default_factory=list)

    def hits(self, database: Database) -> Counter[int]:
        return Counter(hit for ran in self.runs if ran.plan.database is database for hit in ran.hit)

    def as_json(self, seconds: float) -> dict[str, object]:
        def count(kind: str) -> int:
            return sum(len(getattr(ran.verdict, kind)) for ran in self.runs)

        return {
            "runs": len(self.runs),
            "faults": sum(ran.faults for ran in self.runs),
            "boundaries_hit": len({hit for ran in self.runs for hit in ran.hit}),
            "boundaries_all": len(all_boundaries()),
            **{kind: count(kind) for kind in ("lost", "doubled", "twins", "silent", "unresolved", "misplaced")},
            "seconds": round(seconds, 1),
        }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make drills", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="how many runs, over all databases (default 10)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--only", type=int, metavar="RUN", help="repeat this one run of the seed")
    parser.add_argument("--aim", default="", metavar="N,N", help="die at these boundaries, not at all in turn")
    parser.add_argument("--sabotage", default="", choices=["lose", "double", "misaddress", "leak"])
    parser.add_argument("--hits", type=Path, help="write how often each boundary was hit to this file, as JSON")
    parser.add_argument("--boundaries", action="store_true", help="list the boundaries with their numbers")
    parser.add_argument(
        "--scenario", choices=["replicas"], help="three replicas killed in turn while 500 mails and 300 replies pass"
    )
    told = parser.parse_args(arguments)
    if told.scenario:
        told.database, told.runs = "postgres", 1
    if told.boundaries:
        print("\n".join(f"{number} {boundary}" for number, boundary in enumerate(all_boundaries())))
        return 0
    # The stand-ins' server would tell of every connection that is cut, which is what happens here all the time.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    return asyncio.run(_drill(told))


async def _drill(told: argparse.Namespace) -> int:
    began = time.monotonic()
    databases = list(Database) if told.database == "both" else [Database(told.database)]
    drill = Drill(told, Path(tempfile.mkdtemp(prefix="relaydesk-drill-")))
    await drill.through(databases)
    tally = drill.tally
    if told.hits:
        hits = {database.value: dict(sorted(tally.hits(database).items())) for database in databases}
        told.hits.write_text(json.dumps(hits), encoding="utf-8")
    bad = [ran for ran in tally.runs if ran.verdict.violations]
    if not bad and not any(ran.restless for ran in tally.runs):
        shutil.rmtree(drill.folder)
    print(json.dumps(tally.as_json(time.monotonic() - began)))
    return 1 if bad else 0


@dataclass
class Drill:
    told: argparse.Namespace
    folder: Path
    tally: Tally = field(default_factory=Tally)

    async def through(self, databases: Sequence[Database]) -> None:
        targets = tuple(int(each) for each in self.told.aim.split(",") if each)
        with (self.folder / "nursery.log").open("wb", buffering=0) as log:
            nursery = Nursery(log)
            await nursery.start()
            try:
                for place, database in enumerate(databases):
                    # The first database takes the odd one.
                    count = (self.told.runs + len(databases) - 1 - place) // len(databases)
                    numbers = range(count) if self.told.only is None else [self.told.only]
                    await self._on(Planner(database, self.told.seed, targets), numbers, nursery)
            finally:
                await nursery.stop()

    async def _on(self, planner: Planner, numbers: Sequence[int], nursery: Nursery) -> None:
        folder = self.folder / planner.database
        place: Place = PostgresPlace(folder) if planner.database is Database.POSTGRES else SqlitePlace(folder)
        try:
            if numbers:
                await place.ready()
            for number in numbers:
                directory = folder / f"{planner.seed}-{number}"
                ran = await self._run(planner, number, place, nursery, directory).play()
                self.tally.runs.append(ran)
                _tell(ran, directory, self.told)
        finally:
            await place.close()

    def _run(self, planner: Planner, number: int, place: Place, nursery: Nursery, directory: Path) -> Run:
        if self.told.scenario:
            return Run(replicas_plan(planner.seed), place, nursery, directory, patience=180.0, given_up_after=30.0)
        run = Run(planner.plan(number), place, nursery, directory, self.told.sabotage)
        if self.told.sabotage:
            # What was lost is waited for in vain.
            run.patience, run.given_up_after = 20.0, 5.0
        return run


def _tell(ran: Ran, directory: Path, told: argparse.Namespace) -> None:
    plan = ran.plan
    print(
        f"{plan.database} run {plan.number}: {ran.seconds:.1f} s, {ran.faults} faults, {ran.deaths} deaths, "
        f"boundaries {sorted(ran.hit)}",
        flush=True,
    )
    if ran.restless:
        print(f"  its desk never came to rest; the last state was judged. Kept in {directory}", flush=True)
    elif not ran.verdict.violations:
        shutil.rmtree(directory)
    if not ran.verdict.violations:
        return
    for violation in ran.verdict.violations:
        print(f"  VIOLATION {violation}", file=sys.stderr)
    aim = f" --aim {told.aim}" if told.aim else ""
    sabotage = f" --sabotage {told.sabotage}" if told.sabotage else ""
    again = f"--database {plan.database} --seed {plan.seed} --only {plan.number}{aim}{sabotage}"
    print(f'  kept in {directory}; repeat it alone: make drills ARGS="{again}"', file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
