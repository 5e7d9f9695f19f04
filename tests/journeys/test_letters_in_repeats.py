"""What is a second copy of a letter, and what only looks like one."""

from pathlib import Path

import pytest

from bot.ports.mail_records import InboundState
from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.buyers.layouts import Layout
from tests.journeys import kept
from tests.journeys.altered import reworded, without_header
from tests.journeys.shop import brisk, until


@pytest.mark.both_databases
async def test_the_copies_of_several_contacts_are_one_letter(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order), posting=Posting(copies=3))
        card = await acme.card("Where is my parcel?")
        found = await kept.settled(acme, 3)

        assert [mail.state for mail in found] == [InboundState.TICKETED, InboundState.REPEAT, InboundState.REPEAT]
        (ticket,) = await kept.tickets(acme)
        # Kept and linked, never discarded; and one question has one clock.
        assert len(await kept.letters(acme, ticket)) == 3
        assert len(await kept.inquiries(acme, ticket)) == 1
        assert acme.thread(card) == []


async def test_a_message_id_that_was_used_before_does_not_hide_a_second_letter(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        one = acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Where is my parcel?")

        acme.deliver(reworded(one.raw, "Where is my parcel?", "It came broken."))

        await until(lambda: len(acme.thread(card)) == 1, "the other letter in the thread")
        assert "It came broken." in acme.text_of(acme.thread(card)[0])


async def test_who_asks_the_same_twice_has_asked_twice(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        maria.write(acme.seller, "Where is my parcel?", purchase=purchase)
        card = await acme.card("Where is my parcel?")

        maria.write(acme.seller, "Where is my parcel?", purchase=purchase)

        await until(lambda: len(acme.thread(card)) == 1, "the second question")
        (ticket,) = await kept.tickets(acme)
        assert len(await kept.inquiries(acme, ticket)) == 2


async def test_letters_without_a_message_id_are_told_apart_all_the_same(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        nameless = Posting(message_id="")
        maria, order = acme.buyer(), acme.order()
        # A letter without reference and Message-ID: Date, sender and text are all that tells a copy.
        one = maria.write(
            acme.seller, "Where is my parcel?", purchase=acme.purchase(order), posting=nameless, layout=Layout.LABELS
        )
        card = await acme.card("Where is my parcel?")
        acme.deliver(without_header(one.raw, "Message-ID"))
        maria.write(
            acme.seller, "And where is it now?", purchase=acme.purchase(order), posting=nameless, layout=Layout.LABELS
        )

        await until(lambda: len(acme.thread(card)) == 1, "the second letter")
        found = await kept.settled(acme, 3)
        assert [mail.state for mail in found] == [InboundState.TICKETED, InboundState.REPEAT, InboundState.TICKETED]
