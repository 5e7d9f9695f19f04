"""The running process: no part drags another down, what does not work is named, and a stop ends what has begun."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.application import Adapters, Application
from bot.domain.jobs import Lane, ReadNewMail
from bot.domain.sites import MailAccountId
from bot.i18n import Texts
from bot.in_hand import InHand
from bot.ports.chat import ChatInbox
from bot.ports.failures import Misconfigured, Transient
from bot.ports.jobs import Backlog, ClaimedJob, Done, Verdict
from bot.ports.store import UnitOfWork
from bot.services.waits import Waits
from tests.fakes.chat import FakeChat
from tests.journeys.shop import until_true
from tests.unit.fake_desk import START, FakeDesk

WAITS = Waits(
    tick=0.05,
    mail_poll=0.05,
    mail_retry=0.02,
    chat_look=0.02,
    channel_look=0.02,
    chat_retry=0.02,
    chat_hello=0.05,
    stop=0.5,
)
WORKERS = dict.fromkeys(Lane, 1)


def application(adapters: Adapters, desk: FakeDesk, waits: Waits = WAITS) -> Application:
    return Application(
        adapters,
        admins=(),
        texts=lambda _channel: Texts(),
        workers=WORKERS,
        clock=desk.clock,
        waits=waits,
        name="test",
    )


@asynccontextmanager
async def running(adapters: Adapters, desk: FakeDesk, waits: Waits = WAITS) -> AsyncIterator[Application]:
    made, stop = application(adapters, desk, waits), asyncio.Event()
    task = asyncio.create_task(made.run(stop))
    try:
        yield made
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not so():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


async def _taken_over(desk: FakeDesk) -> bool:
    return bool(await desk.store.read(lambda snapshot: snapshot.inbound.counts()))


def problem(made: Application, part: str) -> str | None:
    """None while nothing is known of the part."""
    state = made.health.parts.get(part)
    return state.problem if state else None


@dataclass
class TroubledChat(FakeChat):
    """`trouble` is raised by whatever asks for Slack; without it the chat is well again. `deaf` takes cards, but no
    connection for clicks stands."""

    trouble: Exception | None = None
    deaf: bool = False

    async def serve(self, inbox: ChatInbox) -> None:
        while self.trouble is not None or self.deaf:
            if isinstance(self.trouble, Misconfigured | ValueError):
                raise self.trouble
            await asyncio.sleep(0.005)
        await super().serve(inbox)

    async def check(self) -> str:
        if self.trouble is not None:
            raise self.trouble
        return "well"


def with_chat(desk: FakeDesk, chat: FakeChat) -> Adapters:
    chat.members = desk.chat.members
    return replace(desk.adapters, chats={chat.platform: chat.chat()})


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Transient("Slack did not answer auth.test."), "did not answer"),
        (Misconfigured("Slack refuses the token."), "refuses the token"),
        (ValueError("xoxb-secret"), "has a defect"),
    ],
)
async def test_mail_is_taken_in_while_the_chat_is_down_and_its_return_is_noticed(trouble: Exception, said: str) -> None:
    desk = FakeDesk()
    await desk.set_up()
    chat = TroubledChat(desk.clock, trouble=trouble)
    async with running(with_chat(desk, chat), desk) as made:
        await until(lambda: problem(made, "mailbox:1") == "" and said in (problem(made, "chat:slack") or ""))
        since = made.health.parts["chat:slack"].since
        desk.source.mailbox.deliver(b"From: a@b.example\r\n\r\nHello", desk.clock.now())
        desk.clock.move(timedelta(minutes=1))

        well, body = await made.report()
        assert not well
        assert body["well"] is False
        assert "xoxb" not in repr(body)
        assert datetime.fromisoformat(body["parts"]["chat:slack"]["since"]) == since  # type: ignore[call-overload,index]

        await until_true(lambda: _taken_over(desk), "the mail to be taken over")
        chat.trouble = None
        await until(lambda: problem(made, "chat:slack") == "")
        assert made.health.parts["chat:slack"].since > since
        assert (await made.report())[0]


async def test_a_chat_that_takes_cards_but_hears_no_clicks_is_not_well() -> None:
    desk = FakeDesk()
    chat = TroubledChat(desk.clock, deaf=True)
    async with running(with_chat(desk, chat), desk) as made:
        await until(lambda: "clicks" in (problem(made, "chat:slack") or ""))
        chat.deaf = False
        await until(lambda: problem(made, "chat:slack") == "")


async def test_a_channel_that_the_bot_was_removed_from_is_named_until_it_is_invited_again_or_left() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.chat.members.pop("C1")
    part = "channel:slack:C1"
    async with running(desk.adapters, desk) as made:
        await until(lambda: "invite it there" in (problem(made, part) or ""))
        assert not (await made.report())[0]
        desk.chat.members["C1"] = set()
        await until(lambda: problem(made, part) == "")
        desk.chat.members.pop("C1")
        await until(lambda: bool(problem(made, part)))
        await desk.store.run(_leave_the_channel)
        await until(lambda: problem(made, part) is None)


def _leave_the_channel(uow: UnitOfWork) -> None:
    uow.sites.save(replace(uow.sites.all()[0], channels=()))


async def test_a_mailbox_that_refuses_is_named_since_when_and_recovers() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.source.failure = Transient("Nobody answers.")
    async with running(desk.adapters, desk, replace(WAITS, mail_retry_most=0.05)) as made:
        await until(lambda: problem(made, "mailbox:1") == "Nobody answers.")
        since = made.health.parts["mailbox:1"].since
        desk.clock.move(timedelta(minutes=1))
        desk.source.failure = Transient("Nobody answers at all.")
        await until(lambda: problem(made, "mailbox:1") == "Nobody answers at all.")
        assert made.health.parts["mailbox:1"].since == since, "it has been down since it first was"
        assert since >= START
        desk.source.failure = None
        await until(lambda: problem(made, "mailbox:1") == "")


async def test_a_site_that_is_added_is_watched_within_a_tick() -> None:
    desk = FakeDesk()
    async with running(desk.adapters, desk) as made:
        await asyncio.sleep(0.02)
        assert problem(made, "mailbox:1") is None
        await desk.set_up()
        await until(lambda: problem(made, "mailbox:1") == "")


async def test_a_database_that_does_not_answer_is_told_and_not_raised() -> None:
    desk = FakeDesk()

    class Away:
        async def backlog(self) -> object:
            raise Transient("the database is locked by another program")

    made = application(replace(desk.adapters, runner=Away()), desk)  # type: ignore[arg-type]
    well, body = await made.report()
    assert not well
    assert body["parts"]["database"]["problem"] == "the database is locked by another program"  # type: ignore[call-overload,index]


async def test_jobs_that_were_given_up_make_the_desk_not_well_and_the_oldest_that_is_due_is_told() -> None:
    desk = FakeDesk()

    class Queue:
        found = Backlog(waiting=2, running=0, failed=1, oldest_due=START, newest_failure=START)

        async def backlog(self) -> Backlog:
            return self.found

    queue = Queue()
    made = application(replace(desk.adapters, runner=queue), desk)  # type: ignore[arg-type]
    well, body = await made.report()
    assert (well, body["well"]) == (False, False)
    assert body["jobs"] == {"waiting": 2, "running": 0, "failed": 1, "oldest_due": "2026-03-02T09:00:00+00:00"}
    desk.clock.move(timedelta(days=1))
    well, body = await made.report()
    assert (well, body["jobs"]["failed"]) == (True, 1)  # type: ignore[call-overload,index]
    queue.found = Backlog(waiting=0, running=0, failed=0, oldest_due=None)
    well, body = await made.report()
    assert (well, body["well"]) == (True, True)
    assert body["jobs"] == {"waiting": 0, "running": 0, "failed": 0, "oldest_due": None}


async def test_a_defect_of_the_queue_ends_the_process_and_is_not_swallowed() -> None:
    desk = FakeDesk()

    class Broken:
        async def run(self, handle: object, workers: object) -> None:
            raise ZeroDivisionError

    made = application(replace(desk.adapters, runner=Broken()), desk)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(made.run(asyncio.Event()), 5)


# --- the stop --------------------------------------------------------------------------------------------------------


def claimed(number: int) -> ClaimedJob:
    return ClaimedJob(number, ReadNewMail(MailAccountId(1)), 1, START)


async def test_what_is_in_hand_ends_and_nothing_more_begins() -> None:
    begun: list[int] = []
    may_end = asyncio.Event()

    async def work(job: ClaimedJob) -> Verdict:
        begun.append(job.id)
        await may_end.wait()
        return Done()

    in_hand = InHand(work)
    first = asyncio.create_task(in_hand(claimed(1)))
    await asyncio.sleep(0)
    winding = asyncio.create_task(in_hand.wind_up(5))
    await asyncio.sleep(0)
    second = asyncio.create_task(in_hand(claimed(2)))
    await asyncio.sleep(0.01)
    assert begun == [1]
    assert not winding.done()
    may_end.set()
    assert await winding
    assert isinstance(await first, Done)
    assert not second.done(), "it is left to the next process"
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    assert begun == [1]


async def test_work_that_does_not_end_is_not_waited_for_for_ever() -> None:
    async def work(job: ClaimedJob) -> Verdict:
        await asyncio.Event().wait()
        return Done()

    in_hand = InHand(work)
    stuck = asyncio.create_task(in_hand(claimed(1)))
    await asyncio.sleep(0)
    assert not await in_hand.wind_up(0.05)
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)
    assert await in_hand.wind_up(0.05), "what was cancelled is no longer in hand"


async def test_a_stop_before_anything_has_begun_ends_at_once() -> None:
    desk = FakeDesk()
    await desk.set_up()
    stop = asyncio.Event()
    stop.set()
    await asyncio.wait_for(application(desk.adapters, desk).run(stop), 2)
