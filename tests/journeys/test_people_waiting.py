"""Slack waits three seconds for an answer; people are told the truth however slow the desk is, and logs keep secrets."""

import asyncio
import io
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
import structlog

from bot.application import Adapters
from bot.ports.store import Snapshot, Store, UnitOfWork
from integrations.simulator.faults import Fault, FaultKind
from tests.journeys.question import asked
from tests.journeys.shop import SHORT, until

T = TypeVar("T")


class SlowStore:
    """A database that takes `seconds` for every transaction, once it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._store: Store | None = None

    def into(self, adapters: Adapters) -> Adapters:
        self._store = adapters.store
        return replace(adapters, store=self)

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        assert self._store is not None
        await asyncio.sleep(self.seconds)
        return await self._store.run(work)

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        assert self._store is not None
        await asyncio.sleep(self.seconds)
        return await self._store.read(work)


async def test_a_slow_database_is_told_in_time_and_the_text_stays(tmp_path: Path) -> None:
    slow = SlowStore()
    async with asked(tmp_path, waits=replace(SHORT, answer=0.8), change=slow.into) as here:
        await here.ana.open(here.card)
        slow.seconds = 1.5
        outcome = await here.ana.send("Hello.")
        assert outcome.acknowledged, "within three seconds"
        assert "too long" in " ".join(outcome.errors.values())
        assert here.ana.typed() == "Hello."
        slow.seconds = 0.0
        assert (await here.ana.send("Hello.")).action == "clear"
        await here.left(1)


async def test_a_press_is_acknowledged_before_any_call_of_slack_that_answers_it(tmp_path: Path) -> None:
    async with asked(tmp_path, rate=1.0) as here:
        await here.ana.press(here.card, "show_recipient")
        here.shop.faults.order("slack:views.open", Fault(FaultKind.DELAY, seconds=2.0))
        here.shop.faults.order("slack:response_url", Fault(FaultKind.DELAY, seconds=2.0))
        loop = asyncio.get_running_loop()
        for act in ("reply", "show_recipient"):
            before = loop.time()
            assert (await here.ana.press(here.card, act)).acknowledged
            assert loop.time() - before < 1.0, act
        here.shop.faults.clear()


async def test_every_interaction_delivered_twice_happens_once(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        here.shop.slack.socket.repeat_next(6)
        await here.ana.press(here.card, "take")
        await here.ana.open(here.card)
        await here.ana.send("Hello.")
        await here.left(1)
        await here.ana.press(here.card, "resolve")
        await here.shop.card("Solved")
        await here.ana.open(here.card, "history")
        seen = here.ana.seen()
        assert [seen.count(what) for what in ("taken", "reply written", "solved")] == [1, 1, 1]


async def test_no_log_holds_a_buyers_words_an_address_or_a_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lines = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.WriteLoggerFactory(file=lines),
        cache_logger_on_first_use=False,
    )
    try:
        async with asked(tmp_path) as here:
            here.shop.faults.order(
                "smtp:RCPT", Fault(FaultKind.STATUS, status=451, code=f"<{here.letter.reply_address}>")
            )
            here.shop.faults.order("slack:chat.update", Fault(FaultKind.ERROR, code="internal_error"))
            await here.ana.reply(here.card, "Zanzibar answer.")
            await here.left(1)
            here.shop.faults.order(
                "smtp:RCPT", Fault(FaultKind.STATUS, status=550, code=f"<{here.letter.reply_address}>")
            )
            await here.ana.person.say(here.shop.channel, "Zanzibar thread.", here.card.ts)
            await here.ana.press(await here.ana.told("Zanzibar thread."), "send_to_buyer")
            await here.shop.card("was not sent")
            secrets = [
                "Zanzibar",
                "Hello?",
                "Maria",
                here.letter.reply_address,
                here.shop.slack.bot_token,
                here.shop.slack.app_token,
                "secret-1",
            ]
            await until(lambda: "job failed" in lines.getvalue(), "something in the log")
    finally:
        structlog.reset_defaults()
    ours = [
        record.getMessage()
        for record in caplog.records
        # What the stand-ins and their servers log is not the desk's; below a warning nothing of a library is written.
        if record.levelno >= logging.WARNING
    ]
    for written in (lines.getvalue(), "\n".join(ours)):
        assert [secret for secret in secrets if secret.lower() in written.lower()] == []
