"""What the product adds between a pushed mail and its posted card, in units of one durable commit.

Added is the product's time from the push to the card, less the time of a bare script that goes the same way over the
same network and keeps nothing: IDLE, fetch, parse, three order calls, one message. A durable commit is one INSERT of
the same mail with synchronous=FULL, measured between the letters of the same run.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.goals import Figure
from tests.bench.processes import running
from tests.bench.sizes import Sizes
from tests.bench.stocked import new_directory
from tests.bench.world import ADDRESS, PASSWORD, World, environment, until, world

# Slack takes one message a second into a channel; nobody shall wait for that.
_APART = 1.3


async def latency(sizes: Sizes) -> Figure:
    ours: list[float] = []
    bare: list[float] = []
    commits: list[float] = []
    with tempfile.TemporaryDirectory(prefix="relaydesk-bench-") as place:
        for number in range(sizes.latency_rounds):
            directory = new_directory(Path(place), str(number))
            ours.append(await _product(directory, sizes.latency_mails, commits))
            bare.append(await _bare(directory, sizes.latency_mails, commits))
    commit = median(commits)
    rounds = tuple((one - other) / commit for one, other in zip(ours, bare, strict=True))
    detail = (
        f"push to card {median(ours) * 1000:.1f} ms; the bare way {median(bare) * 1000:.1f} ms; "
        f"one durable commit {commit * 1000:.2f} ms"
    )
    return Figure("latency_commits", median(rounds), detail, rounds)


async def _product(directory: Path, mails: int, commits: list[float]) -> float:
    async with world() as shop:
        settings = shop.settings(directory)
        await shop.set_up(settings)
        letters = shop.letters(mails + 1)
        async with running("bot", "run", log=directory / "log", given=environment(settings)):
            return await _cards(shop, letters, directory, commits)


async def _bare(directory: Path, mails: int, commits: list[float]) -> float:
    async with world() as shop:
        letters = shop.letters(mails + 1)
        given = (
            str(shop.mail.imap_port), ADDRESS, PASSWORD, shop.walmart.api_url,
            shop.slack.api_url, shop.slack.bot_token, shop.channels[0],
        )  # fmt: skip
        async with running("tests.bench.bare.first_card", *given, log=directory / "log"):
            return await _cards(shop, letters, directory, commits)


async def _cards(shop: World, letters: Sequence[bytes], directory: Path, commits: list[float]) -> float:
    """The median of the seconds from push to card; the first letter warms up."""
    taken = []
    for number, letter in enumerate(letters, start=1):
        began = time.perf_counter()
        shop.deliver([letter])
        await until(partial(_has_cards, shop, number), "a card", every=0.001)
        taken.append(time.perf_counter() - began)
        commits.append(_commit(directory / "commits.db", letter))
        await asyncio.sleep(_APART)
    return median(taken[1:])


def _has_cards(shop: World, number: int) -> bool:
    return len(shop.slack.messages(shop.channels[0])) >= number


def _commit(file: Path, raw: bytes) -> float:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").close()
        connection.execute("PRAGMA synchronous = FULL").close()
        connection.execute("CREATE TABLE IF NOT EXISTS mail (raw BLOB NOT NULL)").close()
        taken = []
        for _each in range(5):
            began = time.perf_counter()
            connection.execute("INSERT INTO mail VALUES (?)", (raw,)).close()
            taken.append(time.perf_counter() - began)
        return median(taken)
