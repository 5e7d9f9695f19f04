"""The marketplace in memory: passes the same contract suite as the real client."""

from collections import deque
from dataclasses import dataclass, replace

from bot.domain.orders import Order
from bot.domain.sites import Market
from bot.ports.clock import Clock
from bot.ports.failures import Failure
from bot.ports.marketplace import Authorisation, Credentials, KeyRefused, KeyRevoked, NotAllowed, Return
from integrations.walmart.order_ids import clean_customer_order_id


@dataclass(frozen=True, slots=True)
class Asked:
    method: str  # authorise, order, returns
    client_id: str
    market: Market | None
    customer_order_id: str


class FakeMarketplace:
    """Knows the keys and orders it was given. `delay` is slept on the clock before every answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._permissions: dict[tuple[str, str], dict[str, str]] = {}
        self._markets: dict[str, tuple[Market, ...]] = {}
        self._revoked: set[str] = set()
        self._failures: dict[str, deque[Failure]] = {}
        self.orders: dict[tuple[str, Market, str], Order] = {}
        self.opened_returns: dict[tuple[str, Market, str], tuple[Return, ...]] = {}
        self.delay = 0.0
        self.asked: list[Asked] = []

    def accept(
        self,
        credentials: Credentials,
        permissions: dict[str, str] | None = None,
        markets: tuple[Market, ...] = (Market.US, Market.CA),
    ) -> None:
        """Let this key in; any other secret of the same client id is refused from now on."""
        self._permissions = {
            key: levels for key, levels in self._permissions.items() if key[0] != credentials.client_id
        }
        key = (credentials.client_id, credentials.client_secret.reveal())
        self._permissions[key] = permissions or {"orders": "full_access", "returns": "full_access"}
        self._markets[credentials.client_id] = markets
        self._revoked.discard(credentials.client_id)

    def revoke(self, client_id: str) -> None:
        """Withdraw the key: what it was given is honoured no more."""
        self._revoked.add(client_id)

    def put(self, credentials: Credentials, market: Market, order: Order) -> None:
        self.orders[credentials.client_id, market, order.customer_order_id] = order

    def fail(self, method: str, failure: Failure, *, times: int = 1) -> None:
        """Raise `failure` from the next calls of `authorise`, `order` or `returns`."""
        self._failures.setdefault(method, deque()).extend([failure] * times)

    async def authorise(self, credentials: Credentials) -> Authorisation:
        await self._answer("authorise", credentials, None, "")
        markets = self._markets[credentials.client_id]
        if not markets:
            raise NotAllowed("This key may not use GET /v3/token/detail.", code="403")
        granted = Authorisation(dict(self._levels(credentials)))
        return replace(granted, markets=markets) if granted.may_read_orders else granted

    async def order(self, credentials: Credentials, market: Market, customer_order_id: str) -> Order | None:
        identifier = clean_customer_order_id(customer_order_id)
        await self._answer("order", credentials, market, identifier)
        self._require(credentials, "orders")
        order = self.orders.get((credentials.client_id, market, identifier))
        return replace(order, fetched_at=self._clock.now()) if order else None

    async def returns(self, credentials: Credentials, market: Market, customer_order_id: str) -> tuple[Return, ...]:
        identifier = clean_customer_order_id(customer_order_id)
        await self._answer("returns", credentials, market, identifier)
        self._require(credentials, "returns")
        return self.opened_returns.get((credentials.client_id, market, identifier), ())

    async def _answer(self, method: str, credentials: Credentials, market: Market | None, order: str) -> None:
        self.asked.append(Asked(method, credentials.client_id, market, order))
        await self._clock.sleep(self.delay)
        if waiting := self._failures.get(method):
            raise waiting.popleft()
        self._levels(credentials)
        if credentials.client_id in self._revoked:
            raise KeyRevoked("Walmart says that the token of this key is not valid.", code="INVALID_TOKEN")
        if market is not None and market not in self._markets[credentials.client_id]:
            raise NotAllowed(f"This key may not use {method}.", code="403")

    def _levels(self, credentials: Credentials) -> dict[str, str]:
        levels = self._permissions.get((credentials.client_id, credentials.client_secret.reveal()))
        if levels is None:
            raise KeyRefused("Walmart: credential rejected; the key must be entered anew.", code="401")
        return levels

    def _require(self, credentials: Credentials, category: str) -> None:
        if self._levels(credentials).get(category) not in {"full_access", "view_only"}:
            raise NotAllowed(f"This key may not use {category}.", code="403")
