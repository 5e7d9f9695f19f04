"""The connections of a store and the threads that use them, by what they are for."""

from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Engine

from storage.sqlite import reading_engine, writing_engine

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lanes:
    """Each engine has as many connections as its executor has threads, so that no thread waits for a connection.

    `work_alone` runs while no other unit of work does. `queue` is for storage's own transactions; on PostgreSQL it has
    a thread of its own, so that the process gives signs of life while all others wait for a lock.
    """

    work: Engine
    work_alone: Engine
    queue: Engine
    snapshots: Engine
    workers: Executor
    queue_workers: Executor
    readers: Executor

    def close(self) -> None:
        for threads in _each_once(self.readers, self.workers, self.queue_workers):
            threads.shutdown()
        for engine in _each_once(self.snapshots, self.work, self.queue):
            engine.dispose()


def _each_once(*parts: T) -> Iterable[T]:
    return dict.fromkeys(parts)


def sqlite_lanes(file: Path, *, readers: int) -> Lanes:
    """One writer: a second would only wait for the first."""
    writing = writing_engine(file)
    writer = ThreadPoolExecutor(1, "store-writer")
    return Lanes(
        work=writing,
        work_alone=writing,
        queue=writing,
        snapshots=reading_engine(file, readers),
        workers=writer,
        queue_workers=writer,
        readers=ThreadPoolExecutor(readers, "store-reader"),
    )


def postgres_lanes(url: URL, *, writers: int, readers: int) -> Lanes:
    # Only those who have the database as a server need its driver.
    from storage.postgres import Begin, begins, engine

    working = engine(url, Begin.WORK, writers)
    return Lanes(
        work=working,
        work_alone=begins(working, Begin.WORK_ALONE),
        queue=engine(url, Begin.QUEUE, 1),
        snapshots=engine(url, Begin.SNAPSHOT, readers),
        workers=ThreadPoolExecutor(writers, "store-writer"),
        queue_workers=ThreadPoolExecutor(1, "store-queue"),
        readers=ThreadPoolExecutor(readers, "store-reader"),
    )
