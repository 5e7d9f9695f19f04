"""One whole trip, judged by the simulator's own records: buyers write, agents answer, and somebody counts.

Nothing here asks the bot what it did. What counts is what stands in the chat and what reached the buyers' mailboxes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.buyers.other_mail import walmart_news
from integrations.simulator.mail.records import MailKind
from integrations.simulator.shop import MAILBOX
from integrations.simulator.slack.messages import Message
from integrations.simulator.trip.hands import Hands
from integrations.simulator.trip.verdict import Expected, ExpectedReply, Figures, judge, tells_of_reply
from integrations.simulator.trip.waiting import NotHappened, until
from integrations.simulator.world import World

PARCEL = "Where is my parcel? It should have been here on Friday."
LAMPS = "Two lamps came, I ordered one. What now?"
PAN = "Does this fit a 12 inch pan?"
AGAIN = "Still nothing. Please look again!"
EVENING = tuple(f"Message {number} on the evening of the power cut." for number in (1, 2))
DARK = "This one came while the desk was dark."
# Seconds. Slack asks for 1.2 between two changes of a card, and one such slot may pass unused.
_CALM = 2.6


class Bot(Protocol):
    """The product, as the check starts and ends it."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(slots=True)
class Trip:
    """With `kill`, which ends the bot without any warning, the trip has a power cut in its middle. `patience` is how
    many seconds of the wall one thing may take to come about; a product that is broken keeps the trip waiting."""

    world: World
    bot: Bot
    kill: Callable[[], Awaitable[None]] | None = None
    patience: float = 20.0
    expected: Expected = field(default_factory=Expected)
    _buyers: dict[str, str] = field(default_factory=dict)

    @property
    def hands(self) -> Hands:
        return Hands(self.world, self.patience)

    async def play(self) -> Figures:
        """Play it and count. A product that is broken ends the trip early, and the figures say so."""
        started = time.monotonic()
        interrupted = ""
        try:
            await self.bot.start()
            try:
                await self._morning()
                if self.kill is not None:
                    await self._power_cut(self.kill)
                await self._afternoon()
                await self._told()
            except NotHappened as missing:
                interrupted = str(missing)
            await self._quiet()
        finally:
            await self.bot.stop()
        return judge(self.world, self.expected, time.monotonic() - started, interrupted)

    async def _morning(self) -> None:
        self._ask(PARCEL, order=0)
        # Two contacts in Seller Center: the same letter arrives twice, under other headers.
        self._ask(LAMPS, order=1, copies=2)
        self._ask(PAN, layout=Layout.BEFORE_PURCHASE)
        self._news()
        await self._answer(PARCEL, "It is with the carrier and arrives on Thursday. We are sorry for the wait.")

    async def _afternoon(self) -> None:
        self._ask(AGAIN, order=0)
        card = await self._card(LAMPS)
        self.expected.internal.append("Ask the warehouse before anybody promises a refund.")
        await self.hands.note(card, self.expected.internal[-1])
        self.expected.internal.append("Did anybody call the carrier? Just between us.")
        await self.hands.say_in_thread(card, self.expected.internal[-1])
        await self._send_from_thread(LAMPS, "Keep the second lamp, it is on us.")
        await self._card(PAN)
        await self._card(AGAIN)
        await self._answer(PAN, "Yes, it fits pans of up to 13 inches.")

    async def _power_cut(self, kill: Callable[[], Awaitable[None]]) -> None:
        """The bot dies in the middle of its work, a letter arrives while it is dead, and it comes back.

        The morning's reply is settled before. One that was cut between the mail server's word and the database would
        be left to its lease, and rightly so, for minutes.
        """
        await self._told()
        for place, words in enumerate(EVENING):
            self._ask(words, order=2 + place)
        await asyncio.sleep(0.2)
        await kill()
        self._ask(DARK, order=5)
        await self.bot.start()
        for words in (*EVENING, DARK):
            await self._card(words)

    def _ask(self, words: str, *, order: int | None = None, copies: int = 1, layout: Layout = Layout.ORDER) -> None:
        book = self.world.shop.orders
        ids = list(dict.fromkeys(each.customer_order_id for each in book.orders))
        order_id = ids[order] if order is not None else ""
        written = self.world.correspondence.ask(words, order_id=order_id, layout=layout, posting=Posting(copies=copies))
        self.expected.letters[words] = order_id or words
        self._buyers[words] = written.buyer

    def _news(self) -> None:
        """Walmart's own mail, which must become no ticket."""
        mail = self.world.mail
        mail.post_office.deliver(MAILBOX, walmart_news(MAILBOX, self.world.clock.now()), kind=MailKind.OTHER)

    async def _card(self, words: str) -> Message:
        await until(lambda: bool(self.hands.cards_with(words)), f"a card with {words!r}", seconds=self.patience)
        return self.hands.cards_with(words)[0]

    async def _answer(self, words: str, text: str) -> None:
        card = await self._card(words)
        self._expect(words, text)
        await self.hands.reply(card, text)
        await self._arrival(text)

    async def _send_from_thread(self, words: str, text: str) -> None:
        card = await self._card(words)
        self._expect(words, text)
        await self.hands.say_in_thread(card, text)
        await self.hands.send_from_thread(text)
        await self._arrival(text)

    def _expect(self, words: str, text: str) -> None:
        self.expected.replies.append(ExpectedReply(text, self._buyers[words], words))

    async def _arrival(self, text: str) -> None:
        records = self.world.mail.records
        there = f"the reply {text!r} at a buyer"
        await until(lambda: any(text in reply.text for reply in records.replies), there, seconds=self.patience)

    async def _told(self) -> None:
        """Whoever has answered looks at the card until it says so; a card may be changed more than a second later."""
        for reply in self.expected.replies:
            told = partial(self._tells, reply.about)
            await until(told, f"the card of {reply.about!r} to tell that a reply was sent", seconds=self.patience)

    def _tells(self, words: str) -> bool:
        return any(tells_of_reply(card) for card in self.hands.cards_with(words))

    async def _quiet(self) -> None:
        """Whatever comes too late or once too often has come when nothing has happened for a while."""
        seen, calm = -1, 0.0
        for _step in range(100):
            happened = len(self.world.mail.records.all) + len(self.world.slack.records)
            calm = calm + 0.1 if happened == seen else 0.0
            seen = happened
            if calm > _CALM:
                return
            await asyncio.sleep(0.1)
