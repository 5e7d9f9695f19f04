"""Trip 1, first half: raw mail is taken over from a mailbox, committed first and read later."""

import asyncio
import contextlib
import random
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.jobs import ReadNewMail
from bot.domain.sites import MailAccount, MailAccountId
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Transient
from bot.ports.leases import Leases
from bot.ports.mail import Batch, Cursor, Folder, MailSession, MailSource
from bot.ports.store import Snapshot, Store, UnitOfWork
from bot.ports.vault import Secret, Vault
from bot.services.alarms import warn_of_mailbox
from bot.services.first_contact import marked_as_answered
from bot.services.health import Health
from bot.services.waits import Waits

_BATCH = 50
_log = structlog.get_logger(__name__)


class MailboxWatch:
    """Watches mailboxes, each from one process at a time: whoever holds the mailbox's lease."""

    def __init__(
        self,
        *,
        store: Store,
        source: MailSource,
        vault: Vault,
        leases: Leases,
        health: Health,
        clock: Clock,
        waits: Waits,
        holder: str,
    ) -> None:
        self._store = store
        self._source = source
        self._vault = vault
        self._leases = leases
        self._health = health
        self._clock = clock
        self._waits = waits
        self._holder = holder
        self._sessions: dict[MailAccountId, MailSession] = {}
        self._pauses: dict[MailAccountId, float] = {}  # the next one, of mailboxes that could not be reached

    async def watch(self, mailbox_id: MailAccountId) -> None:
        """Take mail over until cancelled, through dead links, refused passwords and servers that are down."""
        while True:
            try:
                if await self._leases.acquire(self._lease(mailbox_id), self._holder, self._waits.lease):
                    await self._serve(mailbox_id)
            except Failure as failure:
                self._health.mailbox_failed(mailbox_id, failure, self._clock.now())
                await self._raise_alarm(mailbox_id)
                pause = self._pauses.get(mailbox_id, self._waits.mail_retry)
                _log.warning("mailbox is not reachable", mailbox=mailbox_id, reason=failure.reason, pause=pause)
                # Many mailboxes at one provider must not all come back at the same moment.
                await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311  # spread, not secrecy
                most = self._waits.mail_retry_most
                self._pauses[mailbox_id] = most if isinstance(failure, Misconfigured) else min(pause * 2, most)
            else:
                await asyncio.sleep(self._waits.lease / 3)

    def wake(self, mailbox_id: MailAccountId) -> None:
        """Look into the mailbox now instead of waiting for the server's word."""
        if session := self._sessions.get(mailbox_id):
            session.wake()

    async def _serve(self, mailbox_id: MailAccountId) -> None:
        mailbox, password = await self._store.read(partial(credentials, vault=self._vault, mailbox_id=mailbox_id))
        try:
            async with self._source.open(mailbox, password) as session:
                self._sessions[mailbox_id] = session
                while await self._leases.acquire(self._lease(mailbox_id), self._holder, self._waits.lease):
                    for folder in (Folder.INBOX, Folder.JUNK):
                        await self._take_over(session, mailbox, folder)
                    self._health.mailbox_served(mailbox_id, self._clock.now())
                    # Only failures in a row make the pause longer: after a quiet day one BYE costs seconds.
                    self._pauses.pop(mailbox_id, None)
                    # A third of the lease, so that it never runs out while the server is silent.
                    await session.wait(min(self._waits.mail_poll, self._waits.lease / 3))
        finally:
            self._sessions.pop(mailbox_id, None)
            await self._leases.release(self._lease(mailbox_id), self._holder)

    async def _take_over(self, session: MailSession, mailbox: MailAccount, folder: Folder) -> None:
        more, behind = True, False
        while more:
            cursor, since = await self._store.read(partial(self._start, mailbox=mailbox.id, folder=folder))
            batch = await session.fetch(folder, cursor, since=since, limit=_BATCH)
            behind = behind or cursor is None or batch.more
            if behind:
                # The first contact, or a time during which nobody fetched: the seller may have answered by hand.
                batch = await marked_as_answered(batch, session, since)
            if batch.mails or batch.cursor != cursor:
                await self._store.run(partial(self._keep, mailbox=mailbox.id, folder=folder, batch=batch))
            more = batch.more

    def _start(self, snapshot: Snapshot, mailbox: MailAccountId, folder: Folder) -> tuple[Cursor | None, datetime]:
        """Where to go on, and how far back to look where the cursor is missing or no longer valid."""
        newest = snapshot.inbound.newest_receipt(mailbox, folder)
        if newest is None:
            return snapshot.inbound.cursor(mailbox, folder), self._clock.now() - timedelta(
                seconds=self._waits.first_contact
            )
        overlap = timedelta(seconds=self._waits.uid_validity_overlap)
        return snapshot.inbound.cursor(mailbox, folder), newest - overlap

    def _keep(self, uow: UnitOfWork, mailbox: MailAccountId, folder: Folder, batch: Batch) -> None:
        now = self._clock.now()
        kept = replace(
            batch, mails=tuple(replace(mail, received_at=min(mail.received_at, now)) for mail in batch.mails)
        )
        if uow.inbound.keep(mailbox, folder, kept, now):
            uow.jobs.enqueue(ReadNewMail(mailbox))

    async def _raise_alarm(self, mailbox_id: MailAccountId) -> None:
        """Lasting faults only, and once a day: an alarm that comes too often is soon read by nobody."""
        now = self._clock.now()
        since = self._health.mailbox_failing_since(mailbox_id)
        if since is None or (now - since).total_seconds() < self._waits.mail_alarm:
            return
        # While the database does not answer either, there is nobody to tell; the next failure comes back here.
        with contextlib.suppress(Transient):
            await self._store.run(partial(warn_of_mailbox, mailbox=mailbox_id, since=since, now=now))

    def _lease(self, mailbox_id: MailAccountId) -> str:
        return f"mailbox:{mailbox_id}"


def credentials(snapshot: Snapshot, vault: Vault, mailbox_id: MailAccountId) -> tuple[MailAccount, Secret]:
    """Raises `Misconfigured` when the password cannot be opened with the keys at hand."""
    mailbox = snapshot.mailboxes.get(mailbox_id)
    context, sealed = snapshot.secrets.sealed(mailbox.password)
    return mailbox, vault.open(sealed, context)
