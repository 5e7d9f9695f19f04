"""What must stand on a ticket's card, and what must not, held against the simulated Walmart's own orders."""

from collections.abc import Sequence

from integrations.simulator.slack.messages import Message
from integrations.simulator.trip.words import leaves_of, words_of
from integrations.simulator.walmart.orders import PurchaseOrder

_MOST_PRODUCTS = 3


def faults_of(card: Message, purchases: Sequence[PurchaseOrder]) -> list[str]:
    """Say what is wrong with a card; `purchases` are all of its order, none for a question before a purchase."""
    if not purchases:
        return [*source_faults(card), *no_order_faults(card)]
    return [*source_faults(card), *order_faults(card, purchases), *recipient_faults(card, purchases)]


def source_faults(card: Message) -> list[str]:
    """The badge is a word of its own, not some sentence that names Walmart."""
    badges = [leaf.strip() for leaf in leaves_of(card.content.blocks)]
    return [] if "Walmart" in badges else ["the card does not say that its source is Walmart"]


def no_order_faults(card: Message) -> list[str]:
    return [] if "no order" in words_of(card.content.blocks) else ["the card does not say that there is no order"]


def order_faults(card: Message, purchases: Sequence[PurchaseOrder]) -> list[str]:
    """The order and its five groups of facts stand on the card itself, not behind a button."""
    lines = [line for purchase in purchases for line in purchase.lines]
    tax = sum(line.tax for line in lines)
    total = sum(line.charged + line.shipping for line in lines) + tax
    tracked = [part.tracking for line in lines for part in line.parts if part.tracking]
    first = purchases[0].person
    wanted = {
        "order": [purchases[0].customer_order_id, *(purchase.purchase_order_id for purchase in purchases)],
        "total": [f"Total {total:,.2f}"],
        "taxes": [f"Tax {tax:,.2f}"],
        "products": [text for line in lines[:_MOST_PRODUCTS] for text in (line.product.name, line.product.sku)],
        "logistics": [text for tracking in tracked for text in (tracking.carrier, tracking.number)]
        or ["Not shipped yet"],
        "recipient": [f"Recipient: {_initials(first.name)}, {first.city} {first.state} {first.postal_code}"],
    }
    # Amounts are compared without the sign of their currency, whose place is a matter of language.
    shown = " ".join(words_of(card.content.blocks).replace("$", "").split())
    missing = [group for group, texts in wanted.items() if not all(text in shown for text in texts)]
    return [f"the card lacks the order's {group}" for group in missing]


def recipient_faults(message: Message, purchases: Sequence[PurchaseOrder]) -> list[str]:
    """Nobody is shown the recipient who did not ask; the buyer's own name stands over the buyer's own words."""
    shown = words_of(message.content.blocks)
    faults = []
    for person in {purchase.person for purchase in purchases}:
        secret = {"street": person.address1, "telephone": person.phone, "name": f"Recipient: {person.name}"}
        faults += [f"the recipient's {what} is shown in clear" for what, text in secret.items() if text in shown]
    return faults


def _initials(name: str) -> str:
    return " ".join(f"{part[0]}." for part in name.split())
