"""Reading letters where they can do no harm: in a process that may be killed at any moment."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.domain.letters import ReadMail
from integrations.mail.reading_task import Parse, Recognise, Start
from integrations.mail.reading_worker import ReadingWorker

_SECONDS = 10.0
_MEMORY = 1_500_000_000


class ReadingProcess:
    """Implements the application's `LetterReader` port; `close` it when done.

    `parse` and `recognise` are module-level functions: the child finds them by name. A child starts with the first
    letter and stays; one that takes more than `seconds` for a letter is killed and replaced.
    """

    def __init__(
        self,
        parse: Parse,
        recognise: Recognise,
        *,
        processes: int = 1,
        seconds: float = _SECONDS,
        memory: int = _MEMORY,
    ) -> None:
        start = Start(parse, recognise, seconds, memory)
        self._workers = [ReadingWorker(start) for _ in range(processes)]
        self._stops: dict[ReadingWorker, threading.Event] = {}
        self._idle = asyncio.Queue[ReadingWorker]()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._threads = ThreadPoolExecutor(max_workers=processes, thread_name_prefix="reading")

    async def read(self, raws: Sequence[bytes], own_address: str, authserv_id: str) -> tuple[ReadMail, ...]:
        """Raises `Transient` when no process can be started; never for what is in a letter."""
        worker = await self._idle.get()
        stop = threading.Event()
        reading = asyncio.get_running_loop().run_in_executor(
            self._threads, worker.read, tuple(raws), own_address, authserv_id, stop
        )
        self._stops[worker] = stop
        # The worker is free when its thread is, which after a cancellation is a little later than its caller.
        reading.add_done_callback(lambda _: self._idle.put_nowait(worker))
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            reading.add_done_callback(lambda done: done.cancelled() or done.exception())
            stop.set()
            worker.interrupt()
            raise

    async def close(self) -> None:
        """Kill the children and wait until nothing of them is left. A reading under way ends without a result."""
        for worker in self._workers:
            if worker in self._stops:
                self._stops[worker].set()
            worker.interrupt()
        for _ in self._workers:
            worker = await self._idle.get()
            await asyncio.get_running_loop().run_in_executor(self._threads, worker.kill)
        self._threads.shutdown(wait=True)
