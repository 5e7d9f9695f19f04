"""Cards a second over 10 channels, against what Slack's limits permit; a 429 counts as a miss.

Slack takes one message a second into a channel, and a number of messages a minute from the whole workspace, which the
stand-in enforces too (`Tier.SPECIAL`). Both run on a clock that is faster than the wall. The site is shown in all ten
channels, so each letter becomes ten cards.
"""

import asyncio
import tempfile
from pathlib import Path

from bot.app import assembled
from integrations.simulator.slack.rates import Tier
from integrations.simulator.slack.records import RecordKind
from tests.bench.goals import Figure
from tests.bench.sizes import Sizes
from tests.bench.world import World, until, world

_CHANNELS = 10
_CLOCK = 3.0


async def rate_limit(sizes: Sizes) -> Figure:
    permitted = min(float(_CHANNELS), Tier.SPECIAL / 60)
    letters = max(2, round(sizes.minutes_of_cards * 60 * permitted / _CHANNELS))
    async with world(channels=_CHANNELS, limits=True, rate=_CLOCK) as shop:
        with tempfile.TemporaryDirectory(prefix="relaydesk-bench-") as place:
            settings = shop.settings(Path(place))
            await shop.set_up(settings)
            async with assembled(settings, clock=shop.clock) as desk:
                stop = asyncio.Event()
                running = asyncio.create_task(desk.application.run(stop))
                try:
                    shop.deliver(shop.letters(letters))
                    await until(lambda: len(_posted(shop)) >= letters * _CHANNELS, "all cards", within=240, every=0.1)
                finally:
                    stop.set()
                    await running
    posted = _posted(shop)
    rate = (len(posted) - 1) / (posted[-1] - posted[0])
    refused = sum(record.kind is RecordKind.REFUSED for record in shop.slack.records)
    value = 0.0 if refused else rate / permitted
    detail = (
        f"{len(posted)} cards at {rate:.2f}/s of Slack's clock; {permitted:g}/s permitted; {refused} answers of 429"
    )
    return Figure("rate_limit", value, detail)


def _posted(shop: World) -> list[float]:
    """When each card came, on Slack's clock, in order."""
    return sorted(float(message.ts) for channel in shop.channels for message in shop.slack.messages(channel))
