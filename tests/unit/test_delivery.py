"""A reply leaves at most once by itself, whoever dies, comes back or presses meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain import replies
from bot.domain.jobs import DeliverReply, SettleReply
from bot.domain.mails import OutgoingMail
from bot.domain.people import by
from bot.domain.replies import Reply, ReplyId, ReplyState
from bot.domain.sites import MailAccount, SiteState
from bot.domain.tickets import Inquiry, InquiryId, Status, due
from bot.ports.failures import Misconfigured, Permanent, Transient, Uncertain
from bot.ports.mail import Folder
from bot.ports.store import NotFound, UnitOfWork, VersionConflict
from bot.ports.vault import Secret
from bot.services.delivery import Delivery
from bot.services.health import DEFECT
from bot.services.pacing import NotYet
from bot.services.settling import Settling
from bot.services.waits import Waits
from integrations.simulator.clock import MovableClock
from integrations.walmart.letters.reply_rules import WalmartReplyRules
from tests.contract.store_places import START
from tests.contract.store_world import a_reply, conversation
from tests.fakes.mail import FakeMailbox, FakeMailSource, FakePostman
from tests.fakes.store import FakeStore

WAITS = Waits(reply_lease=180.0, reply_gives_up=3600.0)


class OpenVault:
    def seal(self, secret: Secret, context: str) -> bytes:
        return secret.reveal().encode()

    def open(self, sealed: bytes, context: str) -> Secret:
        return Secret("pw")


@dataclass
class Desk:
    clock: MovableClock
    store: FakeStore
    postman: FakePostman
    mailbox: FakeMailbox
    delivery: Delivery
    settling: Settling
    reply: Reply

    @property
    def job(self) -> DeliverReply:
        return DeliverReply(self.reply.id, self.reply.ticket)

    async def now(self) -> Reply:
        return await self.store.read(lambda snapshot: snapshot.replies.get(self.reply.id))

    async def turn(self, move: "object") -> None:
        """What another process or a person does to the reply."""

        def work(uow: UnitOfWork) -> None:
            turned = move(uow.replies.get(self.reply.id))  # type: ignore[operator]
            uow.replies.save(turned.reply)

        await self.store.run(work)

    async def status(self) -> Status:
        return (await self.store.read(lambda snapshot: snapshot.tickets.get(self.reply.ticket))).status


@asynccontextmanager
async def desk(postman: FakePostman | None = None) -> AsyncIterator[Desk]:
    clock = MovableClock(start=START)
    store, mailbox, postman = FakeStore(clock), FakeMailbox(), postman or FakePostman()
    reply = await store.run(_queued)
    delivery = Delivery(
        store=store,
        postman=postman,
        rules=WalmartReplyRules(),
        vault=OpenVault(),
        chats={},
        clock=clock,
        waits=WAITS,
    )
    settling = Settling(store=store, source=FakeMailSource(mailbox), vault=OpenVault(), clock=clock, waits=WAITS)
    yield Desk(clock, store, postman, mailbox, delivery, settling, reply)


def _queued(uow: UnitOfWork) -> Reply:
    world, ticket, (letter,) = conversation(uow)
    uow.inquiries.add(Inquiry(InquiryId(0), ticket.id, letter.id, letter.received_at, due(letter.received_at)))
    return uow.replies.add(a_reply(world, ticket, letter))


async def test_an_accepted_reply_is_sent_and_stops_the_clock() -> None:
    async with desk() as at:
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.SENT
        assert await at.status() is Status.PENDING
        await at.delivery.deliver(at.job)
        assert len(at.postman.sent) == 1, "the job ran twice"


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (Permanent("550 refused."), ReplyState.FAILED),
        (Misconfigured("535 login."), ReplyState.FAILED),
        (Uncertain("cut after the dot."), ReplyState.UNCERTAIN),
    ],
)
async def test_what_the_server_says_decides(failure: Exception, state: ReplyState) -> None:
    async with desk() as at:
        at.postman.failures.append(failure)  # type: ignore[arg-type]
        await at.delivery.deliver(at.job)
        after = await at.now()
        assert (after.state, bool(after.reason)) == (state, True)
        assert await at.status() is Status.NEW


async def test_a_passing_failure_puts_it_back_until_it_has_waited_too_long() -> None:
    async with desk() as at:
        at.postman.failures += [Transient("451 busy."), Transient("451 busy.")]
        with pytest.raises(Transient):
            await at.delivery.deliver(at.job)
        assert ((await at.now()).state, (await at.now()).reason) == (ReplyState.QUEUED, "451 busy.")
        at.clock.move(timedelta(hours=2))
        with pytest.raises(Transient):
            await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.FAILED


async def test_nobody_touches_a_reply_before_the_lease_of_its_sender_is_over() -> None:
    async with desk() as at:
        await at.turn(lambda reply: replies.start(reply, at.clock.now(), timedelta(seconds=180)))
        with pytest.raises(NotYet) as wait:
            await at.delivery.deliver(at.job)
        assert wait.value.at == (await at.now()).until
        at.clock.move(timedelta(seconds=181))
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.UNCERTAIN
        assert not at.postman.sent


class StalledPostman(FakePostman):
    """While the mail is on its way, the rest of the world goes on: `meanwhile` is what happens in it."""

    meanwhile: Callable[[], Awaitable[object]] = staticmethod(partial(asyncio.sleep, 0))

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        await super().send(mailbox, password, mail, within=within)
        await self.meanwhile()


async def test_a_stalled_sender_that_comes_back_with_success_settles_what_was_taken_for_lost() -> None:
    postman = StalledPostman()
    async with desk(postman) as at:

        async def taken_for_dead() -> None:
            at.clock.move(timedelta(seconds=181))
            await at.delivery.deliver(at.job)
            assert (await at.now()).state is ReplyState.UNCERTAIN

        postman.meanwhile = taken_for_dead
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.SENT
        assert len(at.postman.sent) == 1


async def test_a_stalled_sender_that_comes_back_is_in_time_to_stop_a_second_sending() -> None:
    postman = StalledPostman()
    async with desk(postman) as at:

        async def sent_again_by_a_person() -> None:
            at.clock.move(timedelta(seconds=181))
            await at.delivery.deliver(at.job)
            now, ann = at.clock.now(), by(at.reply.author)
            await at.turn(lambda reply: replies.queue_again(replies.failed(reply, "", now, ann).reply, now, ann))

        postman.meanwhile = sent_again_by_a_person
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.SENT
        await at.delivery.deliver(at.job)
        assert len(at.postman.sent) == 1


async def test_a_bounce_that_overtakes_the_servers_answer_stays() -> None:
    postman = StalledPostman()
    async with desk(postman) as at:
        postman.meanwhile = partial(at.turn, lambda reply: replies.bounced(reply, "5.7.1", at.clock.now()))
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.BOUNCED


async def test_a_database_that_is_busy_for_a_moment_does_not_make_the_outcome_unknown() -> None:
    postman = StalledPostman()
    async with desk(postman) as at:
        run, failures = at.store.run, [Transient("database is locked."), Transient("database is locked.")]

        async def busy(work: "object") -> "object":
            if failures:
                raise failures.pop()
            return await run(work)  # type: ignore[arg-type]

        async def gets_busy() -> None:
            at.store.run = busy  # type: ignore[method-assign,assignment]

        postman.meanwhile = gets_busy
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.SENT


class BrokenPostman(FakePostman):
    """Has a defect, in the one or the other of its halves."""

    def __init__(self, half: str) -> None:
        super().__init__()
        self.half = half

    def compose(self, mail: OutgoingMail) -> bytes:
        if self.half == "compose":
            raise KeyError("defect")
        return super().compose(mail)

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        self.sent.append(mail)
        raise KeyError("defect")


async def test_a_defect_before_anything_could_leave_is_told_and_a_person_may_try_again() -> None:
    async with desk(BrokenPostman("compose")) as at:
        with pytest.raises(KeyError):
            await at.delivery.deliver(at.job)
        assert ((await at.now()).state, (await at.now()).reason) == (ReplyState.FAILED, DEFECT)
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.FAILED
        await at.turn(lambda reply: replies.queue_again(reply, at.clock.now(), by(reply.author)))
        assert (await at.now()).state is ReplyState.QUEUED
        assert not at.postman.sent


async def test_of_a_defect_after_the_start_only_the_lease_decides() -> None:
    async with desk(BrokenPostman("send")) as at:
        with pytest.raises(KeyError):
            await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.SENDING
        at.clock.move(timedelta(seconds=181))
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.UNCERTAIN
        assert len(at.postman.sent) == 1


async def test_a_conflict_is_no_defect() -> None:
    async with desk() as at:
        run = at.store.run

        async def overtaken(_work: "object") -> "object":
            raise VersionConflict

        at.store.run = overtaken  # type: ignore[method-assign,assignment]
        with pytest.raises(VersionConflict):
            await at.delivery.deliver(at.job)
        at.store.run = run  # type: ignore[method-assign]
        assert (await at.now()).state is ReplyState.QUEUED


async def test_a_job_about_a_reply_that_does_not_exist_is_told_so() -> None:
    async with desk() as at:
        with pytest.raises(NotFound):
            await at.delivery.deliver(DeliverReply(ReplyId(999), at.reply.ticket))


async def test_a_reply_waits_for_the_earlier_one_of_its_ticket() -> None:
    async with desk() as at:
        later = await at.store.run(
            lambda uow: uow.replies.add(replace(at.reply, token="t2", message_id="<t2@s.example>"))
        )
        with pytest.raises(NotYet):
            await at.delivery.deliver(DeliverReply(later.id, later.ticket))
        await at.delivery.deliver(at.job)
        await at.delivery.deliver(DeliverReply(later.id, later.ticket))
        assert [mail.message_id for mail in at.postman.sent] == [at.reply.message_id, "<t2@s.example>"]


@pytest.mark.parametrize("recipient", ["maria@gmail.example", "nocxemail@walmartone.com", "s-1@relay.walmart.com"])
async def test_the_recipient_is_checked_again_before_it_leaves(recipient: str) -> None:
    async with desk() as at:
        await at.turn(lambda reply: replies.put_back(replace(reply, recipient=recipient), "", at.clock.now()))
        await at.delivery.deliver(at.job)
        assert (await at.now()).state is ReplyState.FAILED
        assert "relay" in (await at.now()).reason
        assert not at.postman.sent


async def test_a_site_that_was_deleted_or_moved_to_another_mailbox_sends_nothing() -> None:
    def deleted(uow: UnitOfWork) -> None:
        uow.sites.save(replace(uow.sites.all()[0], state=SiteState.DELETED))

    def moved(uow: UnitOfWork) -> None:
        site = uow.sites.all()[0]
        other = uow.mailboxes.add(replace(uow.mailboxes.get(site.mailbox), address="new@seller.example"))
        uow.sites.save(replace(site, mailbox=other.id))

    for change, reason in [(deleted, "deleted"), (moved, "mailbox was changed")]:
        async with desk() as at:
            await at.store.run(change)
            await at.delivery.deliver(at.job)
            assert reason in (await at.now()).reason
            assert not at.postman.sent


async def test_a_site_in_rehearsal_sends_nothing() -> None:
    async with desk() as at:
        await at.store.run(lambda uow: uow.sites.save(replace(uow.sites.all()[0], state=SiteState.REHEARSAL)))
        await at.delivery.deliver(at.job)
        after = await at.now()
        assert (after.state, after.reason) == (
            ReplyState.FAILED,
            "the site is in rehearsal, so nothing leaves for its buyers.",
        )
        assert not at.postman.sent


async def test_proof_in_the_sent_folder_settles_it_and_its_absence_settles_nothing() -> None:
    async with desk() as at:
        at.postman.failures.append(Uncertain("cut."))
        await at.delivery.deliver(at.job)
        job = SettleReply(at.reply.id, at.reply.ticket)
        with pytest.raises(Transient):
            await at.settling.settle(job)
        assert (await at.now()).state is ReplyState.UNCERTAIN
        raw = f"Message-ID: {at.reply.message_id}\r\n\r\nHello".encode()
        at.mailbox.deliver(raw, at.clock.now(), Folder.SENT)
        await at.settling.settle(job)
        assert (await at.now()).state is ReplyState.SENT
        assert await at.status() is Status.PENDING
