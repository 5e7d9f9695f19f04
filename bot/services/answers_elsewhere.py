"""After a backup was restored: answers that left meanwhile are known to nobody but the Sent folder."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from bot.domain.events import EventKind, TicketEvent
from bot.domain.jobs import FindAnswers
from bot.domain.people import SYSTEM
from bot.domain.sites import MailAccountId
from bot.domain.tickets import Inquiry, Status
from bot.ports.clock import Clock
from bot.ports.mail import MailSource
from bot.ports.store import Store, UnitOfWork
from bot.ports.vault import Vault
from bot.services.mailbox_watch import credentials
from bot.services.reactions import record
from bot.services.waits import Waits


class AnswersElsewhere:
    def __init__(self, *, store: Store, source: MailSource, vault: Vault, clock: Clock, waits: Waits) -> None:
        self._store = store
        self._source = source
        self._vault = vault
        self._clock = clock
        self._waits = waits

    async def find(self, job: FindAnswers) -> None:
        """Stop the clocks of messages that a mail in the Sent folder answers, so that nobody answers them twice."""
        running = await self._store.read(lambda snapshot: snapshot.inquiries.open_in(job.mailbox))
        asked = [message_id for _inquiry, message_id in running if message_id]
        if not asked:
            return
        mailbox, password = await self._store.read(partial(credentials, vault=self._vault, mailbox_id=job.mailbox))
        since = min(inquiry.received_at for inquiry, _message_id in running)
        async with self._source.open(mailbox, password) as session:
            answered = await session.answered(asked, since=since)
        if answered:
            await self._store.run(partial(self._note, mailbox=job.mailbox, answered=answered))

    def _note(self, uow: UnitOfWork, mailbox: MailAccountId, answered: Collection[str]) -> None:
        for inquiry, message_id in uow.inquiries.open_in(mailbox):
            if message_id in answered and not _known_reply(uow, inquiry):
                self._stop_clock(uow, inquiry)

    def _stop_clock(self, uow: UnitOfWork, inquiry: Inquiry) -> None:
        now = self._clock.now()
        uow.inquiries.answered_elsewhere(inquiry.id, now)
        ticket = uow.tickets.get(inquiry.ticket)
        open_still = any(other.answered_at is None for other in uow.inquiries.of_ticket(ticket.id))
        if ticket.status in {Status.NEW, Status.OPEN} and not open_still:
            ticket = replace(ticket, status=Status.PENDING)
            uow.tickets.save(ticket)
        event = TicketEvent(ticket.id, now, SYSTEM, EventKind.ANSWERED_ELSEWHERE, about=inquiry.letter)
        record(uow, ticket, [event], now, self._waits)


def _known_reply(uow: UnitOfWork, inquiry: Inquiry) -> bool:
    """What became of a reply that is known here, its own proof decides: one that bounced lies in the folder, too."""
    return any(reply.shown_letter >= inquiry.letter for reply in uow.replies.of_ticket(inquiry.ticket))
