"""What a buyer asks, before it is put into any layout."""

from dataclasses import dataclass

from bot.domain.sites import Market


@dataclass(frozen=True, slots=True)
class Purchase:
    """What the buyer has bought, as Walmart's letters name it."""

    order_id: str  # customerOrderId, 13 to 15 digits
    item_name: str
    item_id: str
    sku: str


@dataclass(frozen=True, slots=True)
class Question:
    market: Market
    seller_name: str
    seller_address: str
    buyer_name: str
    topic: str  # as the buyer picks it from Walmart's list: "Cancel Order", "Order status"
    words: str
    ref_id: str  # 32 upper-case hex digits
    purchase: Purchase | None = None


@dataclass(frozen=True, slots=True)
class Body:
    subject: str
    text: str
    html: str = ""
