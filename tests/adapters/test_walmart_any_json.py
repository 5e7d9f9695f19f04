"""Whatever JSON Walmart sends, the readers raise nothing but a `Failure`."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.orders import ShipNodeType
from bot.ports.failures import Failure
from integrations.walmart.answers import Answer, document
from integrations.walmart.orders import put_together, read_purchase_orders
from integrations.walmart.returns import read_returns
from tests.adapters.walmart_documents import ID, Json, line, listed, purchase

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from([ID, "1", "USD", "MXN", "PRODUCT", "SHIPPING", "Shipped", "1e999", "NaN", 1795337855000, 10**400])
)
NAMES = st.sampled_from(
    [
        "list",
        "elements",
        "order",
        "meta",
        "nextCursor",
        "purchaseOrderId",
        "customerOrderId",
        "customerEmailId",
        "orderDate",
        "orderType",
        "shippingInfo",
        "phone",
        "postalAddress",
        "name",
        "address1",
        "orderLines",
        "orderLine",
        "lineNumber",
        "item",
        "productName",
        "sku",
        "charges",
        "charge",
        "chargeType",
        "chargeAmount",
        "currency",
        "amount",
        "tax",
        "taxAmount",
        "orderLineQuantity",
        "orderLineStatuses",
        "orderLineStatus",
        "status",
        "statusQuantity",
        "trackingInfo",
        "carrierName",
        "trackingURL",
        "shipDateTime",
        "shipNode",
        "type",
        "returnOrders",
        "returnOrderId",
        "returnOrderLines",
        "currentRefundStatus",
        "errors",
        "error",
        "code",
    ]
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=25
)


@st.composite
def damaged_orders(draw: st.DrawFn) -> Json:
    """A real order in which any members, at any depth, have become anything."""

    def damage(value: object) -> object:
        if draw(st.integers(0, 9)) == 0:
            return "MXN" if value == "USD" else draw(ANYTHING)
        if isinstance(value, dict):
            return {name: damage(inner) for name, inner in value.items()}
        return [damage(inner) for inner in value] if isinstance(value, list) else value

    damaged = damage(listed(purchase(line(), line(lineNumber="2")), purchase(purchaseOrderId="2")))
    return damaged if isinstance(damaged, dict) else {}


@given(answer=damaged_orders() | st.dictionaries(NAMES, ANYTHING, max_size=4))
def test_whatever_json_walmart_sends_the_reader_never_raises_anything_but_a_failure(answer: Json) -> None:
    try:
        exact = document(Answer(200, {}, json.dumps(answer).encode()))
        order = put_together(
            ID, read_purchase_orders(exact, customer_order_id=ID, asked=ShipNodeType.WFS), fetched_at=NOW
        )
    except Failure:
        order = None
    if order is not None:
        derived = (order.total, order.tax, order.shipping, order.recipient, order.status_counts)
        assert repr((order, derived)).isprintable()
    try:
        read_returns(answer, customer_order_id=ID)
    except Failure:
        return
