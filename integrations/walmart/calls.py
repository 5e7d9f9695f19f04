"""One HTTP exchange with Walmart: headers, limits, time-outs, throttling, and the word for what went wrong."""

import asyncio
import uuid
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

import httpx
import structlog

from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient
from integrations.walmart.answers import Answer
from integrations.walmart.errors import failure_of
from integrations.walmart.throttling import Throttle

_LARGEST_ANSWER = 8 * 1024 * 1024  # a page of 200 orders with many lines stays below one tenth of this
_CONNECT_SECONDS = 5.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PAGE_EXCERPT = 600  # Walmart's support asks for the beginning of an edge page

_log = structlog.get_logger(__name__)


class Calls:
    """Every call to Walmart goes through here. Serves one event loop, any number of keys."""

    def __init__(self, clock: Clock, throttle: Throttle, *, api_url: str, timeout_seconds: float) -> None:
        """Raise `Misconfigured` for an address that would carry keys unencrypted beyond this machine."""
        parts = urlsplit(api_url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise Misconfigured("Walmart's API address must begin with https://.", code="API_URL")
        self._clock = clock
        self._throttle = throttle
        self._api_url = api_url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds)),
            headers={"User-Agent": "RelayDesk", "Accept": "application/json"},
            # Cookies of the edge network would tie the accounts of one deployment to one another.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def make(
        self,
        endpoint: str,
        *,
        client_id: str,
        headers: Mapping[str, str],
        query: str = "",
        body: bytes | None = None,
        secrets: tuple[str, ...] = (),
    ) -> Answer:
        """Call `endpoint` (`GET /v3/orders`) and return the answer, whatever its status but 429.

        `query` is a whole query string with its `?`, sent as it stands; `secrets` are kept out of the reason.
        Raises `Transient` when Walmart is not reached or answers 429, and while the endpoint waits after a 429.
        """
        self._throttle.check(client_id, endpoint)
        method, _, path = endpoint.partition(" ")
        correlation_id = str(uuid.uuid4())
        try:
            request = self._http.build_request(
                method,
                f"{self._api_url}{path}{query}",
                content=body,
                headers={
                    **headers,
                    "WM_SVC.NAME": "Walmart Marketplace",
                    # Walmart is said to drop a call silently whose correlation id it has seen (facts: walmart 1.3).
                    "WM_QOS.CORRELATION_ID": correlation_id,
                },
            )
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._exchange(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise self._unreached(endpoint, correlation_id, "Walmart did not answer in time.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreached(endpoint, correlation_id, "Walmart could not be reached.") from error
        if not answer.is_success:
            self._note(endpoint, correlation_id, answer)
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            raise self._throttled(endpoint, client_id, answer, secrets)
        return answer

    def failure(self, answer: Answer, endpoint: str, *secrets: str) -> Failure:
        return failure_of(answer, endpoint, now=self._clock.now(), secrets=secrets)

    async def _exchange(self, request: httpx.Request) -> Answer:
        """The time-outs of httpx are for each read; the caller's one ends an answer that drips in for ever."""
        response = await self._http.send(request, stream=True)
        try:
            chunks: list[bytes] = []
            size = 0
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > _LARGEST_ANSWER:
                    raise Permanent("Walmart's answer was larger than RelayDesk accepts.", code="TOO_LARGE")
                chunks.append(chunk)
        finally:
            await response.aclose()
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, names, b"".join(chunks))

    def _throttled(self, endpoint: str, client_id: str, answer: Answer, secrets: tuple[str, ...]) -> Failure:
        failure = self.failure(answer, endpoint, *secrets)
        if isinstance(failure, Transient) and failure.retry_after is not None:
            failure.retry_after = self._throttle.stop(client_id, endpoint, failure.retry_after)
        return failure

    def _unreached(self, endpoint: str, correlation_id: str, reason: str) -> Transient:
        _log.warning("walmart not reached", endpoint=endpoint, correlation_id=correlation_id)
        return Transient(reason, code="UNREACHED")

    def _note(self, endpoint: str, correlation_id: str, answer: Answer) -> None:
        page = answer.body[:_PAGE_EXCERPT].decode(errors="replace") if answer.is_page else None
        _log.info("walmart refused", endpoint=endpoint, status=answer.status, correlation_id=correlation_id, page=page)
