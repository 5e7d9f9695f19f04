"""Several desks on one database: each letter one card, each reply one mail, whichever of them is asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.app import assembled
from tests.contract.postgres_server import postgres_server
from tests.journeys.shop import Shop, shop, until

pytestmark = pytest.mark.timeout(90)


@asynccontextmanager
async def replicas(acme: Shop, count: int) -> AsyncIterator[list[asyncio.Event]]:
    """Run several desks; setting a desk's event stops it."""
    async with AsyncExitStack() as stack:
        stops, running = [], []
        for _number in range(count):
            desk = await stack.enter_async_context(assembled(acme.settings, clock=acme.clock))
            stops.append(asyncio.Event())
            running.append(asyncio.create_task(desk.application.run(stops[-1])))
        try:
            yield stops
        finally:
            for stop in stops:
                stop.set()
            await asyncio.gather(*running)


async def test_three_desks_work_as_one(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    server = postgres_server(pytestconfig)
    url = server.url(server.database())
    async with shop(tmp_path, database_url=url) as acme, replicas(acme, 3) as stops:
        orders = [acme.order() for _number in range(6)]
        for number, order in enumerate(orders):
            acme.buyer(f"Buyer{number} Smith").write(acme.seller, f"Question {number}", purchase=acme.purchase(order))
        cards = [await acme.card(f"Question {number}") for number in range(6)]

        # Whoever of the three watches the mailbox, the others go on when one of them ends.
        stops[0].set()
        for number, card in enumerate(cards):
            await acme.reply(acme.ana, card, f"Answer {number}")
        records = acme.mail.records
        await until(lambda: len(records.replies) >= 6, "all answers")
        acme.buyer("Late Smith").write(acme.seller, "Am I too late?", purchase=acme.purchase(acme.order()))
        await acme.card("Am I too late?")

        assert len(acme.cards) == 7
        assert sorted(reply.text.strip() for reply in records.replies) == [f"Answer {number}" for number in range(6)]
        assert not records.violations
