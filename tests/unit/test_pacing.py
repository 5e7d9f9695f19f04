"""Slots, pauses and who is in line."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot.ports.failures import Permanent, Transient, Unreachable
from bot.ports.jobs import Pace
from bot.services.pacing import InLine, NotYet, Pacing
from bot.services.waits import Waits
from integrations.simulator.clock import MovableClock
from tests.fakes.store import FakeStore

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PACE = Pace("slack:chat.postMessage:C1", SECOND)


class FrozenClock(MovableClock):
    """Stands still until it is moved; whoever sleeps on it moves it."""

    def __init__(self) -> None:
        super().__init__(start=START, rate=0.0)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.move(timedelta(seconds=seconds))


class Desk:
    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.pacing = Pacing(FakeStore(self.clock), self.clock, Waits(chat_silence=5.0, chat_silence_most=60.0))

    async def moved(self, reserved: dict[str, datetime] | None = None, what: str = "") -> NotYet:
        with pytest.raises(NotYet) as moved:
            await self.pacing.wait(PACE, dict(reserved or {}), what)
        return moved.value

    async def refused(self, failure: Transient) -> NotYet:
        async def act() -> None:
            raise failure

        with pytest.raises(NotYet) as moved:
            await self.pacing.call(PACE, act)
        return moved.value


async def test_a_slot_that_is_near_is_waited_for_and_a_far_one_moves_the_job() -> None:
    desk = Desk()
    await desk.pacing.wait(PACE, {})
    await desk.pacing.wait(PACE, {})
    assert desk.clock.now() == START + SECOND
    await desk.pacing.reserve(PACE, {})
    far = await desk.moved()
    assert far.at == START + 3 * SECOND

    desk.clock.move(2 * SECOND)
    await desk.pacing.wait(PACE, far.reserved)
    assert desk.clock.now() == far.at


async def test_of_two_jobs_for_one_thing_one_is_in_line() -> None:
    desk = Desk()
    for _ in range(2):
        await desk.pacing.reserve(PACE, {})
    in_line = await desk.moved(what="1001 in C1")
    with pytest.raises(InLine):
        await desk.pacing.wait(PACE, {}, "1001 in C1")
    # No slot was spent on the second one.
    assert (await desk.moved(what="1002 in C1")).at == in_line.at + SECOND
    desk.clock.move(in_line.at - START)
    await desk.pacing.wait(PACE, in_line.reserved, "1001 in C1")


async def test_a_pause_moves_everybody_behind_it_in_order() -> None:
    desk = Desk()
    await desk.pacing.wait(PACE, {})
    await desk.pacing.reserve(PACE, {})
    second, third = await desk.moved(), await desk.moved()
    desk.clock.move(SECOND / 2)

    probing = await desk.refused(Transient("too many calls", retry_after=30))

    assert probing.at == desk.clock.now() + 30 * SECOND
    desk.clock.move(second.at - desk.clock.now())
    assert (await desk.moved(second.reserved)).at == second.at + 30 * SECOND
    desk.clock.move(SECOND)
    assert (await desk.moved(third.reserved)).at == third.at + 30 * SECOND
    assert (await desk.moved()).at > third.at + 30 * SECOND


async def test_who_asks_during_a_pause_comes_behind_the_one_who_probes() -> None:
    desk = Desk()
    await desk.pacing.wait(PACE, {})
    probing = await desk.refused(Unreachable("nobody is there"))
    assert (await desk.moved()).at > probing.at


async def test_silence_grows_until_somebody_answers() -> None:
    desk = Desk()
    waits = []
    for _ in range(6):
        before = desk.clock.now()
        probing = await desk.refused(Unreachable("nobody is there"))
        waits.append((probing.at - before).total_seconds())
        desk.clock.move(probing.at - before)
    assert waits == [5, 10, 20, 40, 60, 60]

    async def answered() -> str:
        return "posted"

    assert await desk.pacing.call(PACE, answered) == "posted"
    before = desk.clock.now()
    assert (await desk.refused(Unreachable("gone again"))).at - before == 5 * SECOND


@pytest.mark.parametrize("failure", [Transient("one card's own trouble"), Permanent("refused")])
async def test_one_cards_own_trouble_stops_nobody_else(failure: Transient | Permanent) -> None:
    desk = Desk()

    async def act() -> None:
        raise failure

    with pytest.raises(type(failure)):
        await desk.pacing.call(PACE, act)
    await desk.pacing.wait(PACE, {})
    assert desk.clock.now() == START


async def test_jobs_that_are_late_come_one_after_the_other() -> None:
    desk = Desk()
    for _ in range(2):
        await desk.pacing.reserve(PACE, {})
    late = [await desk.moved() for _ in range(3)]
    desk.clock.move(60 * SECOND)
    called = []
    for job in late:
        await desk.pacing.wait(PACE, job.reserved)
        called.append(desk.clock.now())
    assert [later - earlier for earlier, later in itertools.pairwise(called)] == [SECOND, SECOND]


async def test_late_jobs_do_not_hold_every_worker() -> None:
    desk = Desk()
    gate = desk.pacing._gates[PACE.key]
    async with gate:
        first = asyncio.create_task(desk.pacing.arrive(PACE, START))
        await asyncio.sleep(0)
        with pytest.raises(NotYet) as moved:
            await desk.pacing.arrive(PACE, START)
        assert moved.value.at == START + 2 * SECOND
        assert moved.value.reserved[PACE.key] == START
    await first
