"""Trip 2, second half: a queued reply leaves the registered mailbox, at most once (design, decision 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain import replies
from bot.domain.jobs import DeliverReply
from bot.domain.mails import Attachment, OutgoingMail
from bot.domain.people import Platform
from bot.domain.replies import LARGEST_FILE, Reply, ReplyState, Turned
from bot.domain.sites import Docked, MailAccount, SiteState
from bot.domain.tickets import Status
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from bot.ports.mail import Postman
from bot.ports.marketplace import ReplyRules
from bot.ports.store import NotFound, Snapshot, Store, UnitOfWork, VersionConflict
from bot.ports.vault import Secret, Vault
from bot.services.health import DEFECT
from bot.services.mailbox_watch import credentials
from bot.services.pacing import NotYet
from bot.services.reactions import record
from bot.services.waits import Waits

_log = structlog.get_logger(__name__)
# A reply waits for an earlier one of its ticket to be settled before it leaves itself.
_BEHIND_ANOTHER = 2.0
# What became of a mail is written down even if the database does not answer at once.
_WRITE_DOWN_AGAIN = (0.2, 1.0, 5.0)
# How a reply may stand whose sender was taken for dead, before anybody has begun to send it again.
_OVERTAKEN = {ReplyState.UNCERTAIN, ReplyState.QUEUED}


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that is needed to send one reply, read at one moment."""

    reply: Reply
    docked: Docked
    mailbox: MailAccount
    password: Secret
    files: tuple[Attachment, ...]
    author_platforms: tuple[Platform, ...]
    approved_address: str
    behind_another: bool


