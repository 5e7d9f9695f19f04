"""The main trip, as buyer and agent live it."""

from pathlib import Path

import pytest

from tests.journeys.shop import shop, until


@pytest.mark.both_databases
async def test_a_buyer_writes_an_agent_answers(tmp_path: Path) -> None:
    async with shop(tmp_path) as acme, acme.open():
        order, maria = acme.order(), acme.buyer()
        maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))

        card = await acme.card("Where is my parcel?")
        assert order.customer_order_id in acme.text_of(card)
        assert order.sku in acme.text_of(card)

        await acme.reply(acme.ana, card, "It is on its way, sorry for the wait.")
        await until(lambda: len(maria.mailbox.mails) == 1, "the reply at the buyer's")
        (reached,) = acme.mail.records.replies
        assert "It is on its way" in reached.text
        assert reached.sender == "care@acme.example"
        assert not acme.mail.records.violations
        await acme.card("Walmart reply sent")
        assert len(acme.cards) == 1
