"""The listening side of the IMAP stand-in."""

import asyncio
import ssl
from collections.abc import Mapping

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.mail.folders import MailAccount
from integrations.simulator.mail.imap.connection import LONGEST_LINE, Connection
from integrations.simulator.mail.imap.session import Session


class ImapServer:
    def __init__(self, accounts: Mapping[str, MailAccount], clock: MovableClock, faults: Faults) -> None:
        self._accounts = accounts
        self._clock = clock
        self._faults = faults
        self._listener: asyncio.Server | None = None
        self._start_tls: ssl.SSLContext | None = None
        self._sessions: dict[Session, asyncio.Task[None] | None] = {}

    @property
    def port(self) -> int:
        if self._listener is None:
            raise RuntimeError("The IMAP server has not been started")
        return int(self._listener.sockets[0].getsockname()[1])

    async def start(
        self, host: str, port: int, *, implicit: ssl.SSLContext | None, start_tls: ssl.SSLContext | None
    ) -> None:
        self._start_tls = start_tls
        self._listener = await asyncio.start_server(self._serve, host, port, ssl=implicit, limit=LONGEST_LINE)

    async def stop(self) -> None:
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        listener.close()
        tasks = [task for task in self._sessions.values() if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()

    async def disconnect_all(self, *, with_bye: bool) -> None:
        """End every session, as an orderly restart of the server (BYE) or a crash (no BYE) does."""
        for session in tuple(self._sessions):
            await session.disconnect(with_bye=with_bye)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer, self._clock)
        if self._listener is None:
            # The server was stopped between this connection's arrival and its turn.
            await connection.close()
            return
        session = Session(connection, self._accounts, self._clock, self._faults, self._start_tls)
        self._sessions[session] = asyncio.current_task()
        try:
            await session.serve()
        finally:
            del self._sessions[session]
            await connection.close()
