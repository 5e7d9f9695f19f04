"""What really happened in the stand-in: the account that an oracle reads instead of the application's own."""

import asyncio
import copy
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from integrations.simulator.clock import MovableClock


class RecordKind(StrEnum):
    POSTED = "posted"
    UPDATED = "updated"
    DELETED = "deleted"
    EPHEMERAL = "ephemeral"
    VIEW_OPENED = "view opened"
    VIEW_UPDATED = "view updated"
    VIEW_CLOSED = "view closed"
    HOME_PUBLISHED = "home published"
    FILE_UPLOADED = "file uploaded"
    REACTED = "reacted"
    REFUSED = "refused"  # an error or a 429 was answered; the summary holds the code
    WARNED = "warned"  # a person saw Slack's warning sign; the summary says why
    ACTED = "acted"  # a person did something: pressed, typed, submitted
    UNDELIVERED = "undelivered"  # an event was given up after its last redelivery


@dataclass(frozen=True, slots=True)
class Record:
    at: datetime
    kind: RecordKind
    method: str
    channel: str
    ts: str
    user: str
    summary: Mapping[str, object] = field(default_factory=dict)


class Journal:
    """The append-only list of records, and a way to wait until it or any state has changed."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock
        self.records: list[Record] = []
        self.version = 0
        self._changed = asyncio.Event()

    def note(
        self,
        kind: RecordKind,
        *,
        method: str = "",
        channel: str = "",
        ts: str = "",
        user: str = "",
        **summary: object,
    ) -> None:
        kept = copy.deepcopy(summary)
        self.records.append(Record(self._clock.now(), kind, method, channel, ts, user, kept))
        self.touch()

    def touch(self) -> None:
        """Say that something visible has changed."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def beyond(self, version: int) -> int:
        """Wait until the state is newer than `version`; returns the newest version.

        Changes between two calls are seen as one, so that a slow reader is never behind by more than one look.
        """
        while self.version <= version:
            await self._changed.wait()
        return self.version

    async def changes(self) -> AsyncIterator[int]:
        """Yield a version whenever something has changed since the last one, for ever."""
        version = self.version
        while True:
            version = await self.beyond(version)
            yield version
