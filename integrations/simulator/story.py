"""The scripted buyers of the demo: what they write, one letter after the other, and what comes back to them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.mail.records import Attachment, ReplyReached
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.world import World

PHOTO = Path(__file__).with_name("parcel.jpg")


_PAUSE_SECONDS = 20.0


async def tell(world: World, *, pause_seconds: float = _PAUSE_SECONDS) -> AsyncIterator[str]:
    """Let the buyers write, and yield what happens as plain sentences; ends when the last one has written.

    `pause_seconds` of the simulator's clock lie between two letters, so that a person can follow, and act in between.
    """
    for place, write in enumerate((_damaged, _any_news, _before_purchase, _customer_care)):
        if place:
            await world.clock.sleep(pause_seconds)
        yield write(world)


async def answers(world: World) -> AsyncIterator[str]:
    """Yield a sentence for every reply that reaches a buyer, from the first one on, for ever."""
    changed = asyncio.Event()
    end = world.mail.changes.subscribe(changed.set)
    told = 0
    try:
        while True:
            changed.clear()
            replies = world.mail.records.replies
            for reply in replies[told:]:
                yield _told(reply)
            told = len(replies)
            await changed.wait()
    finally:
        end()


def _damaged(world: World) -> str:
    written = world.correspondence.ask(
        "Hello,\n\nthe parcel came today, but one side is torn open and what was inside has a dent. "
        "I attach a photo of the box.\n\nCan you send me another one before the weekend?\n\nThank you",
        order_id=world.shop.first_orders[OrderKind.LATE],
        topic="Item arrived damaged",
        attachments=(Attachment("parcel.jpg", "image/jpeg", PHOTO.read_bytes()),),
    )
    return f"{written.buyer} writes about order {written.order_id}, with a photo of a torn parcel."


def _any_news(world: World) -> str:
    order_id = world.shop.first_orders[OrderKind.LATE]
    written = world.correspondence.ask("Any news?", order_id=order_id, topic="Item arrived damaged")
    return f"{written.buyer} writes again about order {written.order_id}: any news? The same ticket goes on."


def _before_purchase(world: World) -> str:
    written = world.correspondence.ask(
        "Does the desk lamp come with a US plug, and how long is the cable?",
        topic="Product question",
        layout=Layout.BEFORE_PURCHASE,
    )
    return f"{written.buyer}, who has not bought yet, asks about a product. There is no order to show."


def _customer_care(world: World) -> str:
    written = world.correspondence.ask(
        "The customer says that only one of three pieces has arrived and asks when the rest will be shipped.",
        order_id=world.shop.first_orders[OrderKind.PARTLY_SHIPPED],
        topic="Missing item",
        layout=Layout.CUSTOMER_CARE,
    )
    return f"Walmart Customer Care writes on behalf of {written.buyer} about order {written.order_id}."


def _told(reply: ReplyReached) -> str:
    return f"A reply has reached {reply.buyer} through Walmart's relay: {' '.join(reply.text.split())[:120]}"
