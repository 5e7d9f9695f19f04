"""The steps of one SMTP conversation, each knowing its phase."""

import asyncio
import contextlib
import re
from collections.abc import Iterator
from typing import Any

import aiosmtplib
from aiosmtplib.protocol import SMTPProtocol

from bot.ports.failures import Misconfigured
from bot.ports.vault import Secret
from integrations.mail.smtp_answers import Phase, refused, unanswered

_CHUNK = 64 * 1024
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_START_INPUT = 354
_AUTH_METHODS = ("plain", "login", "cram-md5")


class Conversation:
    """Walks through the phases; `phase` tells, when something fails, whether the mail can have been taken."""

    def __init__(self, client: aiosmtplib.SMTP, *, secure: bool) -> None:
        self._client = client
        self._secure = secure
        self.phase = Phase.CONNECT

    async def begin(self) -> None:
        with self._answers(Phase.CONNECT):
            await self._client.connect()
        await self._greet()
        if not self._secure:
            return
        if not self._client.supports_extension("starttls"):
            raise Misconfigured("The mail server offers no STARTTLS on this port. Check port and security.")
        with self._answers(Phase.SECURE):
            await self._client.starttls()
        await self._greet()

    async def _greet(self) -> None:
        with self._answers(Phase.GREETING):
            try:
                await self._client.ehlo()
            except aiosmtplib.SMTPHeloError as failure:
                if not 500 <= failure.code <= 599 or not self._client.is_connected:  # noqa: PLR2004 - refused, not busy
                    raise
                await self._client.helo()

    async def log_in(self, username: str, password: Secret) -> None:
        """Log in by the first method that the server offers; one wrong password must not count as three."""
        offered = [method for method in _AUTH_METHODS if method in self._client.server_auth_methods]
        if not offered:
            raise Misconfigured("The mail server offers no login by password on this port.")
        with self._answers(Phase.LOGIN):
            if offered[0] == "plain":
                await self._client.auth_plain(username, password.reveal())
            elif offered[0] == "login":
                await self._client.auth_login(username, password.reveal())
            else:
                await self._client.auth_crammd5(username, password.reveal())

    async def hand_over(self, sender: str, recipient: str, content: bytes) -> None:
        size = [f"SIZE={len(content)}"] if self._client.supports_extension("size") else []
        with self._answers(Phase.SENDER):
            await self._client.mail(sender, options=size)
        with self._answers(Phase.RECIPIENT):
            await self._client.rcpt(recipient)
        with self._answers(Phase.CONTENT):
            ready = await self._client.execute_command(b"DATA")
            if ready.code != _START_INPUT:
                raise refused(Phase.CONTENT, ready.code, ready.message)
            protocol = self._client.protocol
            if protocol is None:
                raise ConnectionResetError
            # Listening starts before the first byte: a server may refuse in the middle.
            answer = asyncio.ensure_future(protocol.read_response())
            try:
                await self._write(protocol, content, answer)
                if not answer.done():
                    self.phase = Phase.ANSWER
                    protocol.write(b".\r\n")
                received = await answer
            finally:
                _forget(answer)
        if self.phase is not Phase.ANSWER and received.code < 400:  # noqa: PLR2004 - a yes before the end is none
            raise unanswered(self.phase, "it answered before the end of the mail")
        if not 200 <= received.code <= 299:  # noqa: PLR2004 - SMTP's class of success
            raise refused(self.phase, received.code, received.message)

    async def _write(
        self, protocol: SMTPProtocol, content: bytes, answer: "asyncio.Future[aiosmtplib.SMTPResponse]"
    ) -> None:
        """Write all but the final dot, and return when it is out of this program's buffers."""
        transport = self._client.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.set_write_buffer_limits(high=0)
        stuffed = _LINE_START_DOT.sub(b"..", content)
        for start in range(0, len(stuffed), _CHUNK):
            protocol.write(stuffed[start : start + _CHUNK])
            # The library's own flow control; it has no public way to wait for it.
            drained = asyncio.ensure_future(protocol._drain_helper())  # noqa: SLF001
            try:
                # A server that refuses in the middle may also stop reading.
                either: list[asyncio.Future[Any]] = [drained, answer]
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if answer.done():
                    return
                drained.result()
            finally:
                _forget(drained)
        # One turn of the loop, so that a refusal or a cut that is already here is seen before the dot.
        await asyncio.sleep(0)

    @contextlib.contextmanager
    def _answers(self, phase: Phase) -> Iterator[None]:
        self.phase = phase
        try:
            yield
        except aiosmtplib.SMTPResponseException as failure:
            raise refused(self.phase, failure.code, failure.message) from None

    async def hang_up(self) -> None:
        """Cut the connection without flushing: what has not left by now must not leave later."""
        transport = self._client.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        self._client.close()
        # The transport closes its socket in the loop's next turn.
        await asyncio.sleep(0)


def _forget(future: asyncio.Future[Any]) -> None:
    """Let go of a future; one that has failed is looked at, so that asyncio does not complain of it."""
    if not future.cancel() and not future.cancelled():
        future.exception()
