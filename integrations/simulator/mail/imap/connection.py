"""The wire under a session: answers are collected and leave in one piece, unless a fault cuts them short."""

import asyncio
import ssl
from collections.abc import Iterable

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault

_PIECE = 64 * 1024
_PATIENCE_SECONDS = 1.0
LONGEST_LINE = 256 * 1024


class GoneError(Exception):
    """The connection is over, by the client's will or by an ordered fault."""


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, clock: MovableClock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._pending = bytearray()
        self.is_cut_after_answer = False

    async def read_line(self) -> bytes:
        """Return the next line without its end. Raises GoneError at the end, and for a line without one."""
        try:
            line = await self._reader.readline()
        except ValueError as error:
            # The line is longer than the reader's limit: nothing sensible can be read after it.
            raise GoneError from error
        if not line.endswith(b"\n"):
            raise GoneError
        return line.rstrip(b"\r\n")

    async def read_literal(self, length: int, *, ask: bool) -> bytes:
        if ask:
            await self.ask()
        return await self._reader.readexactly(length)

    async def ask(self, text: bytes = b"Ready") -> None:
        """Send a continuation request."""
        await self.say(b"+ " + text)
        await self.flush()

    async def say(self, *lines: bytes) -> None:
        for line in lines:
            self._pending += line + b"\r\n"
            if len(self._pending) > _PIECE and not self.is_cut_after_answer:
                await self.flush()

    async def say_all(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            await self.say(line)

    async def flush(self) -> None:
        self._writer.write(bytes(self._pending))
        self._pending.clear()
        await self._writer.drain()

    async def cut_in_the_middle(self) -> None:
        """Send the first half of what is pending and close: the client is left in the middle of an answer."""
        del self._pending[len(self._pending) // 2 :]
        await self.flush()
        raise GoneError

    async def be_silent(self) -> None:
        """Hold the connection open and say nothing until the client gives up."""
        while await self._reader.read(_PIECE):
            continue
        raise GoneError

    async def say_goodbye(self, fault: Fault) -> None:
        await self._clock.sleep(fault.seconds)
        await self.say(b"* BYE " + (fault.code or "[UNAVAILABLE] Server shutting down").encode("ascii"))
        await self.flush()
        raise GoneError

    async def start_tls(self, context: ssl.SSLContext) -> None:
        await self._writer.start_tls(context)

    async def close(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._writer.wait_closed()
        except (OSError, ssl.SSLError):
            # The client has slammed the door first, or does not answer the end of TLS (TimeoutError is an OSError).
            self._writer.transport.abort()
