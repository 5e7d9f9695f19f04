"""Faults that a person or a test orders from a stand-in, one queue per place."""

import fnmatch
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    DELAY = "delay"  # answer after `seconds` of the simulator's clock
    DROP_BEFORE = "drop before"  # cut the connection; nothing has happened
    DROP_AFTER = "drop after"  # do it, then cut the connection before the answer
    HANG = "hang"  # never answer; the caller's own time-out must save it
    STATUS = "status"  # answer with this HTTP status or SMTP code, nothing happens
    ERROR = "error"  # answer with this vendor error code, nothing happens
    DISCONNECT = "disconnect"  # end the long-lived connection (Socket Mode, IDLE) the way the vendor does


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    seconds: float = 0.0
    status: int = 0
    code: str = ""
    retry_after: int | None = None


@dataclass(slots=True)
class Faults:
    """What was ordered, by place.

    A place reads `slack:chat.postMessage`, `walmart:GET /v3/orders`, `smtp:DATA`, `imap:FETCH`; an order may use
    shell patterns (`slack:*`). Orders are used up in the order in which they were given.
    """

    _ordered: list[tuple[str, Fault]] = field(default_factory=list)

    def order(self, place: str, fault: Fault, *, times: int = 1) -> None:
        self._ordered.extend([(place, fault)] * times)

    def take(self, place: str) -> Fault | None:
        """Use up and return the first fault ordered for `place`."""
        for position, (pattern, fault) in enumerate(self._ordered):
            if fnmatch.fnmatchcase(place, pattern):
                del self._ordered[position]
                return fault
        return None

    @property
    def ordered(self) -> tuple[tuple[str, Fault], ...]:
        """What is still to come, as (place, fault), the next one first."""
        return tuple(self._ordered)

    def clear(self) -> None:
        self._ordered.clear()
