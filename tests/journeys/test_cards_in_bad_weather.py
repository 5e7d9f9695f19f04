"""Slack is away, or has enough: no card is lost, none is doubled, and after an outage they come in order."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from bot.settings import SlackSettings
from integrations.simulator.faults import Fault, FaultKind
from tests.journeys import kept
from tests.journeys.question import RATE
from tests.journeys.shop import Shop, brisk, shop, until


def write(acme: Shop, number: int) -> None:
    acme.buyer(f"Buyer{number} Smith").write(acme.seller, f"Question {number}?", purchase=acme.purchase(acme.order()))


def shown(acme: Shop) -> list[int]:
    return [next(n for n in range(20) if f"Question {n}?" in acme.text_of(card)) for card in acme.cards]


async def test_slack_is_away_at_the_start_and_mail_is_taken_in_all_the_same(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        port = urlsplit(acme.slack.api_url).port or 0
        await acme.slack.stop()
        async with acme.open():
            for number in range(4):
                write(acme, number)
                await kept.settled(acme, number + 1)
            assert len(await kept.tickets(acme)) == 4

            await acme.slack.start(port=port)
            await until(lambda: len(acme.cards) == 4, "the cards, now that Slack is back", within=15)
            assert shown(acme) == [0, 1, 2, 3]


async def test_slack_goes_away_in_the_middle(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        write(acme, 0)
        await acme.card("Question 0?")
        port = urlsplit(acme.slack.api_url).port or 0
        await acme.slack.stop()
        for number in range(1, 5):
            write(acme, number)
            await kept.settled(acme, number + 1)
        await acme.clock.sleep(5)

        await acme.slack.start(port=port)
        await until(lambda: len(acme.cards) == 5, "the cards, now that Slack is back", within=15)
        assert shown(acme) == [0, 1, 2, 3, 4]


async def test_a_storm_of_refusals_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        enough = Fault(FaultKind.STATUS, status=429, retry_after=1)
        acme.faults.order("slack:chat.postMessage", enough, times=7)
        for number in range(5):
            write(acme, number)
        await until(lambda: len(acme.cards) == 5, "all cards", within=15)
        await acme.clock.sleep(5)
        assert sorted(shown(acme)) == [0, 1, 2, 3, 4]


async def test_a_desk_that_was_started_without_tokens_posts_its_cards_once_it_has_them(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme:
        with_tokens = acme.settings
        acme.settings = with_tokens.model_copy(update={"slack": SlackSettings()})
        async with acme.open():
            acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
            assert acme.desk is not None
            await kept.settled(acme, 1)
            # By now the card's job has been tried more than once.
            await asyncio.sleep(0.5)
            assert (await acme.desk.adapters.runner.backlog()).failed == 0
        acme.settings = with_tokens
        async with acme.open():
            await acme.card("Where is my parcel?")
