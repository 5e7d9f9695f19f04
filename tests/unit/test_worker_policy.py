"""One policy turns a failure word into a verdict."""

from dataclasses import fields

import pytest

from bot.domain.events import TicketId
from bot.domain.jobs import DeliverReply, EnrichTicket, SettleReply, SyncCard
from bot.domain.people import Platform
from bot.domain.replies import ReplyId
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from bot.ports.jobs import Again, ClaimedJob, GivenUp, Verdict
from bot.services.waits import Waits
from bot.worker import UseCases, Worker, verdict_for
from integrations.simulator.clock import MovableClock
from tests.unit.fake_desk import START

WAITS = Waits(job_retry=5.0, job_retry_most=900.0)


def pause(failure: Failure, attempt: int) -> float:
    verdict = verdict_for(failure, attempt, 200, WAITS)
    assert isinstance(verdict, float)
    return verdict


def test_what_is_permanent_is_given_up_at_once() -> None:
    assert verdict_for(Permanent("gone."), 1, 200, WAITS) == GivenUp("gone.")


@pytest.mark.parametrize("failure", [Transient("busy."), Uncertain("lost."), Misconfigured("key.")])
def test_everything_is_given_up_at_last(failure: Failure) -> None:
    assert verdict_for(failure, 200, 200, WAITS) == GivenUp(failure.reason)


@pytest.mark.parametrize("word", [Transient, Uncertain])
def test_pauses_double_up_to_the_longest_and_are_spread(word: type[Failure]) -> None:
    for attempt, middle in [(1, 5.0), (2, 10.0), (5, 80.0), (9, 900.0), (150, 900.0)]:
        assert middle * 0.8 <= pause(word("busy."), attempt) <= middle * 1.2
    assert len({pause(word("busy."), 3) for _ in range(20)}) > 1


def test_the_vendors_own_wish_is_kept_to_the_second() -> None:
    assert pause(Transient("429.", retry_after=37.0), 7) == 37.0


def test_what_a_person_must_repair_is_tried_at_the_slowest_pace() -> None:
    assert pause(Misconfigured("key."), 1) == 900.0


def test_a_fifth_word_is_a_defect() -> None:
    with pytest.raises(TypeError):
        verdict_for(Failure("?"), 1, 200, WAITS)


class Failing:
    """A use case of which every call fails with one word."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure

    async def sync(self, *_job: object) -> None:
        raise self.failure

    enrich = deliver = settle = sync


JOBS = {
    job.kind: job
    for job in (
        SyncCard(TicketId(1), Platform.SLACK, "C1"),
        EnrichTicket(TicketId(1)),
        DeliverReply(ReplyId(1), TicketId(1)),
        SettleReply(ReplyId(1), TicketId(1)),
    )
}


async def verdict(kind: str, failure: Failure, attempt: int) -> Verdict:
    failing = Failing(failure)
    use_cases = UseCases(*(failing,) * len(fields(UseCases)))  # type: ignore[arg-type]
    claimed = ClaimedJob(1, JOBS[kind], attempt, START, {})
    return await Worker(use_cases, MovableClock(start=START, rate=0.0), WAITS)(claimed)


@pytest.mark.parametrize("failure", [Permanent("archived."), Misconfigured("not in channel."), Transient("busy.")])
@pytest.mark.parametrize("kind", [SyncCard.kind, EnrichTicket.kind])
async def test_cards_and_orders_are_never_given_up(kind: str, failure: Failure) -> None:
    told = await verdict(kind, failure, 5000)
    assert isinstance(told, Again)
    assert (told.at - START).total_seconds() == pytest.approx(900.0, rel=0.2)


@pytest.mark.parametrize(("kind", "most"), [(DeliverReply.kind, 200), (SettleReply.kind, 5)])
async def test_other_work_is_given_up_after_so_many_tries(kind: str, most: int) -> None:
    assert isinstance(await verdict(kind, Transient("busy."), most - 1), Again)
    assert await verdict(kind, Transient("busy."), most) == GivenUp("busy.")
    assert await verdict(kind, Permanent("gone."), 1) == GivenUp("gone.")
