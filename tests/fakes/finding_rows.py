from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from bot.domain.events import TicketId
from bot.domain.finding import PAGE, WORD_WINDOW, Listed, Queue
from bot.domain.people import AgentId, GroupId
from bot.domain.tickets import Source, Status, Ticket
from tests.fakes.tables import Tables

_NEVER = datetime.max.replace(tzinfo=UTC)


class FakeFinding:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def in_queue(self, queue: Queue, agent: AgentId, source: Source, since: datetime, skip: int) -> tuple[Listed, ...]:
        if queue is Queue.JUNK:
            junk = [each for each in self._from(source) if each.junked_at is not None and each.junked_at >= since]
            junk.sort(key=lambda ticket: ticket.junked_at or since, reverse=True)
            return self._page(junk, skip)
        wanted: dict[Queue, Callable[[Ticket], bool]] = {
            Queue.MINE: lambda ticket: ticket.assignee == agent,
            Queue.OPEN: lambda ticket: True,
            Queue.UNASSIGNED: lambda ticket: ticket.assignee is None,
            Queue.DUE: lambda ticket: self._due(ticket) is not None,
        }
        found = [ticket for ticket in self._backlog() if ticket.source.value == source.value and wanted[queue](ticket)]
        found.sort(key=lambda ticket: (self._due(ticket) or _NEVER, ticket.id))
        return self._page(found, skip)

    def about_order(self, order_id: str, source: Source, skip: int) -> tuple[Listed, ...]:
        return self._page([ticket for ticket in self._newest_of(source) if ticket.order_id == order_id], skip)

    def with_word(self, word: str, source: Source, skip: int) -> tuple[Listed, ...]:
        window = [ticket for ticket in self._newest_of(source) if ticket.id > self._highest() - WORD_WINDOW]
        return self._page([ticket for ticket in window if word.casefold() in self._words(ticket)], skip)

    def newest(self, most: int) -> tuple[TicketId, ...]:
        return tuple(TicketId(identity) for identity in sorted(self._tables.tickets, reverse=True)[:most])

    def of_group(self, group: GroupId) -> int:
        return len([ticket for ticket in self._backlog() if ticket.group == group])

    def of_agent(self, agent: AgentId) -> tuple[Ticket, ...]:
        return tuple(ticket for ticket in self._backlog() if ticket.assignee == agent)

    def _from(self, source: Source) -> list[Ticket]:
        return [ticket for ticket in self._tables.tickets.values() if ticket.source.value == source.value]

    def _newest_of(self, source: Source) -> list[Ticket]:
        return sorted(self._from(source), key=lambda ticket: ticket.id, reverse=True)

    def _backlog(self) -> list[Ticket]:
        tickets = self._tables.tickets.values()
        return [ticket for ticket in tickets if ticket.status is not Status.SOLVED and ticket.junked_at is None]

    def _highest(self) -> int:
        return max(self._tables.tickets, default=0)

    def _words(self, ticket: Ticket) -> str:
        letters = [letter.words for letter in self._tables.letters.values() if letter.ticket == ticket.id]
        own = [ticket.title, ticket.item_name or "", ticket.buyer_name or ""]
        return "\n".join([*own, *letters]).casefold()

    def _due(self, ticket: Ticket) -> datetime | None:
        inquiries = self._tables.inquiries.values()
        waiting = [each for each in inquiries if each.ticket == ticket.id and each.answered_at is None]
        return min((inquiry.due_at for inquiry in waiting), default=None)

    def _page(self, found: Iterable[Ticket], skip: int) -> tuple[Listed, ...]:
        return tuple(Listed(ticket, self._due(ticket)) for ticket in list(found)[skip : skip + PAGE + 1])
