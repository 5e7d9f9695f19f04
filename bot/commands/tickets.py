"""`/walmart tickets …`: plain lists whose rows open the ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.parameters import Number, Sentence
from bot.domain.events import TicketId
from bot.domain.finding import JUNK_LISTED, Listed, Queue
from bot.domain.people import Role
from bot.domain.tickets import Source
from bot.i18n import marked as _
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, refuse_field
from bot.views.acts import id_from
from bot.views.ticket_list import ListNames, Turn, ticket_list

_ORDER_DIGITS = 10
_FILTER = "source:"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed behind the command: `source:walmart` is a filter, the rest is looked for."""

    words: str
    source: Source


def wanted(typed: str, acting: Acting) -> Wanted:
    words: list[str] = []
    source = Source.WALMART
    for word in typed.split():
        if not word.casefold().startswith(_FILTER):
            words.append(word)
            continue
        name = word.casefold().removeprefix(_FILTER)
        if name not in list(Source):
            message = acting.texts("Tickets come from: {sources}", sources=", ".join(Source))
            raise refuse_field("filter", message)
        source = Source(name)
    return Wanted(" ".join(words), source)


@dataclass(frozen=True, slots=True)
class _InQueue(Command):
    about: ClassVar = About("", "", Role.VIEWER)
    queue: ClassVar[Queue] = Queue.OPEN

    skip: Annotated[int, Number(_("Skip"))] = 0
    filter: Annotated[str, Sentence(_("Filter"), _("source:walmart"))] = ""

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        asked = wanted(self.filter, acting)
        if asked.words:
            raise refuse_field("filter", acting.texts("The only filter is source:walmart. For words: tickets find."))
        since = acting.now - JUNK_LISTED
        found = uow.finding.in_queue(self.queue, acting.agent.id, asked.source, since, self.skip)
        return _shown(uow, found, Turn(self.about.name, self.skip, self.filter), acting)


@dataclass(frozen=True, slots=True)
class OpenTickets(_InQueue):
    about: ClassVar = About(
        "tickets open",
        _("All tickets that are worked on, the next deadline first"),
        Role.VIEWER,
        home=_("Open tickets"),
    )


@dataclass(frozen=True, slots=True)
class MyTickets(_InQueue):
    about: ClassVar = About("tickets mine", _("The tickets that you have taken"), Role.VIEWER, home=_("My tickets"))
    queue: ClassVar[Queue] = Queue.MINE


@dataclass(frozen=True, slots=True)
class UnassignedTickets(_InQueue):
    about: ClassVar = About("tickets unassigned", _("The tickets that nobody has taken"), Role.VIEWER)
    queue: ClassVar[Queue] = Queue.UNASSIGNED


@dataclass(frozen=True, slots=True)
class DueTickets(_InQueue):
    about: ClassVar = About("tickets due", _("The tickets that wait for a reply, the next deadline first"), Role.VIEWER)
    queue: ClassVar[Queue] = Queue.DUE


@dataclass(frozen=True, slots=True)
class JunkTickets(_InQueue):
    about: ClassVar = About("tickets junk", _("What was marked as junk in the last 30 days"), Role.VIEWER)
    queue: ClassVar[Queue] = Queue.JUNK


@dataclass(frozen=True, slots=True)
class FindTickets(Command):
    about: ClassVar = About(
        "tickets find",
        _("Find tickets by number, order or word"),
        Role.VIEWER,
        title=_("Find tickets"),
        submit=_("Find"),
    )

    filter: Annotated[str, Sentence(_("Number, order or word"))]
    skip: Annotated[int, Number(_("Skip"))] = 0

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        asked = wanted(self.filter, acting)
        words = asked.words.strip('"“”')
        if not words:
            raise refuse_field("filter", acting.texts("Say what is looked for: a number, an order or a word."))
        found = _about(uow, words, asked.source, self.skip)
        return _shown(uow, found, Turn(self.about.name, self.skip, self.filter), acting)


def _about(uow: UnitOfWork, words: str, source: Source, skip: int) -> tuple[Listed, ...]:
    """A ticket's number, else an order's, else a word."""
    number = id_from(words.removeprefix("#"))
    if number is not None:
        ticket = uow.tickets.find(TicketId(number))
        if ticket is not None:
            return (Listed(ticket, None),)
    if words.isdigit() and len(words) >= _ORDER_DIGITS:
        return tuple(uow.finding.about_order(words, source, skip))
    return tuple(uow.finding.with_word(words, source, skip))


def _shown(uow: UnitOfWork, found: Sequence[Listed], turn: Turn, acting: Acting) -> Answer:
    tickets = [listed.ticket for listed in found]
    names = ListNames(
        {site: uow.sites.get(site) for site in {ticket.site for ticket in tickets}},
        {agent: uow.people.agent(agent).name for agent in {ticket.assignee for ticket in tickets} if agent is not None},
        {group: uow.groups.get(group).name for group in {ticket.group for ticket in tickets} if group is not None},
    )
    return ShowPage(ticket_list(found, names, turn, acting.texts))


TICKETS: tuple[type[Command], ...] = (
    MyTickets,
    OpenTickets,
    UnassignedTickets,
    DueTickets,
    JunkTickets,
    FindTickets,
)
