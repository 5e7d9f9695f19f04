"""IMAP in: a session per mailbox, in one thread of its own, so that the application's loop never waits on a socket."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from bot.domain.sites import MailAccount
from bot.ports.failures import Transient
from bot.ports.mail import Batch, Cursor, Folder, MailboxReport
from bot.ports.vault import Secret
from integrations.mail.imap_failures import imap_answers
from integrations.mail.imap_fetch import Fetcher, Limits
from integrations.mail.imap_idle import Waker
from integrations.mail.imap_link import ImapLink, ImapPace
from integrations.mail.imap_reading import MailboxReading
from integrations.mail.imap_suspects import Suspects

T = TypeVar("T")


class ImapSource:
    """Implements the application's `MailSource` port."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, limits: Limits | None = None, pace: ImapPace | None = None
    ) -> None:
        """`tls` decides which certificates are trusted; by default those of the system."""
        # The library logs its whole conversation at DEBUG; a log must not carry addresses or a buyer's words.
        logging.getLogger("imapclient").setLevel(logging.WARNING)
        self._tls = tls or ssl.create_default_context()
        self._limits = limits or Limits()
        self._pace = pace or ImapPace()
        self._suspects: dict[int, Suspects] = {}

    @contextlib.asynccontextmanager
    async def open(self, mailbox: MailAccount, password: Secret) -> AsyncIterator["ImapSession"]:
        link = ImapLink(mailbox, self._tls, self._pace)
        session = ImapSession(link, self._limits, self._pace, self._suspects.setdefault(mailbox.id, Suspects()))
        try:
            await session.connect(password)
            yield session
            await session.say_goodbye()
        finally:
            await session.close()

    async def check(self, mailbox: MailAccount, password: Secret) -> MailboxReport:
        async with self.open(mailbox, password) as session:
            return await session.report()


class ImapSession:
    """Implements the application's `MailSession` port. Requests queue up; one that comes during a wait ends it."""

    def __init__(self, link: ImapLink, limits: Limits, pace: ImapPace, suspects: Suspects) -> None:
        self._link = link
        self._pace = pace
        self._reading = MailboxReading(link, Fetcher(link, limits, suspects), pace)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imap")
        self._waker = Waker()
        self._waiting = False

    async def connect(self, password: Secret) -> None:
        await self._call(lambda: self._link.connect(password), self._pace.request)

    async def fetch(self, folder: Folder, after: Cursor | None, *, since: datetime, limit: int) -> Batch:
        return await self._call(lambda: self._reading.fetch(folder, after, since, limit), self._pace.request)

    async def wait(self, seconds: float) -> None:
        self._waiting = True
        try:
            # The silence that is waited for, and then the answers to what begins and ends it.
            await self._call(
                lambda: self._reading.wait(self._waker, seconds), seconds + 4 * self._pace.answer, interrupt=False
            )
        finally:
            self._waiting = False

    def wake(self) -> None:
        self._waker.wake()

    async def sent(self, message_id: str, *, since: datetime) -> bool | None:
        return await self._call(lambda: self._reading.sent(message_id, since), self._pace.request)

    async def answered(self, message_ids: Sequence[str], *, since: datetime) -> frozenset[str]:
        return await self._call(lambda: self._reading.answered(message_ids, since), self._pace.request)

    async def report(self) -> MailboxReport:
        def look() -> MailboxReport:
            with imap_answers("looking at the folders"):
                self._link.examine("INBOX")
                return MailboxReport(
                    idle=bool(self._link.client.has_capability("IDLE")),
                    sent_folder=self._link.folder_name(Folder.SENT),
                    junk_folder=self._link.folder_name(Folder.JUNK),
                )

        return await self._call(look, self._pace.request)

    async def say_goodbye(self) -> None:
        with contextlib.suppress(Transient):
            await self._call(self._link.say_goodbye, self._pace.answer)

    async def close(self) -> None:
        """Free thread, socket and waker; does not wait for a server."""
        self._link.sever()
        freed = self._thread.submit(self._free)
        self._thread.shutdown(wait=False)
        # A look-up of a name cannot be interrupted; its thread frees itself when the resolver gives up.
        await asyncio.wait([asyncio.wrap_future(freed)], timeout=self._pace.answer if self._link.connected else 0.1)

    def _free(self) -> None:
        self._link.close()
        self._waker.close()

    async def _call(self, work: Callable[[], T], seconds: float, *, interrupt: bool = True) -> T:
        """Run in the session's thread. Whoever gives up, by time or cancellation, cuts the socket, so that the thread
        ends too; half an answer on the line makes the link useless anyway."""
        if interrupt and self._waiting:
            self._waker.wake()
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(future)
        except TimeoutError:
            self._give_up(future)
            raise Transient("The mail server took too long; the connection was given up.") from None
        except asyncio.CancelledError:
            self._give_up(future)
            raise

    def _give_up(self, future: "asyncio.Future[T]") -> None:
        self._link.sever()
        # Nobody waits for the outcome any more; it is looked at so that asyncio does not complain about it.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
