"""Every call that reached the stand-in, append-only: what demo and tests read in place of the bot's own word."""

from dataclasses import dataclass
from datetime import datetime

from integrations.simulator.changes import Changes


@dataclass(frozen=True, slots=True)
class Call:
    """`query` is the query string as it came; `client_id` is "" when the caller was not known. No secrets."""

    at: datetime
    place: str  # GET /v3/orders
    path: str
    query: str
    client_id: str
    market: str
    correlation_id: str
    status: int  # 0: the connection was cut or the caller left before an answer


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that a client of Walmart's must not do, whether or not Walmart would have noticed."""

    at: datetime
    place: str
    what: str


class Records:
    """Every record in the order in which it happened."""

    def __init__(self, changes: Changes) -> None:
        self._calls: list[Call] = []
        self._violations: list[Violation] = []
        self._changes = changes

    def add(self, record: Call | Violation) -> None:
        if isinstance(record, Call):
            self._calls.append(record)
        else:
            self._violations.append(record)
        self._changes.announce()

    @property
    def violations(self) -> tuple[Violation, ...]:
        return tuple(self._violations)

    def calls(self, place: str = "") -> tuple[Call, ...]:
        """Return the calls to one place, or all of them."""
        return tuple(call for call in self._calls if place in {"", call.place})
