"""What the desk has kept, read from its own database: for what no card can show."""

from bot.domain.events import TicketId
from bot.domain.tickets import Inquiry, Letter, Ticket
from bot.ports.mail_records import InboundMail, InboundState
from bot.ports.store import Snapshot
from tests.journeys.shop import Shop, until_true

_FIRST = 1001


async def mails(shop: Shop, *states: InboundState) -> list[InboundMail]:
    """Every mail that was taken over, or those in these states; oldest first."""

    def work(snapshot: Snapshot) -> list[InboundMail]:
        found = [mail for state in states or InboundState for mail in snapshot.inbound.in_state(state, most=1000)]
        return sorted(found, key=lambda mail: mail.id)

    assert shop.desk is not None
    return await shop.desk.adapters.store.read(work)


async def settled(shop: Shop, count: int) -> list[InboundMail]:
    """Wait until so many mails have been taken over and something was made of each."""
    waiting = {InboundState.UNREAD, InboundState.AGAIN}

    async def there() -> bool:
        found = await mails(shop)
        return len(found) >= count and not any(mail.state in waiting for mail in found)

    await until_true(there, f"{count} settled mails; there are {[mail.state for mail in await mails(shop)]}")
    return await mails(shop)


async def tickets(shop: Shop) -> list[Ticket]:
    def work(snapshot: Snapshot) -> list[Ticket]:
        found: list[Ticket] = []
        while (ticket := snapshot.tickets.find(TicketId(_FIRST + len(found)))) is not None:
            found.append(ticket)
        return found

    assert shop.desk is not None
    return await shop.desk.adapters.store.read(work)


async def letters(shop: Shop, ticket: Ticket) -> list[Letter]:
    """All letters of a ticket, second copies included."""
    assert shop.desk is not None
    return list(await shop.desk.adapters.store.read(lambda snapshot: snapshot.letters.of_ticket(ticket.id)))


async def inquiries(shop: Shop, ticket: Ticket) -> list[Inquiry]:
    assert shop.desk is not None
    return list(await shop.desk.adapters.store.read(lambda snapshot: snapshot.inquiries.of_ticket(ticket.id)))