class Delivery:
    def __init__(
        self,
        *,
        store: Store,
        postman: Postman,
        rules: ReplyRules,
        vault: Vault,
        chats: Mapping[Platform, Chat],
        clock: Clock,
        waits: Waits,
    ) -> None:
        self._store = store
        self._postman = postman
        self._rules = rules
        self._vault = vault
        self._chats = chats
        self._clock = clock
        self._waits = waits

    async def deliver(self, job: DeliverReply) -> None:
        """Raises `Transient` when the reply waits for a next try, `NotYet` while somebody else may be sending it. A
        defect is raised for the log, and where nothing has left yet, the card says that the reply was not sent."""
        try:
            ready = await self._made_ready(job)
        except (Failure, NotYet, VersionConflict):
            raise
        except Exception:
            await self._fail_for_defect(job)
            raise
        if ready is not None:
            await self._send(*ready)

    async def _made_ready(self, job: DeliverReply) -> tuple[Reply, Parcel, OutgoingMail] | None:
        """Return a reply that has been started; None where there is nothing to send now."""
        try:
            parcel = await self._store.read(partial(self._parcel, job=job))
        except Misconfigured as failure:
            queued = await self._store.read(lambda snapshot: snapshot.replies.get(job.reply))
            if queued.state is ReplyState.QUEUED:
                await self._finish(replies.failed(queued, failure.reason, self._clock.now()))
            return None
        reply = parcel.reply
        if reply.state is ReplyState.SENDING:
            await self._after_a_death(reply)
            return None
        if reply.state is not ReplyState.QUEUED:
            return None
        if parcel.behind_another:
            raise NotYet(self._clock.now() + timedelta(seconds=_BEHIND_ANOTHER))
        reason = self._forbidden(parcel)
        if reason:
            await self._finish(replies.failed(reply, reason, self._clock.now()))
            return None
        try:
            files = await self._files(parcel)
            mail = self._rules.mail(reply, parcel.docked.site.seller_name, files)
            raw = self._postman.compose(mail)
        except (Permanent, Misconfigured) as failure:
            await self._finish(replies.failed(reply, failure.reason, self._clock.now()))
            return None
        except (Transient, Uncertain) as failure:
            await self._put_back(reply, failure)
            raise
        except ValueError as error:
            await self._finish(replies.failed(reply, f"{str(error).rstrip('.')}.", self._clock.now()))
            return None
        sending = await self._store.run(partial(self._start, job=job, reply=reply, raw=raw))
        return sending, parcel, mail

    async def _fail_for_defect(self, job: DeliverReply) -> None:
        """Of a reply that has been started, only its lease decides."""
        try:
            reply = await self._store.read(lambda snapshot: snapshot.replies.get(job.reply))
        except NotFound:
            return
        if reply.state is ReplyState.QUEUED:
            await self._finish(replies.failed(reply, DEFECT, self._clock.now()))

    async def _send(self, sending: Reply, parcel: Parcel, mail: OutgoingMail) -> None:
        try:
            within = self._waits.reply_conversation
            await self._postman.send(parcel.mailbox, parcel.password, mail, within=within)
        except Transient as failure:
            await self._put_back(sending, failure)
            raise
        except Uncertain as failure:
            await self._finish(replies.outcome_unknown(sending, failure.reason, self._clock.now()))
        except (Permanent, Misconfigured) as failure:
            await self._finish(replies.failed(sending, failure.reason, self._clock.now()))
        else:
            await self._finish(replies.accepted(sending, self._clock.now()))

    def _parcel(self, snapshot: Snapshot, job: DeliverReply) -> Parcel:
        reply = snapshot.replies.get(job.reply)
        ticket = snapshot.tickets.get(job.ticket)
        mailbox, password = credentials(snapshot, self._vault, reply.mailbox)
        earlier = [other for other in snapshot.replies.of_ticket(job.ticket) if other.id < reply.id]
        return Parcel(
            reply=reply,
            docked=snapshot.sites.docked(ticket.site),
            mailbox=mailbox,
            password=password,
            files=snapshot.sent_mails.files(reply.id),
            author_platforms=tuple(user.platform for user in snapshot.people.agent(reply.author).identities),
            approved_address=ticket.approved_address,
            behind_another=any(other.state in {ReplyState.QUEUED, ReplyState.SENDING} for other in earlier),
        )

    def _forbidden(self, parcel: Parcel) -> str:
        """The recipient and the site are checked again at the last moment; what was true at Send may not be now."""
        reply = parcel.reply
        site = parcel.docked.site
        if site.state is SiteState.DELETED:
            return "the site was deleted."
        if reply.rehearsal and (site.state is not SiteState.REHEARSAL or site.rehearsal_address != reply.recipient):
            return "it was written in a rehearsal that is over; write the reply again."
        if site.state is SiteState.REHEARSAL and not reply.rehearsal:
            return "the site is in rehearsal, so nothing leaves for its buyers."
        allowed = self._rules.may_receive(reply.recipient) or reply.recipient == parcel.approved_address
        if not allowed and not reply.rehearsal:
            return "the address is not one of Walmart's relay."
        if parcel.mailbox.address != reply.from_address or parcel.docked.site.mailbox != parcel.mailbox.id:
            return "the site's mailbox was changed since; write the reply again."
        return ""

    async def _files(self, parcel: Parcel) -> Sequence[Attachment]:
        """What the agent attached, fetched from the chat once and kept."""
        if parcel.files or not parcel.reply.files:
            return parcel.files
        chat = next((self._chats[platform] for platform in parcel.author_platforms if platform in self._chats), None)
        if chat is None:
            raise Permanent("the chat that holds the attached files is not connected.")
        files = [await chat.files.fetch(file, most=LARGEST_FILE) for file in parcel.reply.files]
        await self._store.run(lambda uow: uow.sent_mails.keep_files(parcel.reply.id, files))
        return files

    def _start(self, uow: UnitOfWork, job: DeliverReply, reply: Reply, raw: bytes) -> Reply:
        """From this commit on the mail may have left; before it, it cannot."""
        present = self._parcel(uow, job)
        if present.reply.version != reply.version or self._forbidden(present):
            # Something changed since it was read; the next run looks at all of it again.
            raise NotYet(self._clock.now())
        turned = replies.start(reply, self._clock.now(), timedelta(seconds=self._waits.reply_lease))
        uow.replies.save(turned.reply)
        uow.sent_mails.keep(reply.id, raw)
        record(uow, uow.tickets.get(reply.ticket), turned.events, self._clock.now(), self._waits)
        return replace(turned.reply, version=reply.version + 1)

    async def _after_a_death(self, reply: Reply) -> None:
        """Whoever was sending has not come back. Until the lease is over it may still be at it."""
        now = self._clock.now()
        if reply.until is not None and now < reply.until:
            raise NotYet(reply.until)
        reason = "the process that was sending it stopped in the middle."
        await self._finish(replies.outcome_unknown(reply, reason, now))

    async def _put_back(self, reply: Reply, failure: Failure) -> None:
        now = self._clock.now()
        waited = (now - reply.queued_at).total_seconds()
        if waited > self._waits.reply_gives_up:
            await self._finish(replies.failed(reply, failure.reason, now))
        else:
            await self._finish(replies.put_back(reply, failure.reason, now))

    async def _finish(self, turned: Turned) -> None:
        """Here it is known what became of the reply, and nowhere else: a database that is busy for a moment must not
        turn that into an outcome that nobody knows."""
        for pause in _WRITE_DOWN_AGAIN:
            try:
                await self._store.run(partial(self._settle, turned=turned))
            except Transient as failure:
                _log.warning("outcome is written down again", reply=turned.reply.id, reason=failure.reason)
                await self._clock.sleep(pause)
            else:
                return
        await self._store.run(partial(self._settle, turned=turned))

    def _settle(self, uow: UnitOfWork, turned: Turned) -> None:
        now = self._clock.now()
        present = uow.replies.get(turned.reply.id)
        if present.version == turned.reply.version:
            left(uow, turned, now, self._waits)
        elif turned.reply.state is ReplyState.SENT and present.state in _OVERTAKEN:
            # This process was taken for dead and has come back with the server's word that the mail was taken.
            left(uow, replies.accepted(present, now), now, self._waits)
        else:
            _log.warning("reply was settled by somebody else", reply=present.id, state=present.state)


def left(uow: UnitOfWork, turned: Turned, now: datetime, waits: Waits) -> None:
    """Save how a reply stands; one that left stops the clocks of the messages that its form had shown."""
    reply = turned.reply
    uow.replies.save(reply)
    ticket, events = uow.tickets.get(reply.ticket), list(turned.events)
    if reply.state is ReplyState.SENT and not reply.rehearsal:
        uow.inquiries.answer(ticket.id, reply.shown_letter, reply.id, now)
        open_still = any(inquiry.answered_at is None for inquiry in uow.inquiries.of_ticket(ticket.id))
        if ticket.status in {Status.NEW, Status.OPEN} and not open_still:
            ticket = replace(ticket, status=Status.PENDING)
            uow.tickets.save(ticket)
    record(uow, ticket, events, now, waits)
