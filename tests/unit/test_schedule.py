"""The table of periodic work: each slot is claimed once, whoever fires it and however late."""

import asyncio
from datetime import timedelta

from bot.domain.jobs import ReadNewMail
from bot.schedule import Schedule, Tick, ticks
from bot.services.waits import Waits
from tests.unit.fake_desk import FakeDesk


async def fire(desk: FakeDesk, schedule: Schedule, tick: Tick) -> int:
    """Return how many jobs the firing enqueued."""
    before = (await desk.runner.backlog()).waiting
    await schedule._fire(tick)
    return (await desk.runner.backlog()).waiting - before


async def test_two_processes_fire_a_slot_once() -> None:
    desk = FakeDesk()
    await desk.set_up()
    waits = Waits(tick=30.0)
    one, other = Schedule(desk.store, desk.clock, waits), Schedule(desk.store, desk.clock, waits)
    reading = ticks(waits)[0]
    assert [await fire(desk, one, reading), await fire(desk, other, reading)] == [1, 0]
    desk.clock.move(timedelta(seconds=31))
    assert await fire(desk, other, reading) == 1


async def test_a_clock_that_went_back_fires_no_slot_again() -> None:
    desk = FakeDesk()
    await desk.set_up()
    waits = Waits(tick=30.0)
    schedule, reading = Schedule(desk.store, desk.clock, waits), ticks(waits)[0]
    await fire(desk, schedule, reading)
    desk.clock.move(timedelta(minutes=5))
    assert await fire(desk, schedule, reading) == 1
    desk.clock.move(timedelta(minutes=-5))
    assert await fire(desk, schedule, reading) == 0


async def test_every_mailbox_is_read_again_and_old_clicks_are_forgotten() -> None:
    desk = FakeDesk()
    await desk.set_up()
    names = [tick.name for tick in ticks(Waits())]
    assert len(names) == len(set(names))
    reading, _looking, forgetting, _forgetting_failures = ticks(Waits())
    await desk.store.run(lambda uow: reading.work(uow, desk.clock.now()))
    await desk.store.run(lambda uow: forgetting.work(uow, desk.clock.now()))
    mailboxes = await desk.store.read(lambda snapshot: snapshot.mailboxes.all())
    jobs = [ReadNewMail(mailbox.id) for mailbox in mailboxes]
    assert (await desk.runner.backlog()).waiting == len(jobs) == 1


async def test_it_fires_by_itself_and_a_failing_slot_does_not_stop_the_next() -> None:
    desk = FakeDesk()
    fired: list[int] = []

    class Flaky:
        async def run(self, work: object) -> None:
            fired.append(len(fired))
            if len(fired) == 1:
                raise RuntimeError("the database was away")

    schedule = Schedule(Flaky(), desk.clock, Waits(tick=0.05))  # type: ignore[arg-type]
    schedule.start()
    async with asyncio.timeout(5):
        while len(fired) < 3:  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)
    schedule.stop()
