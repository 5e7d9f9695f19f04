"""Walmart Marketplace as the application's `Marketplace` port."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Self
from urllib.parse import urlencode

import structlog

from bot.domain.orders import Order, PurchaseOrder, ShipNodeType
from bot.domain.sites import Market
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Transient
from bot.ports.marketplace import Authorisation, Credentials, KeyRefused, KeyRevoked, NotAllowed, Return
from integrations.walmart import reading
from integrations.walmart.answers import Answer, document
from integrations.walmart.auth import Token, Tokens
from integrations.walmart.calls import Calls
from integrations.walmart.errors import Refused
from integrations.walmart.order_ids import clean_customer_order_id
from integrations.walmart.orders import put_together, read_purchase_orders
from integrations.walmart.paging import LARGEST_NUMBER_OF_PAGES, next_query
from integrations.walmart.returns import read_returns, without_repeats
from integrations.walmart.throttling import Throttle

API_URL = "https://marketplace.walmartapis.com"
_OLDEST_ORDER = timedelta(days=180)
_ORDERS = "GET /v3/orders"
_RETURNS = "GET /v3/returns"
_TOKEN_DETAIL = "GET /v3/token/detail"  # noqa: S105 - the name of an endpoint, not a secret

_SEARCHES = {_ORDERS, _RETURNS}

_log = structlog.get_logger(__name__)


class WalmartMarketplace:
    """Implements `bot.ports.marketplace.Marketplace`; serves any number of accounts on one event loop.

    Use it as an asynchronous context manager, or call `aclose`. `timeout_seconds` bounds every single call.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        api_url: str = API_URL,
        timeout_seconds: float = 20.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._calls = Calls(clock, Throttle(clock, jitter), api_url=api_url, timeout_seconds=timeout_seconds)
        self._tokens = Tokens(self._calls, clock)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._tokens.aclose()
        await self._calls.aclose()

    async def authorise(self, credentials: Credentials) -> Authorisation:
        # A token from before proves nothing: the key may have been reset since.
        await self._tokens.token(credentials, instead_of=self._tokens.held(credentials))
        try:
            detail = document(await self._token_detail(credentials))
        except KeyRefused as refused:
            # The key was good for a token a moment ago.
            raise KeyRevoked(refused.reason, code=refused.code) from refused
        if detail.get("is_valid") is False:
            self._tokens.forget(credentials)
            raise KeyRevoked("Walmart says that the token of this key is not valid.", code="INVALID_TOKEN")
        scopes = reading.mapping(detail.get("scopes"))
        levels = {reading.text(name, limit=40): reading.text(level, limit=40) for name, level in scopes.items()}
        granted = Authorisation({name: level for name, level in levels.items() if name and level})
        return await self._in_markets(credentials, granted) if granted.may_read_orders else granted

    async def _token_detail(self, credentials: Credentials) -> Answer:
        """Asked as every market in turn until one lets the key in: a seller may sell in Canada only."""
        refused: list[NotAllowed] = []
        for market in Market:
            try:
                return await self._get(credentials, _TOKEN_DETAIL, market=market)
            except NotAllowed as failure:
                refused.append(failure)
        raise refused[0]

    async def _in_markets(self, credentials: Credentials, granted: Authorisation) -> Authorisation:
        """Permissions name no market, so each is asked for one order; that there is none is an answer too."""
        since = (self._clock.now() - _OLDEST_ORDER).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = f"?{urlencode({'limit': '1', 'createdStartDate': since})}"
        found = await asyncio.gather(
            *(self._get(credentials, _ORDERS, market=market, query=query) for market in Market), return_exceptions=True
        )
        asked = dict(zip(Market, found, strict=True))
        unasked = tuple(market for market, outcome in asked.items() if isinstance(outcome, Transient))
        markets = tuple(market for market, outcome in asked.items() if not isinstance(outcome, BaseException))
        for outcome in found:
            defect = isinstance(outcome, BaseException) and not isinstance(outcome, Failure)
            nothing_known = isinstance(outcome, Transient | KeyRefused) and not markets
            if isinstance(outcome, BaseException) and (defect or nothing_known):
                raise outcome
        return replace(granted, markets=markets, unasked=unasked)

    async def order(self, credentials: Credentials, market: Market, customer_order_id: str) -> Order | None:
        """Look the order up under all three ship-node types at once.

        The answer is whole or a failure: an order of which one part could not be asked for is not returned as if
        it were all. One exception: a market that refuses WFS or 3PL as a filter has no such orders.
        """
        identifier = clean_customer_order_id(customer_order_id)
        found = await asyncio.gather(
            *(self._purchase_orders(credentials, market, identifier, node) for node in ShipNodeType),
            return_exceptions=True,
        )
        purchase_orders: list[PurchaseOrder] = []
        for node, outcome in zip(ShipNodeType, found, strict=True):
            if isinstance(outcome, Refused) and node is not ShipNodeType.SELLER:
                _log.info("walmart refused a ship-node type", node=node.value, market=market.value)
            elif isinstance(outcome, BaseException):
                raise outcome
            else:
                purchase_orders.extend(outcome)
        return put_together(identifier, purchase_orders, fetched_at=self._clock.now())

    async def returns(self, credentials: Credentials, market: Market, customer_order_id: str) -> tuple[Return, ...]:
        identifier = clean_customer_order_id(customer_order_id)
        query = urlencode({"customerOrderId": identifier, "replacementInfo": "true"})
        pages = await self._pages(credentials, market, _RETURNS, query, _returns_meta)
        return without_repeats(each for page in pages for each in read_returns(page, customer_order_id=identifier))

    async def _purchase_orders(
        self, credentials: Credentials, market: Market, identifier: str, node: ShipNodeType
    ) -> list[PurchaseOrder]:
        since = self._clock.now() - _OLDEST_ORDER
        query = urlencode(
            {
                "customerOrderId": identifier,
                "shipNodeType": node.value,
                # Without it Walmart searches the last seven days only.
                "createdStartDate": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "productInfo": "false",
                # Without it neither replacement orders nor `orderType` are in the answer.
                "replacementInfo": "true",
            }
        )
        pages = await self._pages(credentials, market, _ORDERS, query, _orders_meta)
        return [
            purchase_order
            for page in pages
            for purchase_order in read_purchase_orders(page, customer_order_id=identifier, asked=node)
        ]

    async def _pages(
        self,
        credentials: Credentials,
        market: Market,
        endpoint: str,
        query: str,
        meta: Callable[[Mapping[str, object]], object],
    ) -> list[Mapping[str, object]]:
        """Read page after page: the cursor of one is the whole query of the next, sent as it came."""
        pages: list[Mapping[str, object]] = []
        asked: set[str] = set()
        following: str | None = f"?{query}"
        while following and following not in asked and len(pages) < LARGEST_NUMBER_OF_PAGES:
            asked.add(following)
            answer = await self._get(credentials, endpoint, market=market, query=following)
            if answer.is_nothing_found:
                break
            page = document(answer)
            pages.append(page)
            following = next_query(reading.mapping(meta(page)).get("nextCursor"))
        return pages

    async def _get(
        self, credentials: Credentials, endpoint: str, *, market: Market = Market.US, query: str = ""
    ) -> Answer:
        """Return a success, or that nothing was found where that is an answer; raise for everything else.

        Calls once more with a new token if Walmart has given this one up before its time.
        """
        token = await self._tokens.token(credentials)
        answer = await self._call(credentials, endpoint, token, market, query)
        if _refuses_token(answer):
            token = await self._tokens.token(credentials, instead_of=token)
            answer = await self._call(credentials, endpoint, token, market, query)
        if answer.is_success or (endpoint in _SEARCHES and answer.is_nothing_found):
            return answer
        if _refuses_token(answer):
            self._tokens.forget(credentials)
        raise self._calls.failure(answer, endpoint, token.value.reveal())

    async def _call(self, credentials: Credentials, endpoint: str, token: Token, market: Market, query: str) -> Answer:
        value = token.value.reveal()
        headers = {"WM_SEC.ACCESS_TOKEN": value}
        if market is not Market.US:
            headers |= {"WM_MARKET": market.value, "WM_GLOBAL_VERSION": "3.1"}
        return await self._calls.make(
            endpoint, client_id=credentials.client_id, headers=headers, query=query, secrets=(value,)
        )


def _refuses_token(answer: Answer) -> bool:
    return answer.status == HTTPStatus.UNAUTHORIZED and not answer.is_page


def _orders_meta(page: Mapping[str, object]) -> object:
    return reading.mapping(page.get("list")).get("meta")


def _returns_meta(page: Mapping[str, object]) -> object:
    return page.get("meta")
