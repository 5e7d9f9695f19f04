"""The application's end of one reading process: starts it, feeds it, kills it, starts the next. Blocking."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence

from bot.domain.letters import ReadMail, Unreadable
from bot.ports.failures import Transient
from integrations.mail.reading_frames import receive_frame, send_frame
from integrations.mail.reading_task import Start, Task
from integrations.mail.relays import relay_address_in

_START_SECONDS = 60.0
# A frame of many large letters would itself press on the child's memory.
_TASK_BYTES = 16_000_000


class _ChildGone(Exception):
    def __init__(self, why: str, *, slow: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.slow = slow


class ReadingWorker:
    """Used from one thread at a time; only `interrupt` may be called from another."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._child: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None

    def read(
        self, raws: Sequence[bytes], own_address: str, authserv_id: str, stop: threading.Event
    ) -> tuple[ReadMail, ...]:
        """Raises `Transient` when no reading process can be started, which is no letter's fault, or on `stop`."""
        results: list[ReadMail] = []
        second_chance = False
        while len(results) < len(raws):
            if stop.is_set():
                raise Transient("Reading was stopped; the letters stay where they are.")
            waiting = raws[len(results) :]
            # After a crash the letter is tried once more, alone: the memory may have been another's.
            task = Task(tuple(_portion(waiting, 1 if second_chance else len(waiting))), own_address, authserv_id)
            try:
                self._ask(task, results)
                second_chance = False
            except _ChildGone as gone:
                self.kill()
                if stop.is_set():
                    continue
                if second_chance or gone.slow:
                    results.append(_unreadable(raws[len(results)], gone.why))
                    second_chance = False
                else:
                    second_chance = True
        return tuple(results)

    def _ask(self, task: Task, results: list[ReadMail]) -> None:
        connection = self._connected()
        try:
            # The child reads a whole task before it answers, so this cannot wait for it for long.
            connection.settimeout(_START_SECONDS)
            send_frame(connection, task)
            connection.settimeout(self._start.seconds)
            for raw in task.raws:
                answer = receive_frame(connection)
                results.append(answer if isinstance(answer, ReadMail) else _unreadable(raw, f"it failed with {answer}"))
        except TimeoutError:
            raise _ChildGone(f"it took longer than {self._start.seconds:g} s", slow=True) from None
        except (EOFError, OSError):
            raise _ChildGone("it crashed the reading process") from None

    def _connected(self) -> socket.socket:
        if self._connection is not None and self._child is not None and self._child.poll() is None:
            return self._connection
        self.kill()
        ours, theirs = socket.socketpair()
        self._connection = ours
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", "integrations.mail.reading_child", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={"PYTHONPATH": os.pathsep.join(place or os.getcwd() for place in sys.path), "LC_ALL": "C.UTF-8"},  # noqa: PTH109
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        try:
            ours.settimeout(_START_SECONDS)
            send_frame(ours, self._start)
            receive_frame(ours)
        except (EOFError, OSError):
            self.kill()
            raise Transient("The reading process did not start; letters stay where they are.") from None
        return ours

    def interrupt(self) -> None:
        """End the child while another thread may be waiting for it; that thread cleans up."""
        child = self._child
        if child is not None:
            child.kill()

    def kill(self) -> None:
        """End the child, if there is one, and leave nothing of it behind."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None


def _portion(raws: Sequence[bytes], most: int) -> Sequence[bytes]:
    total = 0
    for count, raw in enumerate(raws[:most]):
        total += len(raw)
        if count and total > _TASK_BYTES:
            return raws[:count]
    return raws[:most]


def _unreadable(raw: bytes, why: str) -> ReadMail:
    reason = f"The letter could not be read: {why}. The raw mail is kept."
    return ReadMail(None, Unreadable(reason, relay_address_in(raw)))
