"""Where most conversations begin: a running desk, and a buyer's question on its card."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import Change
from bot.services.waits import Waits
from integrations.simulator.buyers.buyer import USUAL, Buyer, Letter, Posting
from integrations.simulator.buyers.question import Purchase
from integrations.simulator.slack.messages import Message
from tests.journeys.agents import Agent
from tests.journeys.shop import ADDRESS, SHORT, Shop, shop, until

# Slack permits a change of a card every 1.2 s; on the desk's own clock, so that a test need not wait for it.
RATE = 3.0


@dataclass
class Question:
    shop: Shop
    buyer: Buyer
    purchase: Purchase
    letter: Letter
    card: Message
    ana: Agent
    ben: Agent  # an admin

    def ask(self, words: str) -> Letter:
        """The buyer writes again about the same order."""
        return self.buyer.write(self.shop.seller, words, purchase=self.purchase)

    async def left(self, count: int) -> None:
        """So many replies reach the buyer, and no further one is on its way."""
        mails = self.buyer.mailbox.mails
        await until(lambda: len(mails) >= count, f"{count} replies at the buyer's")
        assert self.shop.desk is not None
        assert await self.shop.desk.adapters.runner.drained(3.0)
        assert len(mails) == count
        assert len(self.shop.mail.records.submissions) == count

    @property
    def reached(self) -> list[str]:
        """The texts of the replies as the buyer reads them."""
        return [mail.text.strip() for mail in self.buyer.mailbox.mails]

    @property
    def told(self) -> str:
        """What the card shows."""
        return self.shop.text_of(self.card)


@asynccontextmanager
async def asked(
    directory: Path,
    *,
    waits: Waits = SHORT,
    rate: float = RATE,
    posting: Posting = USUAL,
    keeps_sent: bool = True,
    change: Change = lambda adapters: adapters,
) -> AsyncIterator[Question]:
    """`keeps_sent` says whether the mail server puts what it sends into the Sent folder."""
    async with shop(directory, waits=waits, rate=rate) as acme:
        acme.mail.post_office.accounts[ADDRESS].keeps_sent = keeps_sent
        async with acme.open(change):
            maria, purchase = acme.buyer(), acme.purchase(acme.order())
            letter = maria.write(acme.seller, "Hello?", purchase=purchase, posting=posting)
            card = await acme.card("Hello?")
            yield Question(acme, maria, purchase, letter, card, Agent(acme, acme.ana), Agent(acme, acme.ben))
