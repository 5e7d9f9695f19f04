"""What the attributes of an order look like, by the newest order that there is."""

from bot.domain.walmart_fields import Attribute, order_values
from bot.ports.store import Snapshot
from bot.services.freezing import site_values


def samples(records: Snapshot) -> dict[Attribute, str]:
    """Nothing personal among them: whoever sets fields up need not know a buyer."""
    ticket = records.tickets.newest_with_order()
    order = records.orders.get(ticket.site, ticket.order_id) if ticket is not None and ticket.order_id else None
    if ticket is None or order is None:
        return {}
    told = {**site_values(records, ticket), Attribute.TOPIC: str(ticket.topic), **order_values(order)}
    return {attribute: value for attribute, value in told.items() if value and not attribute.personal}
