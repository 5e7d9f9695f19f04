"""Returns out of Walmart's JSON. Walmart's own examples break its schema, so nothing is validated strictly."""

from collections.abc import Iterable, Mapping

from bot.ports.marketplace import Return
from integrations.walmart import reading
from integrations.walmart.answers import unexpected_shape
from integrations.walmart.complaints import complaint_in


def read_returns(answer: Mapping[str, object], *, customer_order_id: str) -> tuple[Return, ...]:
    """Read the returns of `customer_order_id`; one under another order, or without an id, is passed over."""
    if "returnOrders" not in answer:
        raise unexpected_shape(complaint_in(answer).code)
    listed = answer["returnOrders"]
    if not isinstance(listed, list | dict | None):
        raise unexpected_shape()
    return tuple(
        _return(identifier, entry, customer_order_id)
        for entry in reading.objects(listed)
        if (identifier := reading.text(entry.get("returnOrderId"), limit=40))
        and reading.text(entry.get("customerOrderId")) == customer_order_id
    )


def without_repeats(returns: Iterable[Return]) -> tuple[Return, ...]:
    unique: dict[str, Return] = {}
    for each in returns:
        unique.setdefault(each.return_order_id, each)
    return tuple(unique[identifier] for identifier in sorted(unique))


def _return(identifier: str, entry: Mapping[str, object], customer_order_id: str) -> Return:
    lines = reading.objects(entry.get("returnOrderLines"))
    return Return(
        return_order_id=identifier,
        customer_order_id=customer_order_id,
        status=_folded(lines, "status"),
        refund_status=_folded(lines, "currentRefundStatus") or None,
    )


def _folded(lines: list[Mapping[str, object]], name: str) -> str:
    """Walmart keeps the state on the lines: one word when all agree, else each word once, in line order."""
    words = [word for line in lines if (word := reading.text(line.get(name), limit=60))]
    return "; ".join(dict.fromkeys(words))
