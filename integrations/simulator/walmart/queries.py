"""The query of GET /v3/orders as Walmart takes it: its names, its defaults, its cursor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from integrations.simulator.walmart.orders import PurchaseOrder
from integrations.simulator.walmart.shapes import Refusal

NAMES = frozenset(
    {
        "sku",
        "customerOrderId",
        "purchaseOrderId",
        "status",
        "createdStartDate",
        "createdEndDate",
        "limit",
        "productInfo",
        "shipNodeType",
        "replacementInfo",
        "orderType",
    }
)
_CURSOR_NAMES = frozenset({"hasMoreElements", "soIndex", "poIndex", "partnerId", "sellerId"})
_SHIP_NODES = {"SellerFulfilled", "WFSFulfilled", "3PLFulfilled"}
_STATUSES = {"Created", "Acknowledged", "Shipped", "Delivered", "Cancelled"}
_ORDER_TYPES = {"REGULAR", "REPLACEMENT", "PREORDER"}
_DEFAULT_WINDOW = timedelta(days=7)
_OLDEST = timedelta(days=180)
_LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """`created_from` has been cut to the 180 days that Walmart keeps; `offset` comes from a cursor."""

    filters: Mapping[str, str]
    ship_node: str
    created_from: datetime
    created_to: datetime
    limit: int
    offset: int
    product_info: bool
    replacement_info: bool

    def matches(self, order: PurchaseOrder) -> bool:
        statuses = {part.status for line in order.lines for part in line.parts}
        wanted = self.filters.get
        return (
            order.ship_node == self.ship_node
            and self.created_from <= order.ordered_at <= self.created_to
            and wanted("customerOrderId", order.customer_order_id) == order.customer_order_id
            and wanted("purchaseOrderId", order.purchase_order_id) == order.purchase_order_id
            and wanted("orderType", order.order_type) == order.order_type
            and ("status" not in self.filters or self.filters["status"] in statuses)
            and ("sku" not in self.filters or any(line.product.sku == self.filters["sku"] for line in order.lines))
            and (self.replacement_info or order.order_type != "REPLACEMENT")
        )

    def cursor(self, offset: int) -> str:
        """Write the whole query string of the page that begins at `offset`, with a `?` and in Walmart's manner."""
        kept = "".join(f"&{name}={value}" for name, value in sorted(self.filters.items()))
        return (
            f"?limit={self.limit}&hasMoreElements=true&soIndex={offset}&poIndex={offset}&partnerId=100009"
            f"&sellerId=8{kept}&shipNodeType={self.ship_node}"
            f"&productInfo={str(self.product_info).lower()}&replacementInfo={str(self.replacement_info).lower()}"
            f"&createdStartDate={_written(self.created_from)}&createdEndDate={_written(self.created_to)}"
        )


def read_query(query: Mapping[str, str], *, now: datetime, page_size: int) -> OrderQuery:
    """Raise `Refusal` (400) for a name or a value that Walmart does not document."""
    for name in query.keys() - NAMES - _CURSOR_NAMES:
        raise _invalid(name)
    _one_of(query, "status", _STATUSES)
    _one_of(query, "orderType", _ORDER_TYPES)
    _one_of(query, "shipNodeType", _SHIP_NODES)
    for name in ("productInfo", "replacementInfo"):
        _one_of(query, name, {"true", "false"})
    limit = query.get("limit", str(page_size))
    if not limit.isdecimal() or not 1 <= int(limit) <= _LARGEST_PAGE:
        raise _invalid("limit")
    created_from = _date(query, "createdStartDate") or now - _DEFAULT_WINDOW
    return OrderQuery(
        filters={
            name: query[name]
            for name in ("sku", "customerOrderId", "purchaseOrderId", "status", "orderType")
            if name in query
        },
        ship_node=query.get("shipNodeType", "SellerFulfilled"),
        created_from=max(created_from, now - _OLDEST),
        created_to=_date(query, "createdEndDate") or now,
        limit=int(limit),
        offset=int(query.get("poIndex", "0")),
        product_info=query.get("productInfo") == "true",
        replacement_info=query.get("replacementInfo") == "true",
    )


def _one_of(query: Mapping[str, str], name: str, values: set[str]) -> None:
    if name in query and query[name] not in values:
        raise _invalid(name)


def _date(query: Mapping[str, str], name: str) -> datetime | None:
    if name not in query:
        return None
    try:
        read = datetime.fromisoformat(query[name])
    except ValueError as error:
        raise _invalid(name) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _invalid(name: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST_PARAM.GMP_ORDER_API", f"Invalid request parameter: {name}")
