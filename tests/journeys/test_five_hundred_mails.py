"""Five hundred buyers write at once (issue of the main trip, "Shown by")."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports.mail_records import InboundState
from bot.services.waits import Waits
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.records import RecordKind
from tests.journeys import kept
from tests.journeys.shop import Shop, shop, until

MAILS = 500
RATE = 20.0
# Slack takes one post a second into a channel, and a burst of three.
PERMITTED = timedelta(seconds=MAILS - 3)
# Waits of the wall are those of production; those of the clock are as fast as the clock.
WAITS = Waits(mail_poll=5.0, lease=60.0, stop=5.0)


@pytest.mark.timeout(240)
async def test_five_hundred_mails_at_once_and_a_reply_in_the_middle(tmp_path: Path) -> None:
    async with shop(tmp_path, waits=WAITS, limits=True, rate=RATE) as acme, acme.open():
        orders = {}
        for number in range(MAILS):
            order = acme.order()
            orders[order.customer_order_id] = (order, f"Question {number:03}: where is it?")
        began = acme.clock.now()
        for number, (order, words) in enumerate(orders.values()):
            acme.buyer(f"Buyer{number} Smith").write(acme.seller, words, purchase=acme.purchase(order))

        await until(lambda: len(acme.cards) >= MAILS // 2, "half of the cards", within=100)
        await a_reply_leaves_within_five_seconds(acme)
        await until(lambda: len(acme.cards) >= MAILS, "all cards", within=100)
        took = acme.cards[-1].ts
        took = timedelta(seconds=float(acme.cards[-1].ts) - began.timestamp())
        print(
            f"{MAILS} cards in {took.total_seconds():.0f} s of Slack's clock; permitted are {PERMITTED}"
        )  # shown by -s

        assert took <= PERMITTED * 1.1
        await until(lambda: posts(acme) >= MAILS, "quiet")
        assert len(acme.cards) == MAILS
        assert not acme.mail.records.violations
        for order, words in orders.values():
            (card,) = [card for card in acme.cards if words in acme.text_of(card)]
            shown = acme.text_of(card)
            assert order.customer_order_id in shown
            assert order.sku in shown
        assert len(await kept.tickets(acme)) == MAILS
        assert len(await kept.mails(acme, InboundState.TICKETED)) == MAILS


def posts(acme: Shop) -> int:
    return sum(
        record.kind is RecordKind.POSTED and not record.summary.get("thread_ts") for record in acme.slack.records
    )


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
