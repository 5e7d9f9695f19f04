"""The order component: the live order on the card, five groups of facts (features 4.0, M23)."""

from dataclasses import dataclass

from bot.i18n.pieces import Line
from bot.views.acts import Button


@dataclass(frozen=True, slots=True)
class ProductLine:
    quantity: int
    name: str
    sku: str
    amount: str  # formatted money; empty when Walmart did not say


@dataclass(frozen=True, slots=True)
class OrderPanel:
    """`title` names order and purchase orders; `status` is one word or words with counts. `total` and `taxes` are
    formatted. `more_products` says how many are left away. `recipient` is masked. `flags` are red (the buyer asked
    to cancel, late); `as_of` says when the order was read if that is no longer fresh."""

    title: str
    status: str
    total: str
    taxes: str
    shipping: str
    products: tuple[ProductLine, ...]
    more_products: str
    logistics: tuple[Line, ...]
    recipient: str
    show_recipient: Button | None
    flags: tuple[str, ...] = ()
    as_of: Line = ()
