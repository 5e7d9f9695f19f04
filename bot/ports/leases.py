"""Who of several processes may do what only one should do."""

from typing import Protocol


class Leases(Protocol):
    async def acquire(self, name: str, holder: str, seconds: float) -> bool:
        """Take or prolong a lease; False while another holder's has not run out."""
        ...

    async def release(self, name: str, holder: str) -> None: ...
