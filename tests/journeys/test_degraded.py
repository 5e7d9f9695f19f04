"""What the desk depends on goes away, alone and together, in the middle and before the start. Mail is taken in where it
can be, cards say what is pending, and all of it is caught up with, once and in order."""

import asyncio
import re
from itertools import combinations
from pathlib import Path

import httpx
import pytest

from bot import app
from bot.settings import HttpSettings
from tests.contract.postgres_server import postgres_server
from tests.journeys import kept
from tests.journeys.agents import Agent
from tests.journeys.operator_at_work import free_port
from tests.journeys.outages import Outage, Service
from tests.journeys.shop import Shop, brisk, shop, until, until_true

pytestmark = pytest.mark.timeout(120)

DATABASE, IMAP, SLACK, SMTP, WALMART = (
    Service.DATABASE, Service.IMAP, Service.SLACK, Service.SMTP, Service.WALMART,
)  # fmt: skip
VENDORS = (WALMART, SLACK, SMTP, IMAP)
ALONE = [(service,) for service in VENDORS]
PAIRS = list(combinations(VENDORS, 2))
_QUESTION = re.compile(r"Question \d+[ab]\?")


def asks(acme: Shop, words: str) -> None:
    acme.buyer(f"Buyer{words[9:-1]} Smith").write(acme.seller, words, purchase=acme.purchase(acme.order()))


def shown(acme: Shop) -> list[str]:
    """The questions on the channel's cards, in the order in which they were posted."""
    return [found for card in acme.cards for found in _QUESTION.findall(acme.text_of(card))[:1]]


def answers(acme: Shop) -> list[str]:
    return sorted(reply.text.strip() for reply in acme.mail.records.replies)


async def lives_through(acme: Shop, outage: Outage, number: int, down: tuple[Service, ...]) -> None:
    """Two buyers write while something is down, and an agent answers one who wrote before where that is possible."""
    await outage.begins(down)
    can_click = number > 0 and not {SLACK, DATABASE} & set(down)
    if can_click:
        card = await acme.card(f"Question {number - 1}a?")
        await Agent(acme, acme.ana).reply(card, f"Answer {number - 1}.")
    for letter in "ab":
        asks(acme, f"Question {number}{letter}?")
    if not {IMAP, DATABASE} & set(down):
        # Taken in and kept, whoever else is away.
        await kept.settled(acme, 2 * number + 2)
    if can_click and SMTP in down:
        waiting = acme.text_of(await acme.card("waits:"))
        assert "it is tried again by itself" in waiting
        assert "that Ana Ruiz wrote" in waiting
    if down == (WALMART,):
        pending = acme.text_of(await acme.card(f"Question {number}a?"))
        assert "order" in pending.lower()
    await asyncio.sleep(0.3)
    await outage.ends(down)
    await acme.card(f"Question {number}b?")
    if can_click:
        await until(lambda: f"Answer {number - 1}." in answers(acme), f"answer {number - 1}")


async def nothing_is_lost_or_doubled(acme: Shop, outages: int) -> None:
    asked = sorted(f"Question {number}{letter}?" for number in range(outages) for letter in "ab")
    await until(lambda: len(acme.cards) >= len(asked), "all cards")
    assert acme.desk is not None
    assert await acme.desk.adapters.runner.drained(20)
    assert sorted(shown(acme)) == asked
    assert len(set(answers(acme))) == len(answers(acme))
    assert not acme.mail.records.violations


async def test_vendors_go_away_in_the_middle_alone_in_pairs_and_all_at_once(tmp_path: Path) -> None:
    outages = [*ALONE, *PAIRS, VENDORS]
    async with brisk(tmp_path) as acme:
        outage = Outage(acme)
        async with acme.open():
            for number, down in enumerate(outages):
                await lives_through(acme, outage, number, down)
            await nothing_is_lost_or_doubled(acme, len(outages))
            # Nobody can press a button while Slack is away, and the first outage has nothing to answer yet.
            assert len(answers(acme)) == sum(number > 0 and SLACK not in down for number, down in enumerate(outages))
            assert acme.desk is not None
            assert (await acme.desk.adapters.runner.backlog()).failed == 0


async def test_the_desk_starts_while_vendors_are_away(tmp_path: Path) -> None:
    outages = [*ALONE, VENDORS]
    async with brisk(tmp_path) as acme:
        outage = Outage(acme)
        for number, down in enumerate(outages):
            await outage.begins(down)
            async with acme.open():
                for letter in "ab":
                    asks(acme, f"Question {number}{letter}?")
                if IMAP not in down:
                    await kept.settled(acme, 2 * number + 2)
                await outage.ends(down)
                await acme.card(f"Question {number}b?")
                await nothing_is_lost_or_doubled(acme, number + 1)


async def test_the_database_goes_away_in_the_middle_alone_and_with_others(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    server = postgres_server(pytestconfig)
    outages: list[tuple[Service, ...]] = [
        (DATABASE,),
        (SLACK,),
        (DATABASE, SLACK),
        (DATABASE, IMAP, SMTP),
        tuple(Service),
    ]
    async with shop(tmp_path, database_url=server.url(server.database())) as acme:
        outage = Outage(acme, server)
        async with acme.open():
            for number, down in enumerate(outages):
                await lives_through(acme, outage, number, down)
            await Agent(acme, acme.ana).reply(await acme.card("Question 4a?"), "The last answer.")
            await until(lambda: "The last answer." in answers(acme), "the answer")
            await nothing_is_lost_or_doubled(acme, len(outages))


async def test_the_desk_waits_for_a_database_that_is_away_at_the_start_and_says_so(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    server = postgres_server(pytestconfig)
    async with shop(tmp_path, database_url=server.url(server.database())) as acme, httpx.AsyncClient() as client:
        port = free_port()
        settings = acme.settings.model_copy(update={"http": HttpSettings(port=port)})
        outage, stop = Outage(acme, server), asyncio.Event()
        await outage.begins([DATABASE, SLACK])
        asks(acme, "Question 0a?")
        running = asyncio.create_task(app.run(settings, stop=stop))

        async def answers_with(status: int) -> bool:
            try:
                return (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == status
            except httpx.TransportError:
                return False

        await until_true(lambda: answers_with(503), "/healthz")
        told = (await client.get(f"http://127.0.0.1:{port}/healthz")).json()
        assert "does not answer" in told["parts"]["database"]["problem"]
        await outage.ends([DATABASE, SLACK])
        await acme.card("Question 0a?")
        await until_true(lambda: answers_with(200), "a healthy desk")
        stop.set()
        await running


async def test_a_desk_that_waits_for_its_database_can_be_stopped(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    server = postgres_server(pytestconfig)
    async with shop(tmp_path, database_url=server.url(server.database())) as acme:
        outage, stop = Outage(acme, server), asyncio.Event()
        await outage.begins([DATABASE])
        try:
            running = asyncio.create_task(
                app.run(acme.settings.model_copy(update={"http": HttpSettings(port=0)}), stop=stop)
            )
            await asyncio.sleep(0.3)
            assert not running.done()
            stop.set()
            await asyncio.wait_for(running, 5)
        finally:
            await outage.ends([DATABASE])
