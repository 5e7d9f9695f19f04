"""Time as the application sees it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time in `bot/`; a demo or a test may move it or let it run faster."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when this clock, not the wall's, has advanced by `seconds`."""
        ...
