"""Trip 1, second half: what was fetched becomes letters and tickets, in arrival order."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TypeAlias

import structlog

from bot.domain.letters import BuyerLetter, NotForUs, NotForUsKind, ReadMail, Unreadable
from bot.domain.mails import ParsedMail
from bot.domain.sites import Docked, MailAccount, MailAccountId
from bot.ports.clock import Clock
from bot.ports.failures import Failure
from bot.ports.mail import LetterReader
from bot.ports.mail_records import InboundMail, InboundState
from bot.ports.store import Store, UnitOfWork, VersionConflict
from bot.services.bounces import file_bounce
from bot.services.filing import Filing
from bot.services.plain_letters import past_the_relay, unfiled_letter, unreadable_letter
from bot.services.waits import Waits

_BATCH = 20  # so that a click does not wait long for the database behind letters
_BATCHES = 5  # that are taken from the database together
Read: TypeAlias = tuple[InboundMail, ReadMail]
# What fails so often fails for a defect, and its buyer cannot wait for the next release.
_MOST_ATTEMPTS = 5
_log = structlog.get_logger(__name__)


class Intake:
    def __init__(self, store: Store, reader: LetterReader, clock: Clock, waits: Waits) -> None:
        self._store = store
        self._reader = reader
        self._clock = clock
        self._waits = waits

    async def read_new_mail(self, mailbox_id: MailAccountId) -> None:
        """Drain what is unread. Reading happens outside any transaction; a letter that fails is tried again later
        and never holds up the ones behind it."""
        mailbox = await self._store.read(lambda snapshot: snapshot.mailboxes.get(mailbox_id))
        while mails := await self._store.run(partial(self._unread, mailbox=mailbox_id)):
            async with contextlib.aclosing(self._read_ahead(mails, mailbox)) as batches:
                async for pairs in batches:
                    await self._store.run(partial(self._file, mailbox=mailbox_id, pairs=pairs))

    def _unread(self, uow: UnitOfWork, mailbox: MailAccountId) -> tuple[InboundMail, ...]:
        return uow.inbound.unread(mailbox, self._clock.now(), most=_BATCHES * _BATCH)

    async def _read_ahead(
        self, mails: Sequence[InboundMail], mailbox: MailAccount
    ) -> AsyncGenerator[tuple[Read, ...], None]:
        """Batch after batch with what was read in it; the next one is being read while the last is being filed."""
        batches = [mails[first : first + _BATCH] for first in range(0, len(mails), _BATCH)]
        reading = asyncio.create_task(self._read(batches[0], mailbox))
        try:
            for following in (*batches[1:], None):
                pairs = await reading
                if following is not None:
                    reading = asyncio.create_task(self._read(following, mailbox))
                yield pairs
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _read(self, mails: Sequence[InboundMail], mailbox: MailAccount) -> tuple[Read, ...]:
        read = await self._reader.read([mail.raw for mail in mails], mailbox.address, mailbox.authserv_id)
        return tuple(zip(mails, read, strict=True))

    def _file(self, uow: UnitOfWork, mailbox: MailAccountId, pairs: Sequence[Read]) -> None:
        receiving = uow.sites.of_mailbox(mailbox)
        for mail, read in pairs:
            defect = _defect_in(uow, mail, partial(self._file_one, uow, receiving, mail, read))
            if defect is not None and mail.attempts + 1 >= _MOST_ATTEMPTS:
                plain = partial(self._into_ticket, uow, receiving, mail, unfiled_letter(read, mail), None)
                defect = _defect_in(uow, mail, plain)
            if defect is not None:
                again_at = self._clock.now() + timedelta(seconds=self._pause(mail.attempts))
                uow.inbound.again(mail.id, again_at, type(defect).__name__)

    def _pause(self, attempts: int) -> float:
        # A power of hundreds is no number of seconds any more.
        return min(self._waits.job_retry * 2.0 ** min(attempts, 20), self._waits.job_retry_most)

    def _file_one(self, uow: UnitOfWork, receiving: Sequence[Docked], mail: InboundMail, read: ReadMail) -> None:
        match read.reading:
            case NotForUs(kind=NotForUsKind.STRANGER) if read.mail and self._wants_a_person(uow, mail, read.mail):
                self._into_ticket(uow, receiving, mail, past_the_relay(read.mail), read.mail)
            case NotForUs() as other:
                self._set_aside(uow, mail, other)
            case Unreadable() as unreadable:
                self._into_ticket(uow, receiving, mail, unreadable_letter(unreadable, mail), None)
            case letter:
                self._into_ticket(uow, receiving, mail, letter, read.mail)

    def _into_ticket(
        self,
        uow: UnitOfWork,
        receiving: Sequence[Docked],
        mail: InboundMail,
        letter: BuyerLetter,
        parsed: ParsedMail | None,
    ) -> None:
        Filing(uow, receiving, mail, letter, parsed, self._clock.now(), self._waits).file()

    def _set_aside(self, uow: UnitOfWork, mail: InboundMail, other: NotForUs) -> None:
        outcome = f"{other.kind}: {other.reason}"
        if uow.letters.from_inbound(mail.id) is not None:
            # Read again, and taken for something else now: the ticket that it opened stays.
            uow.inbound.settle(mail.id, InboundState.TICKETED, outcome)
            return
        file_bounce(uow, mail, other, self._clock.now(), self._waits)
        uow.inbound.settle(mail.id, InboundState.NOT_FOR_US, outcome)

    def _wants_a_person(self, uow: UnitOfWork, mail: InboundMail, parsed: ParsedMail) -> bool:
        """Somebody answers one of our replies past the relay, or the mail does not say at all who wrote it."""
        if not parsed.from_address and not _names_a_sender(mail.raw):
            return True
        answered = uow.replies.by_message_ids(mail.mailbox, parsed.in_reply_to) if parsed.in_reply_to else ()
        # The admin who answers a rehearsal is no buyer.
        return any(not reply.rehearsal for reply in answered)


def _defect_in(uow: UnitOfWork, mail: InboundMail, file: Callable[[], None]) -> Exception | None:
    """File one letter, or leave no trace of it: its defect must not hold the others."""
    try:
        with uow.savepoint():
            file()
    except (VersionConflict, Failure):
        # Neither says anything of this letter: somebody else changed a ticket, or the database is busy. The store or
        # the job's policy runs the whole batch again.
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, the mail is kept
        _log.exception("letter could not be filed", inbound=mail.id, attempt=mail.attempts + 1)
        return error
    return None


def _names_a_sender(raw: bytes) -> bool:
    """Without even a From line nobody can say that the mail is not a buyer's, so it gets a ticket."""
    head = raw[:65536].lower()
    return head.startswith(b"from:") or b"\nfrom:" in head
