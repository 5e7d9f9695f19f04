"""The idle desk that only Slack is connected to, beside a process that imports the same libraries and opens the same
connections: its resident memory, and the seconds from its start until both Socket Mode connections stand.
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from tests.bench.goals import Figure
from tests.bench.processes import running
from tests.bench.sizes import Sizes
from tests.bench.world import World, environment, until, world

_CONNECTIONS = 2
# What is done once after the start is over by then.
_SETTLED = 2.0
_MEGABYTE = 1 << 20


async def idle(sizes: Sizes) -> list[Figure]:
    desks: list[tuple[float, float]] = []
    bares: list[tuple[float, float]] = []
    async with world() as shop:
        with tempfile.TemporaryDirectory(prefix="relaydesk-bench-") as place:
            directory = Path(place)
            settings = shop.settings(directory)
            await shop.set_up(settings, mailbox=False)
            slack = settings.slack
            given = (slack.api_url, slack.bot_token.get_secret_value(), slack.app_token.get_secret_value())
            for number in range(-1, sizes.idle_rounds):
                # The first round fills the caches of the disk for both and does not count.
                desk = await _one(shop, "bot", "run", given=environment(settings), log=directory / "log")
                bare = await _one(shop, "tests.bench.bare.idle", *given, str(directory / "bare"), log=directory / "log")
                if number >= 0:
                    desks.append(desk)
                    bares.append(bare)
    return [
        _figure("memory", [desk[0] for desk in desks], [bare[0] for bare in bares], "MB"),
        _figure("start", [desk[1] for desk in desks], [bare[1] for bare in bares], "s"),
    ]


def _figure(key: str, ours: list[float], bare: list[float], unit: str) -> Figure:
    ratios = tuple(one / other for one, other in zip(ours, bare, strict=True))
    return Figure(key, median(ratios), f"{median(ours):.2f} {unit}; bare {median(bare):.2f} {unit}", ratios)


async def _one(
    shop: World, module: str, *arguments: str, log: Path, given: Mapping[str, str] | None = None
) -> tuple[float, float]:
    """Resident megabytes and seconds until ready."""
    await until(lambda: not shop.slack.socket.connections, "the last process's connections to end")
    began = time.perf_counter()
    async with running(module, *arguments, log=log, given=given) as process:
        await until(lambda: len(shop.slack.socket.connections) == _CONNECTIONS, "both connections")
        ready = time.perf_counter() - began
        await asyncio.sleep(_SETTLED)
        return resident(process) / _MEGABYTE, ready


def resident(process: int) -> int:
    """Bytes of a process's memory that are in RAM."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024
