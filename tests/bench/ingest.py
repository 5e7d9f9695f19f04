"""How fast raw mail is made safe, beside the fastest that the same disk could do.

The three ways are run in turn, several rounds, and the median of each is taken: what else the machine does then weighs
on all of them alike.
"""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from bot.domain.sites import MailAccountId
from bot.ports.mail import Batch, Cursor, FetchedMail, Folder
from bot.ports.store import Store, UnitOfWork
from integrations.simulator.clock import MovableClock
from storage.build import open_storage
from tests.contract.store_places import START
from tests.contract.store_world import dock

MAILS = 300
BATCH = 50
ROUNDS = 3
# 35 kB, the mean of the mails that the facts about mail were measured with.
RAW = b"Subject: Where is my order?\r\n\r\n" + (b"x" * 998 + b"\r\n") * 35


@dataclass(frozen=True, slots=True)
class Ingest:
    """Mails a second."""

    bare: float
    single: float
    batch: float


async def measure(directory: Path) -> Ingest:
    bare, single, batch = [], [], []
    for number in range(ROUNDS):
        bare.append(_bare(directory / f"bare-{number}.db"))
        single.append(await _through_the_store(directory / f"single-{number}", at_once=1))
        batch.append(await _through_the_store(directory / f"batch-{number}", at_once=BATCH))
    return Ingest(median(bare), median(single), median(batch))


def _bare(file: Path) -> float:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").close()
        connection.execute("PRAGMA synchronous = FULL").close()
        connection.execute("CREATE TABLE mail (uid INTEGER PRIMARY KEY, raw BLOB NOT NULL)").close()
        began = time.perf_counter()
        for uid in range(MAILS):
            connection.execute("BEGIN IMMEDIATE").close()
            connection.execute("INSERT INTO mail VALUES (?, ?)", (uid, RAW)).close()
            connection.execute("COMMIT").close()
        return MAILS / (time.perf_counter() - began)


async def _through_the_store(directory: Path, at_once: int) -> float:
    storage = open_storage(None, directory, MovableClock(start=START))
    try:
        world = await storage.store.run(dock)
        began = time.perf_counter()
        for first in range(1, MAILS + 1, at_once):
            await _keep(storage.store, world.mailbox, range(first, first + at_once))
        return MAILS / (time.perf_counter() - began)
    finally:
        await storage.close()


async def _keep(store: Store, mailbox: MailAccountId, uids: range) -> None:
    mails = tuple(FetchedMail(uid, START, len(RAW), RAW) for uid in uids)
    batch = Batch(mails, Cursor(1, uids[-1]), more=False)
    kept = await store.run(partial(_work, mailbox=mailbox, batch=batch))
    if kept != len(uids):
        raise RuntimeError(f"{kept} of {len(uids)} mails were kept: nothing was measured")


def _work(unit: UnitOfWork, mailbox: MailAccountId, batch: Batch) -> int:
    return unit.inbound.keep(mailbox, Folder.INBOX, batch, START)
