"""Where triggers and their firings are kept."""

from typing import Protocol

from bot.domain.events import TicketId
from bot.domain.triggers import Firing, Trigger, TriggerId


class TriggersReading(Protocol):
    def find(self, trigger: TriggerId) -> Trigger | None: ...

    def all(self) -> tuple[Trigger, ...]:
        """In their order."""
        ...


class Triggers(TriggersReading, Protocol):
    def add(self, trigger: Trigger) -> Trigger:
        """Keep a new trigger under an id of its own; the given one is ignored. Raises `NameTaken`."""
        ...

    def save(self, trigger: Trigger) -> None:
        """Save version n as n + 1. Raises `VersionConflict`."""
        ...

    def delete(self, trigger: TriggerId) -> None:
        """Its firings stay: they say by themselves what it was."""
        ...


class FiringsReading(Protocol):
    def of_ticket(self, ticket: TicketId) -> tuple[Firing, ...]:
        """In their order."""
        ...


class Firings(FiringsReading, Protocol):
    def add(self, firing: Firing) -> Firing: ...
