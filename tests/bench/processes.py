"""Product and bare scripts run as processes of their own, as they would in earnest."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
_STOPS_WITHIN = 30.0


@asynccontextmanager
async def running(
    module: str, *arguments: str, log: Path, given: Mapping[str, str] | None = None, gracefully: bool = False
) -> AsyncIterator[int]:
    """`python -m module`, until the block ends; yields its process id. Raises RuntimeError, with the end of what it
    wrote, when it has ended by itself."""
    with log.open("ab") as writes:
        process = await _start(module, arguments, writes, given)
        ended = True
        try:
            yield process.pid
            ended = process.returncode is not None
        finally:
            if process.returncode is None:
                process.terminate() if gracefully else process.kill()
                await asyncio.wait_for(process.wait(), _STOPS_WITHIN)
            if ended:
                print(_end_of(log), file=sys.stderr)
    if ended:
        raise RuntimeError(f"{module} ended by itself, with {process.returncode}")


def processor_time(process: int) -> float:
    """Seconds of a core that a running process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


async def _start(
    module: str, arguments: tuple[str, ...], log: IO[bytes], given: Mapping[str, str] | None
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        cwd=ROOT, env=os.environ if given is None else given, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
    )  # fmt: skip
