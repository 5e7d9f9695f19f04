"""What was found out about an account's key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.sites import Market

# What RelayDesk reads. Without orders it is no use; without returns a card lacks them. Nothing is ever written.
NEEDED = "orders"
WANTED = ("orders", "returns")
_READS = frozenset({"full_access", "view_only"})


class KeyFault(StrEnum):
    """Why a key cannot be used."""

    WRONG = "wrong"  # not taken at all: mistyped, reset or deleted
    REVOKED = "revoked"  # known, and withdrawn
    NO_ORDERS = "no orders"
    NO_MARKET = "no market"  # good, and no market of the region lets it see its orders


@dataclass(frozen=True, slots=True)
class KeyReport:
    """`permissions` maps Walmart's areas to its levels; `said` is Walmart's own sentence about a fault.

    `markets` are those whose orders the key may read; `unasked` are those that did not answer.
    """

    checked_at: datetime
    fault: KeyFault | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    markets: tuple[Market, ...] = ()
    unasked: tuple[Market, ...] = ()
    said: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(area for area in WANTED if self.permissions.get(area) not in _READS)
