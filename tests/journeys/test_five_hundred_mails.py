"""Five hundred buyers write at once (issue of the main trip, "Shown by")."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports.mail_records import InboundState
from bot.services.waits import Waits
from integrations.simulator.slack.messages import Message
from tests.journeys import kept
from tests.journeys.shop import Shop, shop, until

MAILS = 500
# A second of this clock is a sixth of the wall's: the desk's own work counts six times on it, and stays small all the same.
RATE = 6.0
# Slack takes one post a second into a channel, and a burst of three.
PERMITTED = timedelta(seconds=MAILS - 3)
# Waits of the wall are those of production; those of the clock are as fast as the clock.
WAITS = Waits(mail_poll=5.0, lease=60.0, stop=5.0)


@pytest.mark.timeout(240)
async def test_five_hundred_mails_at_once_and_a_reply_in_the_middle(tmp_path: Path) -> None:
    async with shop(tmp_path, waits=WAITS, limits=True, rate=RATE) as acme, acme.open():
        # The desk has been at work for a while: its letter reader stands ready.
        acme.buyer().write(acme.seller, "The first of all.", purchase=acme.purchase(acme.order()))
        await acme.card("The first of all.")
        orders = {}
        for number in range(MAILS):
            order = acme.order()
            orders[order.customer_order_id] = (order, f"Question {number:03}: where is it?")
        began = acme.clock.now()
        for number, (order, words) in enumerate(orders.values()):
            acme.buyer(f"Buyer{number} Smith").write(acme.seller, words, purchase=acme.purchase(order))

        await until(lambda: len(acme.cards) > MAILS // 2, "half of the cards", within=150, every=0.2)
        await a_reply_leaves_within_five_seconds(acme)
        await until(lambda: len(acme.cards) > MAILS, "all cards", within=150, every=0.2)
        took = timedelta(seconds=float(acme.cards[-1].ts) - began.timestamp())
        print(f"{MAILS} cards in {took.total_seconds():.0f} s of Slack's clock; {PERMITTED} are the least possible")
        assert took <= PERMITTED * 1.1
        assert len(acme.cards) == MAILS + 1
        assert not acme.mail.records.violations
        shown = [acme.text_of(card) for card in acme.cards]
        for order, words in orders.values():
            (text,) = [text for text in shown if words in text]
            assert order.customer_order_id in text
            assert order.sku in text
        assert len(await kept.tickets(acme)) == MAILS + 1
        assert len(await kept.mails(acme, InboundState.TICKETED)) == MAILS + 1


async def a_reply_leaves_within_five_seconds(acme: Shop) -> None:
    card: Message = acme.cards[0]
    sent_at, on_the_wall = acme.clock.now(), time.monotonic()
    await acme.reply(acme.ana, card, "It is on its way.")
    await until(lambda: len(acme.mail.records.replies) == 1, "the reply at the relay")
    (reached,) = acme.mail.records.replies
    print(
        f"the reply left after {reached.at - sent_at} of the clock, {time.monotonic() - on_the_wall:.2f} s of the wall"
    )
    assert reached.at - sent_at < timedelta(seconds=5)
    assert time.monotonic() - on_the_wall < 5
