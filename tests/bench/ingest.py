"""Mail to committed ticket, beside IMAP fetch, MIME parse and one durable commit for each mail.

Both wait by IDLE in a process of their own, have taken in a first letter already, and are then given all letters of a
round at once. A rate is letters by the seconds until the last of them is committed.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.bench.databases import Databases, Kept
from tests.bench.goals import Figure
from tests.bench.processes import running
from tests.bench.sizes import Sizes
from tests.bench.world import ADDRESS, PASSWORD, World, environment, until, world

_BACK_IN_IDLE = 0.5


async def ingest(key: str, databases: Databases, sizes: Sizes) -> Figure:
    product, bare = [], []
    with tempfile.TemporaryDirectory(prefix="relaydesk-bench-") as place:
        for number in range(sizes.ingest_rounds):
            directory = Path(place) / str(number)
            directory.mkdir()
            # Taken in turn, so that what else the machine does weighs on both.
            product.append(await _product(databases, directory, sizes.ingest_mails))
            bare.append(await _bare(databases, directory, sizes.ingest_mails))
    ratios = tuple(ours / theirs for ours, theirs in zip(product, bare, strict=True))
    detail = f"{databases.name}: {median(product):.0f} mails/s to committed tickets; bare {median(bare):.0f}"
    return Figure(key, median(ratios), detail, ratios)


async def _product(databases: Databases, directory: Path, mails: int) -> float:
    async with world() as shop:
        url = databases.for_product(directory)
        await shop.set_up(shop.settings(directory, database_url=url))
        settings = shop.settings(directory, database_url=url, slack=False)
        database = databases.of_product(url, directory)
        letters = shop.letters(mails + 1)
        async with running("tests.bench.taking_in", log=directory / "log", given=environment(settings)):
            return await rate(shop, databases, database, PRODUCT, letters)


async def _bare(databases: Databases, directory: Path, mails: int) -> float:
    async with world() as shop:
        database = databases.for_bare(directory)
        given = (str(shop.mail.imap_port), ADDRESS, PASSWORD, database)
        letters = shop.letters(mails + 1)
        async with running("tests.bench.bare.ingest", *given, log=directory / "log"):
            return await rate(shop, databases, database, BARE, letters)


PRODUCT = ("ticket", "id")
BARE = ("mail", "uid")


async def rate(
    shop: World, databases: Databases, database: str, table: tuple[str, str], letters: Sequence[bytes]
) -> float:
    """Letters a second, from the moment at which they are in the mailbox until the last of them is committed."""
    with ExitStack() as stack:
        kept = Kept(*table, stack.enter_context(databases.opened(database)))
        before = kept.newest()
        # Connections stand and the reading process has started before anything is measured.
        shop.deliver(letters[:1])
        await until(lambda: kept.above(before) >= 1, "the first letter")
        # Both are back in IDLE by then; IMAPClient's own, which the bare script uses, overlooks a push that comes while
        # it is being entered.
        await asyncio.sleep(_BACK_IN_IDLE)
        before = kept.newest()
        shop.deliver(letters[1:])
        began = time.perf_counter()
        await until(lambda: kept.above(before) >= len(letters) - 1, "the last letter", within=120)
        return (len(letters) - 1) / (time.perf_counter() - began)
