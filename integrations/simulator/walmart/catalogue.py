"""What the invented sellers sell."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """`item_id` is the number in the item's walmart.com address, which a buyer's letter carries."""

    sku: str
    name: str
    item_id: str
    price: Decimal


class Catalogue:
    """A small shop of ordinary things, some with names that break careless code."""

    def __init__(self) -> None:
        self.products = (
            Product("GP-1", "Garlic press, steel", "162457985", Decimal("24.99")),
            Product("TWL-6-BLU", 'Bath towel 27" x 54", set of 6, blue', "518843207", Decimal("38.5")),
            Product("LAMP/DESK-02", "Desk lamp with USB port & dimmer", "945120338", Decimal("19.95")),
            Product("CAFE-250", "Café de Oaxaca, molido, 250 g", "730664912", Decimal("11.4")),
            Product("TOY-<TREX>", "Dino <T-Rex> action figure *new*", "337195620", Decimal("29.99")),
            Product("YOGA-MAT-PUR", "Yoga mat, 6 mm, purple", "884012377", Decimal("21.05")),
            Product("HDMI-2M", "HDMI cable, 2 m", "201938475", Decimal("7.1")),
            Product("PLANT-POT-30", "Plant pot, ceramic, 30 cm, with a saucer that fits", "6612037741", Decimal(45)),
        )
