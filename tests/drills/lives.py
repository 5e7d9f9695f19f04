"""The drilled processes as the harness sees them: started, killed, stopped in their tracks, started again."""

import asyncio
import contextlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tests.drills.boundaries import ROOT

Orders = Sequence[tuple[int, int, int]]


@dataclass
class Life:
    """One process. `ended` is set when it is gone, however it went."""

    process: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    stands: bool = False

    def send(self, number: signal.Signals) -> None:
        if not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process, number)

    def stand_still(self) -> None:
        """Stop it in its tracks. Twice would be once too often: on some kernels it then never goes on."""
        if not self.stands:
            self.stands = True
            self.send(signal.SIGSTOP)

    def go_on(self) -> None:
        self.send(signal.SIGCONT)
        self.stands = False

    def limit_files(self, most: int) -> None:
        """Let the kernel refuse every write that would make a file longer than this; -1 takes that back."""
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(self.process, resource.RLIMIT_FSIZE, (most, -1))


@dataclass
class Nursery:
    """Forks lives. What they write to their log goes to `log`, which the harness changes from run to run."""

    log: BinaryIO
    _folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="relaydesk-drills-")))
    _process: "asyncio.subprocess.Process | None" = None
    _reading: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.drills.nursery", str(self._folder / "door")),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        said = await self._process.stdout.readline()
        if said != b"ready\n":
            raise RuntimeError((said + await self._process.stdout.read()).decode())
        self._reading = asyncio.create_task(self._keep_log(self._process.stdout))

    async def _keep_log(self, written: asyncio.StreamReader) -> None:
        while chunk := await written.read(65536):
            self.log.write(chunk)

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def bear(self, environment: Mapping[str, str], orders: Orders, sabotage: str) -> Life:
        reader, writer = await asyncio.open_unix_connection(str(self._folder / "door"))
        told = {"environment": dict(environment), "orders": list(orders), "sabotage": sabotage}
        writer.write(json.dumps(told).encode() + b"\n")
        return Life(int(await reader.readline()), reader, writer)
