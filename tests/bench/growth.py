"""Cost per mail with a million tickets stored, beside a thousand: the same letters, the same product, in turn."""

import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bot.settings import Settings
from tests.bench.databases import SqliteFiles
from tests.bench.filling import fill_sqlite
from tests.bench.goals import Figure
from tests.bench.ingest import PRODUCT, rate
from tests.bench.processes import running
from tests.bench.sizes import Sizes
from tests.bench.stocked import new_directory
from tests.bench.world import World, environment, world


@dataclass(frozen=True, slots=True)
class Stock:
    settings: Settings
    database: str
    directory: Path


async def growth(sizes: Sizes) -> Figure:
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(world())
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="relaydesk-bench-")))
        few = await _stocked(shop, new_directory(place, "few"), sizes.few_tickets)
        began = time.monotonic()
        many = await _stocked(shop, new_directory(place, "many"), sizes.many_tickets)
        print(f"       {sizes.many_tickets} tickets were filled in within {time.monotonic() - began:.0f} s", flush=True)
        costs_of_few, costs_of_many = [], []
        for _round in range(sizes.growth_rounds):
            costs_of_few.append(await _cost(shop, few, sizes.growth_mails))
            costs_of_many.append(await _cost(shop, many, sizes.growth_mails))
    ratios = tuple(large / small for large, small in zip(costs_of_many, costs_of_few, strict=True))
    detail = (
        f"SQLite: {median(costs_of_many) * 1000:.2f} ms a mail with {sizes.many_tickets:,} tickets; "
        f"{median(costs_of_few) * 1000:.2f} ms with {sizes.few_tickets:,}"
    )
    return Figure("growth", median(ratios), detail, ratios)


async def _stocked(shop: World, directory: Path, tickets: int) -> Stock:
    await shop.set_up(shop.settings(directory))
    databases = SqliteFiles()
    stock = Stock(shop.settings(directory, slack=False), databases.of_product("", directory), directory)
    # One ticket that the product itself has taken in is what the others are copied from.
    await _cost(shop, stock, 0)
    fill_sqlite(Path(stock.database), tickets)
    return stock


async def _cost(shop: World, stock: Stock, mails: int) -> float:
    """Seconds a mail."""
    letters = shop.letters(mails + 1)
    # Each process finds the letters of its own round only.
    shop.empty_mailbox()
    log = stock.directory / "log"
    async with running("tests.bench.taking_in", log=log, given=environment(stock.settings), gracefully=True):
        return 1 / max(await rate(shop, SqliteFiles(), stock.database, PRODUCT, letters), 0.001)
