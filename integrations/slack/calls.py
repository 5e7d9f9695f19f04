"""Calls of the Web API: two clients, explicit time-outs, and failures in the application's words."""

import asyncio
import json
import logging
from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncServerErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.vault import Secret
from integrations.slack.errors import failure
from integrations.slack.inbound import Us
from integrations.slack.json_values import JsonObject, object_of, text_of

# Slack takes a JSON body for most methods, but not for these.
_FORM_ONLY = frozenset(
    {
        "conversations.info",
        "conversations.members",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "users.info",
        "users.lookupByEmail",
    }
)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def vendor_logger() -> logging.Logger:
    """The logger for Bolt and the SDK. They put whole request bodies, buyers' words included, into their lines at
    every level below CRITICAL; what matters of it we log ourselves."""
    logger = logging.getLogger("integrations.slack.vendor")
    logger.setLevel(logging.CRITICAL)
    return logger


class SlackCalls:
    """The Web API with our tokens.

    What writes goes through a client without retries, because the SDK's default repeats chat.postMessage after a
    reset and so doubles a card (facts 1.4). What only reads, or may be repeated, is tried once more after a broken
    connection or a 5xx; a 429 is left to the caller's retry policy, which knows how long it may wait.

    `patience` is the seconds for one call, half of it where it only reads. Each call has a connection of its own: the
    SDK applies its time-out only then, and nothing has to be closed.
    """

    def __init__(
        self,
        bot_token: Secret,
        app_token: Secret,
        api_url: str = "https://slack.com/api/",
        *,
        patience: float = 20.0,
    ) -> None:
        self.api_url = api_url if api_url.endswith("/") else f"{api_url}/"
        self.bot_token = bot_token
        self.app_token = app_token
        retries = [AsyncConnectionErrorRetryHandler(max_retry_count=1), AsyncServerErrorRetryHandler(max_retry_count=1)]
        # The SDK takes whole seconds, and reads nought as for ever.
        self.writer = self._client(max(1, round(patience)), [])
        self.reader = self._client(max(1, round(patience / 2)), retries)
        self._us: Us | None = None
        self._asking = asyncio.Lock()

    def _client(self, timeout: int, retries: list[AsyncRetryHandler]) -> AsyncWebClient:
        client = AsyncWebClient(
            self.bot_token.reveal(), self.api_url, timeout=timeout, retry_handlers=retries, logger=vendor_logger()
        )
        # The SDK sends everything through HTTPS_PROXY, loopback and NO_PROXY included.
        host = urlsplit(self.api_url).hostname or ""
        if host in _LOOPBACK or proxy_bypass(host):
            client.proxy = None
        return client

    async def write(self, method: str, **arguments: object) -> JsonObject:
        """Call once, whatever happens. Raises the failure words, `Uncertain` when the answer was lost."""
        return await self._call(self.writer, method, arguments, repeatable=False)

    async def write_again(self, method: str, **arguments: object) -> JsonObject:
        """Call once, something that the caller may safely repeat: a lost answer is `Transient`."""
        return await self._call(self.writer, method, arguments, repeatable=True)

    async def read(self, method: str, **arguments: object) -> JsonObject:
        """Call something that changes nothing, or may be done twice."""
        return await self._call(self.reader, method, arguments, repeatable=True)

    async def open_connection(self) -> str:
        """Return the address of a new Socket Mode connection."""
        try:
            response = await self.reader.apps_connections_open(app_token=self.app_token.reveal())
        except Exception as error:
            raise failure(error, "apps.connections.open", repeatable=True) from error
        return text_of(object_of(response.data), "url")

    async def whoami(self) -> JsonObject:
        answer = await self.read("auth.test")
        self._us = Us(text_of(answer, "team_id"), text_of(answer, "user_id"), text_of(answer, "bot_id"))
        return answer

    async def us(self) -> Us:
        """Who we are, asked once."""
        async with self._asking:
            if self._us is None:
                await self.whoami()
        if self._us is None:
            raise RuntimeError("auth.test left no identity")
        return self._us

    async def _call(
        self, client: AsyncWebClient, method: str, arguments: dict[str, object], *, repeatable: bool
    ) -> JsonObject:
        try:
            if method in _FORM_ONLY:
                response = await client.api_call(method, data=_fields(arguments))
            else:
                response = await client.api_call(method, json=arguments)
        except Exception as error:
            raise failure(error, method, repeatable=repeatable) from error
        return object_of(response.data)


def _fields(arguments: Mapping[str, object]) -> dict[str, str]:
    return {name: json.dumps(value) if isinstance(value, bool) else str(value) for name, value in arguments.items()}
