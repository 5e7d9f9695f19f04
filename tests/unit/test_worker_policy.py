"""One policy turns a failure word into a verdict."""

import pytest

from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from bot.ports.jobs import GivenUp
from bot.services.waits import Waits
from bot.worker import verdict_for

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
