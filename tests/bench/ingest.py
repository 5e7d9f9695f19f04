"""Mail to committed ticket, beside IMAP fetch, MIME parse and one durable commit for each mail.

Both wait by IDLE in a process of their own, each at its own mailbox, and are in turn given all letters of a round at
once. A rate is letters by the seconds until the last of them is committed.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bot.settings import Settings
from tests.bench.databases import Databases, Kept
from tests.bench.goals import Figure
from tests.bench.processes import running
from tests.bench.sizes import Sizes
from tests.bench.world import ADDRESS, PASSWORD, World, environment, until, world

_BACK_IN_IDLE = 0.5


async def ingest(key: str, databases: Databases, sizes: Sizes) -> Figure:
    product, bare = [], []
    with tempfile.TemporaryDirectory(prefix="relaydesk-bench-") as place:
        directory = Path(place)
        async with _product(databases, directory) as ours, _bare(databases, directory) as theirs:
            # In turn, so that what else the machine does weighs on both; who is not asked idles.
            for _round in range(sizes.ingest_rounds):
                product.append(await ours.rate(sizes.ingest_mails))
                bare.append(await theirs.rate(sizes.ingest_mails))
    ratios = tuple(ours / theirs for ours, theirs in zip(product, bare, strict=True))
    detail = f"{databases.name}: {median(product):.0f} mails/s to committed tickets; bare {median(bare):.0f}"
    return Figure(key, median(ratios), detail, ratios)


@dataclass(frozen=True, slots=True)
class Intake:
    """A process that watches the mailbox of a world, and the table in which its work can be seen."""

    shop: World
    kept: Kept

    async def rate(self, mails: int) -> float:
        """Letters a second, from the moment at which they are in the mailbox until the last of them is committed."""
        letters = self.shop.letters(mails + 1)
        # Connections stand and the reading process has started before anything is measured.
        before = self.kept.newest()
        self.shop.deliver(letters[:1])
        await until(lambda: self.kept.above(before) >= 1, "the first letter")
        # It is back in IDLE by then; IMAPClient's own, which the bare script uses, overlooks a push that comes while it
        # is being entered.
        await asyncio.sleep(_BACK_IN_IDLE)
        before = self.kept.newest()
        self.shop.deliver(letters[1:])
        began = time.perf_counter()
        await until(lambda: self.kept.above(before) >= mails, "the last letter", within=120)
        return mails / (time.perf_counter() - began)


@asynccontextmanager
async def _product(databases: Databases, directory: Path) -> AsyncIterator[Intake]:
    async with world() as shop:
        url = databases.for_product(directory)
        await shop.set_up(shop.settings(directory, database_url=url))
        settings = shop.settings(directory, database_url=url, slack=False)
        async with taking_in(shop, settings, databases, databases.of_product(url, directory)) as intake:
            yield intake


@asynccontextmanager
async def taking_in(shop: World, settings: Settings, databases: Databases, database: str) -> AsyncIterator[Intake]:
    log, given = settings.data_dir / "log", environment(settings)
    with databases.opened(database) as ask:
        async with running("tests.bench.taking_in", log=log, given=given, gracefully=True):
            yield Intake(shop, Kept("ticket", "id", ask))


@asynccontextmanager
async def _bare(databases: Databases, directory: Path) -> AsyncIterator[Intake]:
    async with world() as shop:
        database = databases.for_bare(directory)
        given = (str(shop.mail.imap_port), ADDRESS, PASSWORD, database)
        with databases.opened(database) as ask:
            async with running("tests.bench.bare.ingest", *given, log=directory / "log"):
                yield Intake(shop, Kept("mail", "uid", ask))
