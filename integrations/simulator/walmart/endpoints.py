"""The endpoints themselves: tokens, orders, returns."""

import base64
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from integrations.simulator.clock import MovableClock
from integrations.simulator.walmart.gate import SELLER, TOKEN, Gate, market_of, place_of
from integrations.simulator.walmart.order_json import order_document, return_document
from integrations.simulator.walmart.orders import PurchaseOrder
from integrations.simulator.walmart.queries import read_query
from integrations.simulator.walmart.sellers import LIFETIME, Seller, Sellers
from integrations.simulator.walmart.shapes import Refusal, natural

_RETURN_NAMES = frozenset(
    {
        "returnOrderId",
        "customerOrderId",
        "status",
        "replacementInfo",
        "limit",
        "returnCreationStartDate",
        "returnCreationEndDate",
        "offset",
    }
)


@dataclass(slots=True)
class Endpoints:
    """`page_size` is what Walmart's default of 100 (orders) and 10 (returns) are here, if it is given."""

    clock: MovableClock
    sellers: Sellers
    gate: Gate
    page_size: int | None
    _cursors: set[str] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v3/token", self.token),
            web.get("/v3/token/detail", self.token_detail, allow_head=False),
            web.get("/v3/orders", self.orders, allow_head=False),
            web.get("/v3/orders/{purchaseOrderId}", self.order, allow_head=False),
            web.get("/v3/returns", self.returns, allow_head=False),
        ]

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        seller = self._by_basic(request.headers.get("Authorization", ""))
        if form.get("grant_type") != "client_credentials":
            raise Refusal(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST_CONTENT.GMP_TOKEN_API", "Invalid grant_type.")
        if seller is None:
            raise natural(HTTPStatus.UNAUTHORIZED)
        request[SELLER] = seller
        token = self.sellers.issue(seller)
        seconds = int(LIFETIME.total_seconds())
        if "application/json" not in request.headers.get("Accept", ""):
            return web.Response(
                text=f"<OAuthTokenDTO><accessToken>{token.value}</accessToken><tokenType>Bearer</tokenType>"
                f"<expiresIn>{seconds}</expiresIn></OAuthTokenDTO>",
                content_type="application/xml",
            )
        return web.json_response({"access_token": token.value, "token_type": "Bearer", "expires_in": seconds})

    async def token_detail(self, request: web.Request) -> web.Response:
        token = request[TOKEN]
        return web.json_response(
            {
                "expire_at": str(int(token.expires_at.timestamp() * 1000)),
                "issued_at": str(int(token.issued_at.timestamp() * 1000)),
                "is_valid": not request[SELLER].revoked,
                "is_channel_match": True,
                "scopes": request[SELLER].permissions,
            }
        )

    async def orders(self, request: web.Request) -> web.Response:
        seller = _reader(request, "orders")
        self._check_cursor(request, "hasMoreElements")
        query = read_query(request.query, now=self.clock.now(), page_size=self.page_size or 100)
        found = [order for order in _visible(seller, market_of(request)) if query.matches(order)]
        if not found:
            raise natural(HTTPStatus.NOT_FOUND)
        page = found[query.offset : query.offset + query.limit]
        end = query.offset + query.limit
        cursor = query.cursor(end) if end < len(found) else None
        return web.json_response(
            {
                "list": {
                    "meta": {
                        "totalCount": len(found),
                        "limit": query.limit,
                        "nextCursor": self._handed_out(cursor),
                    },
                    "elements": {
                        "order": [
                            order_document(
                                order,
                                product_info=query.product_info,
                                replacement_info=query.replacement_info,
                            )
                            for order in page
                        ]
                    },
                }
            }
        )

    async def order(self, request: web.Request) -> web.Response:
        seller = _reader(request, "orders")
        wanted = request.match_info["purchaseOrderId"]
        for order in _visible(seller, market_of(request)):
            if order.purchase_order_id == wanted:
                document = order_document(
                    order,
                    product_info=request.query.get("productInfo") == "true",
                    replacement_info=request.query.get("replacementInfo") == "true",
                )
                return web.json_response({"order": document})
        raise natural(HTTPStatus.NOT_FOUND)

    async def returns(self, request: web.Request) -> web.Response:
        seller = _reader(request, "returns")
        self._check_cursor(request, "offset")
        query = request.query
        one_sided = ("returnCreationStartDate" in query) != ("returnCreationEndDate" in query)
        limit, offset = query.get("limit", str(self.page_size or 10)), query.get("offset", "0")
        if query.keys() - _RETURN_NAMES or one_sided or not (limit.isdecimal() and offset.isdecimal()):
            raise natural(HTTPStatus.BAD_REQUEST)
        here = {order.customer_order_id for order in _visible(seller, market_of(request))}
        found = [
            each
            for each in seller.order_book.returns
            if each.customer_order_id in here
            and query.get("customerOrderId", each.customer_order_id) == each.customer_order_id
            and query.get("returnOrderId", each.return_order_id) == each.return_order_id
            and query.get("status", each.status) == each.status
        ]
        if not found:
            raise natural(HTTPStatus.NOT_FOUND)
        kept = "".join(f"&{name}={query[name]}" for name in ("customerOrderId", "replacementInfo") if name in query)
        begin, end = int(offset), int(offset) + int(limit)
        cursor = f"?limit={limit}&offset={end}{kept}" if end < len(found) else None
        return web.json_response(
            {
                "meta": {
                    "totalCount": len(found),
                    "limit": int(limit),
                    "nextCursor": self._handed_out(cursor),
                },
                "returnOrders": [return_document(each) for each in found[begin:end]],
            }
        )

    def _by_basic(self, authorization: str) -> Seller | None:
        kind, _, encoded = authorization.partition(" ")
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return None
        return self.sellers.known(client_id, secret) if kind == "Basic" else None

    def _handed_out(self, cursor: str | None) -> str | None:
        if cursor is not None:
            self._cursors.add(cursor)
        return cursor

    def _check_cursor(self, request: web.Request, mark: str) -> None:
        if mark in request.query and f"?{request.rel_url.raw_query_string}" not in self._cursors:
            self.gate.violation(place_of(request), "nextCursor was not sent back as it was given")
            raise natural(HTTPStatus.BAD_REQUEST)


def _reader(request: web.Request, category: str) -> Seller:
    seller = request[SELLER]
    if not seller.may_read(category):
        raise natural(HTTPStatus.FORBIDDEN)
    return seller


def _visible(seller: Seller, market: str) -> list[PurchaseOrder]:
    """List the newest first, as Walmart does."""
    orders = [order for order in seller.order_book.orders if order.market == market]
    return sorted(orders, key=lambda order: (order.ordered_at, order.purchase_order_id), reverse=True)
