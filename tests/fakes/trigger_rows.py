from dataclasses import replace

from bot.domain.events import TicketId
from bot.domain.triggers import Firing, FiringId, Trigger, TriggerId
from bot.ports.store import NameTaken
from tests.fakes.tables import Tables, save


class FakeTriggers:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def find(self, trigger: TriggerId) -> Trigger | None:
        return self._tables.triggers.get(trigger)

    def all(self) -> tuple[Trigger, ...]:
        return tuple(sorted(self._tables.triggers.values(), key=lambda trigger: (trigger.place, trigger.id)))

    def add(self, trigger: Trigger) -> Trigger:
        if any(other.name == trigger.name for other in self._tables.triggers.values()):
            raise NameTaken(trigger.name)
        kept = replace(trigger, id=TriggerId(self._tables.number("trigger")))
        self._tables.triggers[kept.id] = kept
        return kept

    def save(self, trigger: Trigger) -> None:
        save(self._tables.triggers, trigger)

    def delete(self, trigger: TriggerId) -> None:
        self._tables.triggers.pop(trigger, None)


class FakeFirings:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_ticket(self, ticket: TicketId) -> tuple[Firing, ...]:
        return tuple(firing for firing in self._tables.firings.values() if firing.ticket == ticket)

    def add(self, firing: Firing) -> Firing:
        kept = replace(firing, id=FiringId(self._tables.number("firing")))
        self._tables.firings[kept.id] = kept
        return kept
