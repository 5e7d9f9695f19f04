"""Cost per mail with a million tickets stored, beside a thousand: the same letters, the same product, in turn."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

from tests.bench.databases import SqliteFiles
from tests.bench.filling import fill_sqlite
from tests.bench.goals import Figure
from tests.bench.ingest import Intake, taking_in
from tests.bench.sizes import Sizes
from tests.bench.stocked import new_directory
from tests.bench.world import until, world


async def growth(sizes: Sizes) -> Figure:
    costs_of_few, costs_of_many = [], []
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="relaydesk-bench-")))
        few = await stack.enter_async_context(_stocked(new_directory(place, "few"), sizes.few_tickets))
        many = await stack.enter_async_context(_stocked(new_directory(place, "many"), sizes.many_tickets))
        for number in range(-1, sizes.growth_rounds):
            costs = [1 / await intake.rate(sizes.growth_mails) for intake in (few, many)]
            # The first round brings into memory what a desk at work has there, and does not count.
            if number >= 0:
                costs_of_few.append(costs[0])
                costs_of_many.append(costs[1])
    ratios = tuple(large / small for large, small in zip(costs_of_many, costs_of_few, strict=True))
    detail = (
        f"SQLite: {median(costs_of_many) * 1000:.2f} ms a mail with {sizes.many_tickets:,} tickets; "
        f"{median(costs_of_few) * 1000:.2f} ms with {sizes.few_tickets:,}"
    )
    return Figure("growth", median(ratios), detail, ratios)


@asynccontextmanager
async def _stocked(directory: Path, tickets: int) -> AsyncIterator[Intake]:
    databases = SqliteFiles()
    async with world() as shop:
        await shop.set_up(shop.settings(directory))
        settings = shop.settings(directory, slack=False)
        database = databases.of_product("", directory)
        # One ticket that the product itself has taken in is what the others are copied from.
        async with taking_in(shop, settings, databases, database) as intake:
            shop.deliver(shop.letters(1))
            await until(lambda: intake.kept.above(0) >= 1, "the first ticket")
        await asyncio.to_thread(fill_sqlite, Path(database), tickets)
        async with taking_in(shop, settings, databases, database) as intake:
            yield intake
