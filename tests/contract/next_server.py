"""The server behind a real submission server: it takes what it is handed, or refuses one address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP

NOBODY = "nobody@relay.walmart.com"
LATER = "later@relay.walmart.com"


@dataclass
class NextServer:
    port: int = 0
    taken: list[str] = field(default_factory=list)  # Message-IDs

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address == NOBODY:
            return "550 5.1.1 no such user"
        if address == LATER:
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        return "250 taken"


@asynccontextmanager
async def next_server() -> AsyncIterator[NextServer]:
    made = NextServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(made, hostname="next.example"), "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
