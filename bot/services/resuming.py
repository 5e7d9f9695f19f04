"""Going back in time: what a restored backup must not do, and what it has to look at again.

Whatever happened after the backup was made has happened all the same: replies have left, cards have been posted,
numbers have been given. None of it is known here any more, so nothing is done a second time without proof.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import replies
from bot.domain.conversation import LEAVING
from bot.domain.events import TicketId
from bot.domain.jobs import (
    CheckDraft,
    CheckKey,
    DeliverReply,
    EnrichTicket,
    FindAnswers,
    Job,
    NotifyAgent,
    OfferToSend,
    ReadNewMail,
    RunErrand,
    SettleReply,
    SyncCard,
    TellOwner,
    WarnOfKey,
    WarnOfMailbox,
)
from bot.domain.replies import Reply, ReplyState
from bot.domain.sites import Channel
from bot.i18n import Texts
from bot.ports.chat_records import CARD, Post, PostState
from bot.ports.failures import Misconfigured
from bot.ports.store import UnitOfWork
from bot.ports.vault import Vault
from bot.services.conversations import conversation
from bot.services.reactions import record
from bot.services.waits import Waits
from bot.views.thread_items import thread_items

# Cards of conversations with something in them since then are drawn again.
_REDRAWN = timedelta(days=14)
# Clocks differ, and a look for what was posted must begin before it was.
_BEFORE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Resumption:
    """`taken_at` is when the backup was made; `texts` gives the language of a channel."""

    taken_at: datetime
    now: datetime
    texts: Callable[[Channel], Texts]
    waits: Waits

    def resume(self, uow: UnitOfWork, jobs: Iterable[Job]) -> int:
        """Bring what was restored to where a desk may go on; returns how many replies wait for proof now.

        `jobs` were in the queue when the backup was made.
        """
        unsettled = uow.replies.unsettled()
        doubtful = [reply for reply in unsettled if reply.state is not ReplyState.UNCERTAIN]
        doubtful += [reply for reply in uow.replies.failed() if _may_be_tried_again(uow, reply)]
        reason = "a backup was restored, and it may have left after the backup was made."
        for reply in doubtful:
            turned = replies.in_doubt(reply, reason, self.now)
            uow.replies.save(turned.reply)
            record(uow, uow.tickets.get(reply.ticket), turned.events, self.now, self.waits)
        uncertain = [reply for reply in unsettled if reply.state is ReplyState.UNCERTAIN]
        for reply in (*doubtful, *uncertain):
            self._look_for_its_line(uow, reply)
        again: list[Job] = [SettleReply(reply.id, reply.ticket) for reply in uncertain]
        for job in jobs:
            if isinstance(job, SyncCard):
                self._look_before_posting(uow, job.ticket, Channel(job.platform, job.channel))
            if _may_be_done_again(job):
                again.append(job)
        again += self._cards(uow)
        uow.inbound.forget_cursors()
        for mailbox in uow.mailboxes.all():
            again += [ReadNewMail(mailbox.id), FindAnswers(mailbox.id)]
        for job in dict.fromkeys(again):
            uow.jobs.enqueue(job)
        return len(doubtful)

    def _look_for_its_line(self, uow: UnitOfWork, reply: Reply) -> None:
        """If it has left, its line stands in the thread already."""
        for channel in uow.posts.channels(reply.ticket):
            posts = uow.posts.of_ticket(reply.ticket, channel)
            if CARD in posts:
                self._look_first(uow, reply.ticket, channel, f"reply:{reply.id}", thread=posts[CARD].message)

    def _look_before_posting(self, uow: UnitOfWork, ticket: TicketId, channel: Channel) -> None:
        """What was still to be posted may have been."""
        if uow.tickets.find(ticket) is None:
            return
        posts = uow.posts.of_ticket(ticket, channel)
        root = posts[CARD].message if CARD in posts else ""
        items = [item.item for item in thread_items(conversation(uow, ticket), self.texts(channel))]
        for item in (CARD, *items):
            if item not in posts:
                self._look_first(uow, ticket, channel, item, thread="" if item == CARD else root)

    def _look_first(self, uow: UnitOfWork, ticket: TicketId, channel: Channel, item: str, *, thread: str) -> None:
        """An attempt whose end nobody saw: whoever posts looks whether it is there."""
        if item not in uow.posts.of_ticket(ticket, channel):
            since = self.taken_at - _BEFORE
            uow.posts.put(Post(ticket, channel, item, PostState.POSTING, since, thread=thread))

    def _cards(self, uow: UnitOfWork) -> list[Job]:
        """What stands on them may be younger than what is known here."""
        recent = uow.events.tickets_since(self.taken_at - _REDRAWN)
        return [
            SyncCard(ticket, channel.platform, channel.id)
            for ticket in recent
            for channel in uow.posts.channels(ticket)
        ]


def _may_be_done_again(job: Job) -> bool:
    """Whatever has happened since. Not so what would send a reply, because that reply waits for proof now, and what
    speaks to a person, because that moment has passed."""
    match job:
        case ReadNewMail() | EnrichTicket() | SyncCard() | SettleReply() | FindAnswers() | CheckKey() | CheckDraft():
            return True
        case DeliverReply() | OfferToSend() | NotifyAgent() | WarnOfMailbox() | WarnOfKey() | TellOwner() | RunErrand():
            return False
        case _:
            assert_never(job)


def _may_be_tried_again(uow: UnitOfWork, reply: Reply) -> bool:
    """A person may have pressed Try again since. Where another reply followed, the card asks before it sends."""
    return not any(other.id > reply.id and other.state in LEAVING for other in uow.replies.of_ticket(reply.ticket))


def secrets_that_stay_shut(uow: UnitOfWork, vault: Vault | None) -> int:
    """How many client secrets and passwords none of the keys at hand opens; all of them without a vault."""
    secrets = [account.client_secret for account in uow.accounts.all()]
    secrets += [mailbox.password for mailbox in uow.mailboxes.all()]
    if vault is None:
        return len(secrets)
    shut = 0
    for secret in secrets:
        try:
            context, sealed = uow.secrets.sealed(secret)
            vault.open(sealed, context)
        except Misconfigured:
            shut += 1
    return shut
