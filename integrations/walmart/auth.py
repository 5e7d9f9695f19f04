"""Access tokens: fetched once for all who wait, renewed before they end, forgotten when the key is refused."""

import asyncio
import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured, Transient
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from integrations.walmart import reading
from integrations.walmart.answers import Answer, document
from integrations.walmart.calls import Calls
from integrations.walmart.errors import TOKEN_ENDPOINT

_LIFETIME_SECONDS = 900
_REFRESH_EARLY_SECONDS = 60
_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")  # what may stand in a header
_XML_TOKEN = re.compile(r"<(?:\w{1,20}:)?accessToken[^<>]{0,200}>\s{0,20}([^<\s]{1,8192})\s{0,20}<")
_XML_LIFETIME = re.compile(r"<(?:\w{1,20}:)?expiresIn[^<>]{0,200}>\s{0,20}(\d{1,9})\s{0,20}<")


@dataclass(frozen=True, slots=True)
class Token:
    value: Secret
    renew_at: datetime


class Tokens:
    """The tokens of every key. A key whose secret was changed is another key: nothing of the old one is used."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._held: dict[Credentials, Token] = {}
        self._fetching: dict[Credentials, asyncio.Task[Token]] = {}

    async def token(self, credentials: Credentials, *, instead_of: Token | None = None) -> Token:
        """Return a token that is good for a minute at least, or any but `instead_of` once that was refused.

        All who ask while one is being fetched share its outcome, a failure too. Raises `Misconfigured` when
        Walmart rejects the key.
        """
        held = self._held.get(credentials)
        if held and held != instead_of and self._clock.now() < held.renew_at:
            return held
        fetching = self._fetching.get(credentials)
        if fetching is None:
            fetching = asyncio.create_task(self._fetch(credentials))
            self._fetching[credentials] = fetching
            fetching.add_done_callback(lambda task: self._fetched(credentials, task))
        # Whoever gives up waiting does not take the token away from the others.
        return await asyncio.shield(fetching)

    def held(self, credentials: Credentials) -> Token | None:
        return self._held.get(credentials)

    def forget(self, credentials: Credentials) -> None:
        self._held.pop(credentials, None)

    async def aclose(self) -> None:
        fetching = tuple(self._fetching.values())
        for task in fetching:
            task.cancel()
        await asyncio.gather(*fetching, return_exceptions=True)

    async def _fetch(self, credentials: Credentials) -> Token:
        secret = credentials.client_secret.reveal()
        basic = base64.b64encode(f"{credentials.client_id}:{secret}".encode(errors="replace")).decode()
        secrets = (secret, basic, credentials.client_id)
        answer = await self._calls.make(
            TOKEN_ENDPOINT,
            client_id=credentials.client_id,
            headers={
                "Authorization": f"Basic {basic}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=b"grant_type=client_credentials",
            secrets=secrets,
        )
        if not answer.is_success:
            failure = self._calls.failure(answer, TOKEN_ENDPOINT, *secrets)
            if isinstance(failure, Misconfigured):
                self.forget(credentials)
            raise failure
        value, lifetime = _read(answer)
        # Renewed at half its life if Walmart ever gives one that is shorter than the minute we renew early.
        early = min(_REFRESH_EARLY_SECONDS, lifetime / 2)
        token = Token(Secret(value), self._clock.now() + timedelta(seconds=lifetime - early))
        for other in [key for key in self._held if key.client_id == credentials.client_id]:
            del self._held[other]
        self._held[credentials] = token
        return token

    def _fetched(self, credentials: Credentials, task: asyncio.Task[Token]) -> None:
        self._fetching.pop(credentials, None)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report a failure nobody waited for any more


def _read(answer: Answer) -> tuple[str, int]:
    """Return token and lifetime in seconds. XML is what Walmart answers when something on the way drops `Accept`."""
    body = answer.body
    if body.lstrip()[:1] == b"<" and not answer.is_page:
        xml = body.decode(errors="replace")
        found, seconds = _XML_TOKEN.search(xml), _XML_LIFETIME.search(xml)
        value: object = found[1] if found else None
        lifetime: object = seconds[1] if seconds else None
    else:
        fields = document(answer)
        value, lifetime = fields.get("access_token"), fields.get("expires_in")
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise Transient("Walmart's answer held no usable access token.", code="NO_TOKEN")
    return value, min(reading.quantity(lifetime) or _LIFETIME_SECONDS, _LIFETIME_SECONDS)
