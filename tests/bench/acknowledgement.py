"""A click to its acknowledgement at 50 clicks a second, beside a Bolt handler that makes one durable commit.

The click is *Take*: the product checks person and role, changes the ticket, writes the event, enqueues the card's
update, and works on those updates meanwhile. Both get the same payloads from the same cards.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from statistics import median, quantiles

from integrations.simulator.slack.messages import Content, Message
from tests.bench.filling import FIRST, fill_sqlite
from tests.bench.goals import Figure
from tests.bench.processes import running
from tests.bench.sizes import Sizes
from tests.bench.stocked import carded, new_directory, until_connected
from tests.bench.world import World, environment, world

_EVERY = 1 / 50
_WARM = 25


async def acknowledgement(sizes: Sizes) -> list[Figure]:
    ours: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="relaydesk-bench-") as place:
        for number in range(sizes.click_rounds):
            # A ticket is taken once, so each round has new ones.
            async with world() as shop:
                directory = new_directory(Path(place), str(number))
                settings = shop.settings(directory)
                card = await carded(shop, settings, directory)
                fill_sqlite(directory / "relaydesk.db", sizes.clicks + _WARM)
                cards = _cards(shop, card, sizes.clicks + _WARM)
                log = directory / "log"
                desk = running("bot", "run", log=log, given=environment(settings), gracefully=True)
                ours.append(await _clicked(shop, cards, desk, 2))
                slack = settings.slack
                given = (slack.api_url, slack.bot_token.get_secret_value(), slack.app_token.get_secret_value())
                handler = running("tests.bench.bare.clicks", *given, str(directory / "bare"), log=log)
                bare.append(await _clicked(shop, cards, handler, 1))
    return [_figure("ack_p50", 0, ours, bare), _figure("ack_p99", 1, ours, bare)]


def _figure(key: str, which: int, ours: Sequence[tuple[float, float]], bare: Sequence[tuple[float, float]]) -> Figure:
    mine, other = [each[which] for each in ours], [each[which] for each in bare]
    ratios = tuple(one / two for one, two in zip(mine, other, strict=True))
    detail = f"{median(mine) * 1000:.1f} ms; bare {median(other) * 1000:.1f} ms"
    return Figure(key, median(ratios), detail, ratios)


def _cards(shop: World, card: Message, count: int) -> list[Message]:
    """Cards in the channel as the product draws them, one for each of the tickets that were filled in."""
    drawn = json.dumps(card.content.blocks)
    ticket = _take_button(card)[1].split(":")[1]
    place, bot = shop.slack.workspace.channels[card.channel], shop.slack.posting.bot()
    made = []
    for number in range(FIRST, FIRST + count):
        blocks = json.loads(drawn.replace(f":{ticket}:", f":{number}:"))
        made.append(shop.slack.posting.post(place, bot, Content("A card", blocks), method="chat.postMessage"))
    return made


def _take_button(card: Message) -> tuple[str, str]:
    """Action id and value."""
    for block in card.content.blocks:
        elements = block.get("elements")
        for element in elements if isinstance(elements, list) else []:
            if isinstance(element, dict) and str(element.get("value", "")).startswith("take:"):
                return str(element["action_id"]), str(element["value"])
    raise RuntimeError("the card offers nobody to take it: nothing can be measured")


async def _clicked(
    shop: World, cards: Sequence[Message], listener: AbstractAsyncContextManager[int], connections: int
) -> tuple[float, float]:
    """Median and 99th percentile, in seconds. A click leaves when its time has come, whatever became of the last."""
    async with listener:
        await until_connected(shop, connections)
        await asyncio.sleep(1.0)
        await _press_all(shop, cards[:_WARM])
        # What a first click has to find out is found out once, however busy the machine.
        await asyncio.sleep(1.0)
        taken = await _press_all(shop, cards[_WARM:])
    await until_connected(shop, 0)
    return median(taken), quantiles(taken, n=100, method="inclusive")[-1]


async def _press_all(shop: World, cards: Sequence[Message]) -> list[float]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    presses = []
    for number, card in enumerate(cards):
        await asyncio.sleep(max(0.0, began + number * _EVERY - loop.time()))
        presses.append(asyncio.create_task(_press(shop, card)))
    return await asyncio.gather(*presses)


async def _press(shop: World, card: Message) -> float:
    action, value = _take_button(card)
    began = time.perf_counter()
    await shop.ana.press(card.channel, card.ts, action, value=value)
    # A click that was not acknowledged has taken Slack's three seconds, and counts with them.
    return time.perf_counter() - began
