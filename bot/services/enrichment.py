"""The order behind a ticket: looked up live, kept as a snapshot, never a reason to hold up a letter."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.orders import Order
from bot.domain.people import SYSTEM, ChatUser
from bot.domain.sites import AccountState, Docked, SiteId
from bot.domain.tickets import Caution, OrderKnowledge, Ticket
from bot.ports.clock import Clock
from bot.ports.failures import Failure
from bot.ports.marketplace import Credentials, KeyRefused, Marketplace
from bot.ports.store import Snapshot, Store, UnitOfWork
from bot.ports.vault import Vault
from bot.services.accounts import credentials as key_of
from bot.services.accounts import key_refused
from bot.services.freezing import order_read
from bot.services.reactions import record
from bot.services.site_matching import is_served
from bot.services.waits import Waits


class Enrichment:
    def __init__(
        self,
        *,
        store: Store,
        marketplace: Marketplace,
        vault: Vault,
        admins: Collection[ChatUser],
        clock: Clock,
        waits: Waits,
    ) -> None:
        """`admins` are told when Walmart refuses a key."""
        self._store = store
        self._marketplace = marketplace
        self._vault = vault
        self._admins = admins
        self._clock = clock
        self._waits = waits

    async def enrich(self, ticket_id: TicketId) -> None:
        """Raises the marketplace's failures; the ticket then keeps saying that its order is pending. So it does while
        Walmart refuses the account's key, and is looked up once a key works (`bot.services.accounts`)."""
        ticket, candidates = await self._store.read(partial(self._candidates, ticket_id=ticket_id))
        if ticket.order_id is None or not candidates:
            return
        found: dict[SiteId, Order] = {}
        failed: Failure | None = None
        key_is_refused = False
        for docked, credentials in candidates:
            if docked.account.state is AccountState.REAUTHORISE:
                key_is_refused = True
                continue
            try:
                order = await self._marketplace.order(credentials, docked.site.market, ticket.order_id)
            except KeyRefused:
                key_is_refused = True
                await self._store.run(partial(self._refused, asked_with=credentials))
                continue
            except Failure as failure:
                # One account's dead key must not keep the order of another from the card.
                failed = failed or failure
                continue
            if order is not None:
                found[docked.site.id] = order
        if failed is not None and not found:
            raise failed
        if key_is_refused and not found:
            return
        await self._store.run(partial(self._write, ticket_id=ticket_id, found=found))

    def _candidates(self, snapshot: Snapshot, ticket_id: TicketId) -> tuple[Ticket, list[tuple[Docked, Credentials]]]:
        """The ticket's site; where the letter left the site open, every site that its mailbox serves."""
        ticket = snapshot.tickets.get(ticket_id)
        docked = snapshot.sites.docked(ticket.site)
        sites = [docked]
        if Caution.SITE_UNSURE in ticket.cautions:
            others = snapshot.sites.of_mailbox(docked.site.mailbox)
            sites += [other for other in others if is_served(other) and other.site.id != docked.site.id]
        # A deleted account has no key any more, and what its tickets lack nobody can look up.
        sites = [site for site in sites if site.account.state is not AccountState.DELETED]
        return ticket, [(site, key_of(snapshot, self._vault, site.account)) for site in sites]

    def _refused(self, uow: UnitOfWork, asked_with: Credentials) -> None:
        key_refused(uow, self._vault, asked_with, self._admins, self._clock.now())

    def _write(self, uow: UnitOfWork, ticket_id: TicketId, found: dict[SiteId, Order]) -> None:
        now = self._clock.now()
        ticket = uow.tickets.get(ticket_id)
        events: list[TicketEvent] = []
        if len(found) == 1 and Caution.SITE_UNSURE in ticket.cautions:
            ticket = self._settle_site(uow, ticket, next(iter(found)), events)
        order = found.get(ticket.site)
        knowledge = OrderKnowledge.KNOWN if order else OrderKnowledge.UNKNOWN
        if order is None and ticket.order_knowledge is OrderKnowledge.KNOWN:
            # Orders leave Walmart's 180-day window; what was read once stays on the card with its date.
            return
        known = uow.orders.get(ticket.site, order.customer_order_id) if order else None
        if order is not None:
            uow.orders.put(ticket.site, order)
            events += order_read(uow, ticket, order, now)
        unchanged = known is not None and order is not None and known.purchase_orders == order.purchase_orders
        if not unchanged or ticket.order_knowledge is not knowledge:
            kind = EventKind.ORDER_READ if order else EventKind.ORDER_UNKNOWN
            events.append(TicketEvent(ticket.id, now, SYSTEM, kind, ticket.order_knowledge, knowledge))
        if not events:
            return
        ticket = replace(ticket, order_knowledge=knowledge)
        uow.tickets.save(ticket)
        record(uow, ticket, events, now, self._waits)

    def _settle_site(self, uow: UnitOfWork, ticket: Ticket, site: SiteId, events: list[TicketEvent]) -> Ticket:
        """Exactly one account knows the order, so the letter was meant for that site."""
        if site != ticket.site and uow.tickets.by_thread([site], ticket.thread_key) is not None:
            # That site has a conversation about this order already; the ticket stays where it is and says so.
            return ticket
        before, after = str(ticket.site), str(site)
        events.append(TicketEvent(ticket.id, self._clock.now(), SYSTEM, EventKind.SITE_SETTLED, before, after))
        return replace(ticket, site=site, cautions=ticket.cautions - {Caution.SITE_UNSURE})
