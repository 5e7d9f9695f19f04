import asyncio
from datetime import UTC, datetime


class SystemClock:
    """The machine's own time; implements `Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
