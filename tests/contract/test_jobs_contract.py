"""What every job engine promises: each rule of the queue by name."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.events import TicketId
from bot.domain.jobs import DeliverReply, EnrichTicket, Job, Lane, OfferToSend, SyncCard
from bot.domain.people import Platform
from bot.domain.replies import ReplyId
from bot.ports.jobs import Again, ClaimedJob, Done, GivenUp, JobRunner, MovedTo, Verdict
from bot.ports.store import UnitOfWork
from bot.services.given_up import KEPT, forget, forget_old, retry
from tests.contract.store_places import PLACES, START, Place, opened

WORKERS = dict.fromkeys(Lane, 4)
SOON = timedelta(minutes=5)
TICKET = TicketId(1001)


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


def reply(number: int, ticket: int = 1001) -> DeliverReply:
    return DeliverReply(ReplyId(number), TicketId(ticket))


def card(ticket: int = 1001, *, urgent: bool = False) -> SyncCard:
    return SyncCard(TicketId(ticket), Platform.SLACK, "C1", urgent)


@dataclass
class Desk:
    """Runs jobs as a test has told it to: done at once, unless something else was said of the job."""

    verdicts: dict[Job, deque[Verdict | Exception]] = field(default_factory=lambda: defaultdict(deque))
    held: dict[Job, asyncio.Event] = field(default_factory=dict)
    started: list[ClaimedJob] = field(default_factory=list)
    ended: list[Job] = field(default_factory=list)
    running: set[Job] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, job: Job, *verdicts: Verdict | Exception) -> None:
        self.verdicts[job].extend(verdicts)

    def hold(self, job: Job) -> asyncio.Event:
        return self.held.setdefault(job, asyncio.Event())

    async def handle(self, claimed: ClaimedJob) -> Verdict:
        job = claimed.job
        self.started.append(claimed)
        self.running.add(job)
        self.news.set()
        try:
            if job in self.held:
                await self.held[job].wait()
            else:
                await asyncio.sleep(0)
            self.ended.append(job)
        finally:
            self.running.discard(job)
            self.news.set()
        verdict = self.verdicts[job].popleft() if self.verdicts[job] else Done()
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    @property
    def jobs(self) -> list[Job]:
        return [claimed.job for claimed in self.started]

    async def until(self, seen: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not seen():
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def working(runner: JobRunner, desk: Desk, workers: dict[Lane, int] | None = None) -> AsyncIterator[None]:
    task = asyncio.create_task(runner.run(desk.handle, workers or WORKERS))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def enqueue(place: Place, jobs: Sequence[Job], due: datetime | None = None) -> None:
    def work(unit: UnitOfWork) -> None:
        for job in jobs:
            unit.jobs.enqueue(job, due=due)

    await place.store.run(work)


async def test_a_committed_job_runs_and_a_rolled_back_one_never_does(place: Place) -> None:
    class SomethingFailed(Exception):
        pass

    desk = Desk()
    async with working(place.runner, desk):
        with pytest.raises(SomethingFailed):
            await place.store.run(lambda unit: _enqueue_and_raise(unit, reply(1), SomethingFailed()))
        await enqueue(place, [reply(2)])
        assert await place.runner.drained(10)
    assert desk.jobs == [reply(2)]
    assert desk.started[0].attempt == 1
    assert desk.started[0].enqueued_at >= START


def _enqueue_and_raise(unit: UnitOfWork, job: Job, error: Exception) -> None:
    unit.jobs.enqueue(job)
    raise error


async def test_twenty_jobs_of_one_key_run_in_order_one_at_a_time_in_under_two_seconds(place: Place) -> None:
    desk = Desk()
    jobs = [reply(number) for number in range(20)]
    async with working(place.runner, desk):
        await place.runner.drained(10)
        began = asyncio.get_running_loop().time()
        await enqueue(place, jobs)
        assert await place.runner.drained(10)
        assert asyncio.get_running_loop().time() - began < 2
    assert desk.jobs == jobs == desk.ended


async def test_a_key_is_served_one_at_a_time_across_lanes(place: Place) -> None:
    desk = Desk()
    first, urgent = card(), card(urgent=True)
    release = desk.hold(first)
    async with working(place.runner, desk):
        await enqueue(place, [first, urgent, reply(1)])
        await desk.until(lambda: reply(1) in desk.ended)
        assert desk.jobs == [first, reply(1)] or desk.jobs == [reply(1), first]
        release.set()
        assert await place.runner.drained(10)
    assert desk.ended == [reply(1), first, urgent]


async def test_other_keys_and_jobs_without_a_key_do_not_wait(place: Place) -> None:
    desk = Desk()
    release = desk.hold(reply(1))
    offers = [OfferToSend(TICKET, Platform.SLACK, "C1", "t", f"{number}", "U1") for number in range(2)]
    for offer in offers:
        desk.held[offer] = release
    async with working(place.runner, desk):
        await enqueue(place, [reply(1), *offers, reply(2, ticket=1002)])
        await desk.until(lambda: set(offers) | {reply(1)} <= desk.running and reply(2, ticket=1002) in desk.ended)
        release.set()
        assert await place.runner.drained(10)


async def test_a_lane_has_no_more_at_work_than_it_has_workers(place: Place) -> None:
    desk = Desk()
    cards = [card(ticket) for ticket in range(5)]
    release = asyncio.Event()
    desk.held = dict.fromkeys(cards, release)
    async with working(place.runner, desk, {Lane.CARDS: 2, Lane.REPLIES: 1}):
        await enqueue(place, cards)
        await desk.until(lambda: len(desk.running) == 2)
        # A busy lane holds up nobody else's.
        await enqueue(place, [reply(1)])
        await desk.until(lambda: reply(1) in desk.ended)
        assert desk.jobs == [*cards[:2], reply(1)]
        release.set()
        assert await place.runner.drained(10)
    assert sorted(desk.ended, key=repr) == sorted([*cards, reply(1)], key=repr)


async def test_a_lane_without_workers_waits(place: Place) -> None:
    desk = Desk()
    async with working(place.runner, desk, {Lane.REPLIES: 1}):
        await enqueue(place, [card(), reply(1)])
        await desk.until(lambda: reply(1) in desk.ended)
    assert desk.jobs == [reply(1)]
    assert (await place.runner.backlog()).waiting == 1


async def test_a_job_that_waits_for_its_retry_holds_its_key(place: Place) -> None:
    desk = Desk()
    desk.say(reply(1), Again(START + SOON, "the server is away"))
    async with working(place.runner, desk):
        await enqueue(place, [reply(1), reply(2), reply(3, ticket=1002)])
        # A job that is not due, and what waits behind it, is nothing to wait for.
        assert await place.runner.drained(10)
        assert set(desk.jobs) == {reply(1), reply(3, ticket=1002)}
        place.clock.move(SOON)
        await desk.until(lambda: reply(2) in desk.ended)
    assert [claimed.attempt for claimed in desk.started if claimed.job == reply(1)] == [1, 2]
    assert [job for job in desk.ended if job != reply(3, ticket=1002)] == [reply(1), reply(1), reply(2)]


async def test_a_moved_job_uses_no_attempt_lets_the_line_go_on_and_gets_its_slots_back(place: Place) -> None:
    desk = Desk()
    slots = {"slack:chat.update:C1": START + SOON}
    desk.say(card(), MovedTo(START + SOON, slots))
    async with working(place.runner, desk):
        await enqueue(place, [card(), card(urgent=True)])
        assert await place.runner.drained(10)
        assert desk.jobs == [card(), card(urgent=True)]
        place.clock.move(SOON)
        await desk.until(lambda: len(desk.ended) == 3)
    first, _, second = desk.started
    assert (first.attempt, dict(first.reserved)) == (1, {})
    assert (second.id, second.attempt, dict(second.reserved)) == (first.id, 1, slots)


async def test_slots_are_handed_back_once(place: Place) -> None:
    desk = Desk()
    desk.say(card(), MovedTo(START + SOON, {"key": START + SOON}), Again(START + 2 * SOON, "no"))
    async with working(place.runner, desk):
        await enqueue(place, [card()])
        for count in (1, 2):
            await desk.until(lambda count=count: len(desk.ended) == count)  # type: ignore[misc]
            assert await place.runner.drained(10)
            place.clock.move(SOON)
        await desk.until(lambda: len(desk.ended) == 3)
    assert [bool(claimed.reserved) for claimed in desk.started] == [False, True, False]
    assert [claimed.attempt for claimed in desk.started] == [1, 1, 2]


async def test_who_comes_to_a_slot_and_who_waits_in_the_same_line_both_run(place: Place) -> None:
    desk = Desk()
    slots = {"slack:chat.postMessage:C1": START + SOON}
    desk.say(card(), MovedTo(START + SOON, slots))
    others = [card(ticket) for ticket in (1002, 1003, 1004, 1005)]
    async with working(place.runner, desk):
        await enqueue(place, [card()])
        assert await place.runner.drained(10)
        # The lane is full, so that the newcomer of the same line has not begun when the slot's time comes.
        busy = [desk.hold(job) for job in others]
        await enqueue(place, others)
        await desk.until(lambda: len(desk.running) == len(others))
        await enqueue(place, [card()])
        place.clock.move(SOON)
        await asyncio.sleep(0.1)
        for held in busy:
            held.set()
        await desk.until(lambda: desk.ended.count(card()) == 3)
        assert await place.runner.drained(10)


async def test_a_delayed_job_holds_no_key_and_takes_its_place_at_the_end_when_due(place: Place) -> None:
    desk = Desk()
    late, early, blocker, queued = (reply(number) for number in range(4))
    await enqueue(place, [late], due=START + SOON)
    async with working(place.runner, desk):
        await enqueue(place, [early])
        await desk.until(lambda: early in desk.ended)
        release = desk.hold(blocker)
        await enqueue(place, [blocker, queued])
        await desk.until(lambda: blocker in desk.running)
        place.clock.move(SOON)
        # By the time that these have run, the delayed job has been let into the line.
        for ticket in range(3):
            await enqueue(place, [card(ticket)])
            await desk.until(lambda ticket=ticket: card(ticket) in desk.ended)  # type: ignore[misc]
        release.set()
        assert await place.runner.drained(10)
    assert [job for job in desk.ended if isinstance(job, DeliverReply)] == [early, blocker, queued, late]


async def test_a_job_that_is_due_in_a_moment_starts_by_itself(place: Place) -> None:
    desk = Desk()
    async with working(place.runner, desk):
        await enqueue(place, [reply(1)], due=place.clock.now() + timedelta(milliseconds=200))
        began = asyncio.get_running_loop().time()
        await desk.until(lambda: desk.ended == [reply(1)])
        assert asyncio.get_running_loop().time() - began < 2


async def test_due_jobs_start_in_the_order_in_which_they_are_due(place: Place) -> None:
    desk = Desk()
    await enqueue(place, [reply(1)], due=START + 2 * SOON)
    await enqueue(place, [reply(2)], due=START + SOON)
    place.clock.move(3 * SOON)
    async with working(place.runner, desk):
        await desk.until(lambda: len(desk.ended) == 2)
    assert desk.ended == [reply(2), reply(1)]


async def test_a_job_given_up_stays_in_the_records_and_lets_the_line_go_on(place: Place) -> None:
    desk = Desk()
    desk.say(reply(1), GivenUp("the mailbox is gone"))
    async with working(place.runner, desk):
        await enqueue(place, [reply(1), reply(2)])
        assert await place.runner.drained(10)
    assert desk.ended == [reply(1), reply(2)]
    backlog = await place.runner.backlog()
    assert (backlog.waiting, backlog.running, backlog.failed) == (0, 0, 1)
    assert backlog.newest_failure is not None
    assert abs(backlog.newest_failure - place.clock.now()) < timedelta(minutes=1)


async def test_jobs_that_were_given_up_are_told_retried_and_forgotten(place: Place) -> None:
    desk = Desk()
    for number in (1, 3):
        desk.say(reply(number), GivenUp("the mailbox is gone"))
    async with working(place.runner, desk):
        await enqueue(place, [reply(1), reply(2), reply(3)])
        assert await place.runner.drained(10)
        first, second = await place.store.run(lambda unit: unit.jobs.given_up())
        assert (first.job, first.kind, first.attempts, first.reason) == (
            reply(1), "deliver reply", 1, "the mailbox is gone",
        )  # fmt: skip
        assert abs(first.at - place.clock.now()) < timedelta(minutes=1)

        # One that is neither there nor given up is left alone.
        assert await place.store.run(lambda unit: retry(unit, [first.id, 999])) == (1, 1)
        assert await place.runner.drained(10)
        assert desk.ended == [reply(1), reply(2), reply(3), reply(1)]
        assert await place.store.run(lambda unit: unit.jobs.given_up()) == (second,)
        assert await place.store.run(lambda unit: forget(unit, [])) == 1
        assert await place.store.run(lambda unit: unit.jobs.given_up()) == ()


async def test_what_was_given_up_is_forgotten_after_a_month(place: Place) -> None:
    desk = Desk()
    desk.say(reply(1), GivenUp("the mailbox is gone"))
    async with working(place.runner, desk):
        await enqueue(place, [reply(1)])
        assert await place.runner.drained(10)
    await place.store.run(lambda unit: forget_old(unit, place.clock.now()))
    assert (await place.runner.backlog()).failed == 1
    await place.store.run(lambda unit: forget_old(unit, place.clock.now() + KEPT + timedelta(minutes=1)))
    assert (await place.runner.backlog()).failed == 0


async def test_a_handler_that_raises_is_asked_again_in_a_minute(place: Place) -> None:
    desk = Desk()
    desk.say(reply(1), KeyError("a defect"))
    async with working(place.runner, desk):
        await enqueue(place, [reply(1), reply(2, ticket=1002)])
        assert await place.runner.drained(10)
        assert sorted(desk.ended, key=repr) == [reply(1), reply(2, ticket=1002)]
        place.clock.move(timedelta(seconds=61))
        await desk.until(lambda: len(desk.ended) == 3)
    assert (desk.started[-1].job, desk.started[-1].attempt) == (reply(1), 2)


async def test_a_process_killed_in_the_middle_leaves_its_job_to_the_next(place: Place) -> None:
    desk = Desk()
    desk.hold(reply(1))
    async with working(place.runner, desk):
        await enqueue(place, [reply(1), reply(2)])
        await desk.until(lambda: reply(1) in desk.running)
        assert (await place.runner.backlog()).running == 1
        survivor = await place.after_a_kill()
    later = Desk()
    async with working(survivor.runner, later):
        await later.until(lambda: len(later.ended) == 2)
        assert await survivor.runner.drained(10)
    # The attempt that was cut off counts: a job that kills its process is not run for ever.
    assert [(claimed.job, claimed.attempt) for claimed in later.started] == [(reply(1), 2), (reply(2), 1)]


async def test_a_runner_that_is_stopped_puts_its_jobs_back(place: Place) -> None:
    desk = Desk()
    desk.hold(reply(1))
    async with working(place.runner, desk):
        await enqueue(place, [reply(1), EnrichTicket(TICKET)])
        await desk.until(lambda: reply(1) in desk.running and EnrichTicket(TICKET) in desk.ended)
    assert desk.running == set()
    backlog = await place.runner.backlog()
    assert (backlog.waiting, backlog.running) == (1, 0)
    later = Desk()
    async with working(place.runner, later):
        assert await place.runner.drained(10)
    assert [(claimed.job, claimed.attempt) for claimed in later.started] == [(reply(1), 1)]


async def test_a_full_queue_is_not_called_drained(place: Place) -> None:
    desk = Desk()
    release = desk.hold(reply(1))
    async with working(place.runner, desk):
        await enqueue(place, [reply(1), reply(2)])
        assert not await place.runner.drained(0.05)
        release.set()
        assert await place.runner.drained(10)
        assert desk.ended == [reply(1), reply(2)]


async def test_the_backlog_tells_how_long_the_oldest_waits(place: Place) -> None:
    assert (await place.runner.backlog()).oldest_due is None
    await enqueue(place, [reply(1)], due=START - SOON)
    await enqueue(place, [reply(2), reply(3)])
    backlog = await place.runner.backlog()
    assert (backlog.waiting, backlog.running, backlog.failed, backlog.oldest_due) == (3, 0, 0, START - SOON)
