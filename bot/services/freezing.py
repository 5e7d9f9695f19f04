"""What is written into a ticket's custom fields, and when: once (design 4, field freezing).

What the store guards: a field takes one writing by the system, within a day of the ticket's creation, and none after
an agent has edited it. So nothing here need ask whether it is the first: a re-read, a changed order, a second look-up
or another replica finds nothing open.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.events import EventKind, TicketEvent
from bot.domain.fields import LONGEST_VALUE, OPEN_FOR, Placement
from bot.domain.letters import BuyerLetter
from bot.domain.orders import Order
from bot.domain.people import SYSTEM
from bot.domain.sites import Docked
from bot.domain.templates import arranged
from bot.domain.tickets import Caution, Ticket
from bot.domain.walmart_fields import Attribute, LetterFacts, SiteFacts, order_values
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.opening import template_of


def place_fields(uow: UnitOfWork, ticket: Ticket, letter: BuyerLetter, sites: Sequence[Docked], now: datetime) -> None:
    """Give a new ticket the fields that are switched on at this moment, and write what letter and docking tell.

    `sites` are all that the letter may belong to. What they do not agree on is left open: a guess would be frozen
    for ever, and triggers would act on it.
    """
    known = {**_facts(sites).values(), **_told_by(letter).values()}
    mappings = uow.field_mappings.all()
    placements = [
        Placement(mapping.field, mapping.attribute, _cut(known.get(mapping.attribute)))
        for mapping in mappings
        if mapping.enabled and mapping.field is not None
    ]
    if template := template_of(uow, ticket.site):
        placements = list(arranged(template, placements, {mapping.field for mapping in mappings}))
    uow.field_values.place(ticket.id, placements, now, now + OPEN_FOR)


def site_settled(uow: UnitOfWork, ticket: Ticket, now: datetime) -> list[TicketEvent]:
    """Write what docking says of the site that a ticket turned out to belong to."""
    return _written(uow, ticket, site_values(uow, ticket), now)


def order_read(uow: UnitOfWork, ticket: Ticket, order: Order, now: datetime) -> list[TicketEvent]:
    """Write what is still open from a look-up that has succeeded, also what the order leaves empty."""
    return _written(uow, ticket, {**site_values(uow, ticket), **order_values(order)}, now)


def site_values(records: Snapshot, ticket: Ticket) -> dict[Attribute, str]:
    """What docking says of a ticket's site; nothing as long as nobody knows which it is."""
    if Caution.SITE_UNSURE in ticket.cautions:
        return {}
    facts = _facts([records.sites.docked(ticket.site)])
    return {attribute: value for attribute, value in facts.values().items() if value is not None}


def _written(uow: UnitOfWork, ticket: Ticket, values: Mapping[Attribute, str], now: datetime) -> list[TicketEvent]:
    cut = {attribute: value[:LONGEST_VALUE] for attribute, value in values.items()}
    written = uow.field_values.write(ticket.id, cut, now)
    if not written:
        return []
    return [TicketEvent(ticket.id, now, SYSTEM, EventKind.ORDER_FIELDS_WRITTEN, "", ", ".join(written))]


def _facts(sites: Sequence[Docked]) -> SiteFacts:
    markets = {docked.site.market for docked in sites}
    accounts = {docked.account.name for docked in sites}
    sellers = {docked.site.seller_name for docked in sites}
    return SiteFacts(
        markets.pop() if len(markets) == 1 else None,
        accounts.pop() if len(accounts) == 1 else None,
        sellers.pop() if len(sellers) == 1 else None,
    )


def _told_by(letter: BuyerLetter) -> LetterFacts:
    return LetterFacts(
        topic=" ".join(letter.topic_words.split()) or letter.topic,
        order_id=None if letter.order_id_guessed else letter.order_id,
        item_id=letter.item_id,
    )


def _cut(value: str | None) -> str | None:
    return None if value is None else value[:LONGEST_VALUE]
