"""The scripted buyers of the demo: what they write, one letter after the other, and what comes back to them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.mail.records import Attachment, ReplyReached
from integrations.simulator.shop import Shop
from integrations.simulator.walmart.invention import OrderKind

PHOTO = Path(__file__).with_name("parcel.jpg")


class Story:
    """Yields what happens as plain sentences and prints nothing itself.

    `pause_seconds` of the simulator's clock lie between two letters, so that a person can follow, and act in between.
    """

    def __init__(self, shop: Shop, *, pause_seconds: float = 20.0) -> None:
        self._shop = shop
        self._pause_seconds = pause_seconds

    async def tell(self) -> AsyncIterator[str]:
        """Let the buyers write; ends when the last one has written."""
        yield self._damaged()
        await self._pause()
        yield self._any_news()
        await self._pause()
        yield self._before_purchase()
        await self._pause()
        yield self._customer_care()

    async def answers(self) -> AsyncIterator[str]:
        """Tell of every reply that reaches a buyer, from the first one on, for ever."""
        changed = asyncio.Event()
        end = self._shop.mail.changes.subscribe(changed.set)
        told = 0
        try:
            while True:
                changed.clear()
                replies = self._shop.mail.records.replies
                for reply in replies[told:]:
                    yield _told(reply)
                told = len(replies)
                await changed.wait()
        finally:
            end()

    def _damaged(self) -> str:
        written = self._shop.correspondence.ask(
            "Hello,\n\nthe parcel came today, but one side is torn open and the lamp inside does not light up. "
            "I attach a photo of the box.\n\nCan you send me another one before the weekend?\n\nThank you",
            order_id=self._shop.first_orders[OrderKind.LATE],
            topic="Item arrived damaged",
            attachments=(Attachment("parcel.jpg", "image/jpeg", PHOTO.read_bytes()),),
        )
        return f"{written.buyer} writes about order {written.order_id}, with a photo of a torn parcel."

    def _any_news(self) -> str:
        order_id = self._shop.first_orders[OrderKind.LATE]
        written = self._shop.correspondence.ask("Any news?", order_id=order_id, topic="Item arrived damaged")
        return f"{written.buyer} writes again about order {written.order_id}: any news? The same ticket goes on."

    def _before_purchase(self) -> str:
        written = self._shop.correspondence.ask(
            "Does the desk lamp come with a US plug, and how long is the cable?",
            topic="Product question",
            layout=Layout.BEFORE_PURCHASE,
        )
        return f"{written.buyer}, who has not bought yet, asks about a product. There is no order to show."

    def _customer_care(self) -> str:
        written = self._shop.correspondence.ask(
            "The customer says that only one of three pieces has arrived and asks when the rest will be shipped.",
            order_id=self._shop.first_orders[OrderKind.PARTLY_SHIPPED],
            topic="Missing item",
            layout=Layout.CUSTOMER_CARE,
        )
        return f"Walmart Customer Care writes on behalf of {written.buyer} about order {written.order_id}."

    async def _pause(self) -> None:
        await self._shop.clock.sleep(self._pause_seconds)


def _told(reply: ReplyReached) -> str:
    return f"A reply has reached {reply.buyer} through Walmart's relay: {' '.join(reply.text.split())[:120]}"
