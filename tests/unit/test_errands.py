"""What takes longer than a person may be kept: begun at once, and its answer brought to where they wait."""

from dataclasses import dataclass

import pytest

from bot.domain.jobs import Job, Lane, RunErrand, job_from, lane, payload, serial_key
from bot.domain.people import AgentId, Platform
from bot.domain.sites import Channel
from bot.domain.where import Where
from bot.i18n import Texts
from bot.i18n.pieces import plain
from bot.ports.chat import Answer, OnlyYou
from bot.ports.failures import Permanent, Transient
from bot.ports.store import NotFound
from bot.services.acting import only_you, refuse_field
from bot.services.errands import Errands, Sent
from bot.services.waits import Waits
from bot.views.ticket_card import Tone
from integrations.simulator.clock import MovableClock
from tests.fakes.chat import FakeChat

WHERE = Where(Platform.SLACK, "U1", "C1", "V1")
JOB = RunErrand("look", "7", AgentId(1), WHERE)


@dataclass
class Look:
    failure: Exception | None = None

    async def __call__(self, sent: Sent) -> Answer:
        if self.failure is not None:
            raise self.failure
        return only_you(sent.texts.line("{about} is well.", about=sent.about), tone=Tone.GOOD)


async def told(failure: Exception | None = None) -> Answer:
    clock = MovableClock()
    chat = FakeChat(clock)
    errands = Errands(
        {"look": Look(failure)},
        chats={Platform.SLACK: chat.chat()},
        texts=_english,
        clock=clock,
        waits=Waits(form_rest=0.01),
    )
    await errands.run(JOB, clock.now())
    ((where, answer),) = chat.refreshed
    assert where == WHERE
    return answer


def _english(_channel: Channel) -> Texts:
    return Texts()


def words(answer: Answer) -> str:
    assert isinstance(answer, OnlyYou)
    return plain(answer.notice.lines[0])


async def test_what_could_not_be_done_is_told_to_whoever_waits() -> None:
    assert "This could not be done: Walmart is down. Try again." in words(await told(Transient("Walmart is down.")))
    assert "somebody has removed it" in words(await told(NotFound("site 7")))
    refused = refuse_field("key", "This is not a key.")
    assert await told(refused) == refused.answer


async def test_the_errands_answer_is_brought_to_where_it_was_asked_for() -> None:
    assert words(await told()) == "7 is well."


async def test_a_failure_to_tell_is_the_jobs_own_and_an_errand_of_another_release_is_given_up() -> None:
    clock = MovableClock()
    chat = FakeChat(clock)
    errands = Errands({}, chats={Platform.SLACK: chat.chat()}, texts=_english, clock=clock, waits=Waits())
    with pytest.raises(Permanent, match="'look'"):
        await errands.run(JOB, clock.now())
    assert chat.refreshed == []


def test_the_job_carries_where_to_answer_and_one_thing_is_looked_at_once_at_a_time() -> None:
    kept: Job = job_from(JOB.kind, payload(JOB))
    assert kept == JOB
    assert lane(JOB) is Lane.INTERACTIONS
    assert serial_key(JOB) == "errand:look:7"
