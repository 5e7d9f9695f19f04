from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the major unit of `currency` (ISO 4217); never rounded here."""

    amount: Decimal
    currency: str

    def plus(self, other: "Money") -> "Money":
        """Add two amounts of one currency; raises ValueError for two currencies, which no order mixes."""
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return Money(self.amount + other.amount, self.currency)


def total(amounts: "list[Money]") -> Money | None:
    """Add them up; None for an empty list, because a sum without a currency means nothing."""
    if not amounts:
        return None
    result = amounts[0]
    for amount in amounts[1:]:
        result = result.plus(amount)
    return result
