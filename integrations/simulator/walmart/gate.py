"""What every call passes before its endpoint: ordered faults, header rules, the token, the rate limit, the record."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.walmart.buckets import Buckets, Level
from integrations.simulator.walmart.records import Call, Records, Violation
from integrations.simulator.walmart.sellers import IssuedToken, Seller, Sellers
from integrations.simulator.walmart.shapes import Refusal, Shape, natural

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SELLER = web.RequestKey("seller", Seller)
TOKEN = web.RequestKey("token", IssuedToken)
TOKEN_PLACE = "POST /v3/token"  # noqa: S105 - the name of an endpoint, not a secret
_DETAIL_PLACE = "GET /v3/token/detail"

_CORRELATION = "WM_QOS.CORRELATION_ID"
_MARKETS = {"us", "ca", "mx"}


@dataclass(slots=True)
class Gate:
    """`closing` ends calls that an ordered fault keeps hanging when the stand-in stops."""

    clock: MovableClock
    faults: Faults
    sellers: Sellers
    buckets: Buckets
    records: Records
    closing: asyncio.Event
    seen: set[str]

    async def pass_through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        place = place_of(request)
        response: web.StreamResponse | None = None
        try:
            response = await self._answer(request, handler, place)
            return response
        finally:
            self._record(request, place, response.status if response is not None else 0)

    async def _answer(self, request: web.Request, handler: Handler, place: str) -> web.StreamResponse:
        fault = self.faults.take(f"walmart:{place}")
        try:
            if fault is not None:
                await self._before(fault, request)
            level = self._admit(request, place)
            response = await handler(request)
            if level is not None:
                response.headers.update(_levels(level))
        except Refusal as refusal:
            response = refusal.response()
        except web.HTTPException as refused:
            self.violation(place, f"no such endpoint: {request.path}")
            response = natural(refused.status).response()
        if fault is not None and fault.kind is FaultKind.DROP_AFTER:
            _cut(request)
        return response

    def violation(self, place: str, what: str) -> None:
        self.records.add(Violation(self.clock.now(), place, what))

    async def _before(self, fault: Fault, request: web.Request) -> None:
        match fault.kind:
            case FaultKind.DELAY:
                await self.clock.sleep(fault.seconds)
            case FaultKind.HANG:
                await self.closing.wait()
                _cut(request)
            case FaultKind.DROP_BEFORE | FaultKind.DISCONNECT:
                _cut(request)
                raise natural(HTTPStatus.SERVICE_UNAVAILABLE)
            case FaultKind.STATUS | FaultKind.ERROR:
                raise _ordered(fault)
            case FaultKind.DROP_AFTER:
                pass

    def _admit(self, request: web.Request, place: str) -> Level | None:
        self._check_headers(request, place)
        if place == TOKEN_PLACE:
            return None
        held = self.sellers.holder(request.headers.get("WM_SEC.ACCESS_TOKEN", ""))
        if held is None:
            raise natural(HTTPStatus.UNAUTHORIZED)
        seller, token = held
        request[SELLER], request[TOKEN] = seller, token
        if seller.revoked and place != _DETAIL_PLACE:
            raise natural(HTTPStatus.UNAUTHORIZED)
        if market_of(request) not in seller.markets:
            raise natural(HTTPStatus.FORBIDDEN)
        level = self.buckets.take(seller.client_id, place)
        if level is not None and not level.allowed:
            refusal = natural(HTTPStatus.TOO_MANY_REQUESTS)
            refusal.headers = {**_levels(level), "Retry-After": str(level.seconds)}
            raise refusal
        return level

    def _check_headers(self, request: web.Request, place: str) -> None:
        correlation_id = request.headers.get(_CORRELATION, "")
        if not correlation_id:
            raise self._broken(place, f"{_CORRELATION} is missing")
        if correlation_id in self.seen:
            # Walmart is said to drop such a call silently; here it is answered, and on record.
            self.violation(place, f"{_CORRELATION} was used before")
        self.seen.add(correlation_id)
        if not request.headers.get("WM_SVC.NAME"):
            raise self._broken(place, "WM_SVC.NAME is missing")
        if "application/json" not in request.headers.get("Accept", ""):
            self.violation(place, "Accept does not ask for JSON, and Walmart would answer XML")
        market = market_of(request)
        if market not in _MARKETS:
            raise self._broken(place, "WM_MARKET names no market")
        if market != "us" and request.headers.get("WM_GLOBAL_VERSION") != "3.1":
            raise self._broken(place, "WM_GLOBAL_VERSION is missing for a market other than us")

    def _broken(self, place: str, what: str) -> Refusal:
        self.violation(place, what)
        return Refusal(HTTPStatus.BAD_REQUEST, "INVALID_REQUEST_HEADER.GMP_GATEWAY_API", what, shape=Shape.GATEWAY)

    def _record(self, request: web.Request, place: str, status: int) -> None:
        seller = request.get(SELLER)
        cut = request.transport is None or request.transport.is_closing()
        self.records.add(
            Call(
                at=self.clock.now(),
                place=place,
                path=request.path,
                query=request.rel_url.raw_query_string,
                client_id=seller.client_id if seller else "",
                market=market_of(request),
                correlation_id=request.headers.get(_CORRELATION, ""),
                status=0 if cut else status,
            )
        )


def place_of(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else request.path}"


def market_of(request: web.Request) -> str:
    return request.headers.get("WM_MARKET", "us").lower()


def _ordered(fault: Fault) -> Refusal:
    refusal = natural(fault.status or HTTPStatus.INTERNAL_SERVER_ERROR)
    if fault.code in set(Shape):
        refusal.shape = Shape(fault.code)
        if refusal.shape in {Shape.NULLS, Shape.CUT_SHORT, Shape.WRONG}:
            refusal.status = fault.status or HTTPStatus.OK
    elif fault.code:
        refusal.code = fault.code
    if fault.retry_after is not None:
        refusal.headers = {"Retry-After": str(fault.retry_after)}
    return refusal


def _levels(level: Level) -> dict[str, str]:
    return {
        "x-current-token-count": str(level.left),
        "X-Next-Replenishment-Time": str(int(level.replenished_at.timestamp() * 1000)),
    }


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
