"""Which letters are one conversation."""

from dataclasses import replace
from pathlib import Path

from bot.domain.tickets import Status
from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.buyers.layouts import Layout
from tests.journeys import kept
from tests.journeys.altered import reworded
from tests.journeys.shop import brisk, until


async def test_two_buyers_get_a_ticket_each(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        first, second = acme.order(), acme.order()
        acme.buyer("Maria Garcia").write(acme.seller, "Where is my parcel?", purchase=acme.purchase(first))
        acme.buyer("John Smith").write(acme.seller, "The lid is broken.", purchase=acme.purchase(second))

        of_maria = await acme.card("Where is my parcel?")
        of_john = await acme.card("The lid is broken.")

        assert of_maria is not of_john
        assert first.customer_order_id in acme.text_of(of_maria)
        assert second.customer_order_id in acme.text_of(of_john)
        assert len(acme.cards) == 2


async def test_a_second_letter_about_the_order_joins_the_ticket_and_its_thread(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, order = acme.buyer(), acme.order()
        purchase = acme.purchase(order)
        # Every letter comes from another relay address: the order makes them one conversation.
        one = maria.write(acme.seller, "Where is my parcel?", purchase=purchase)
        card = await acme.card("Where is my parcel?")
        two = maria.write(acme.seller, "It is still not here.", purchase=purchase)
        assert one.conversation.buyer_address != two.conversation.buyer_address

        await until(lambda: len(acme.thread(card)) == 1, "the second letter in the thread")
        assert "It is still not here." in acme.text_of(acme.thread(card)[0])
        await until(lambda: "Message 2" in acme.text_of(card), "the card that tells of it")
        assert "Where is my parcel?" in acme.text_of(card)
        assert len(acme.cards) == 1
        (ticket,) = await kept.tickets(acme)
        assert len(await kept.inquiries(acme, ticket)) == 2


async def test_a_letter_opens_a_solved_ticket_again(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        maria.write(acme.seller, "Where is my parcel?", purchase=purchase)
        card = await acme.card("Where is my parcel?")
        await acme.ana.press(acme.channel, card.ts, "resolve.2")
        await until(lambda: "Solved" in acme.text_of(card), "the solved card")

        maria.write(acme.seller, "It never came.", purchase=purchase)

        await until(lambda: "Open" in acme.text_of(card) and "Solved" not in acme.text_of(card), "the open card")
        assert len(acme.cards) == 1


async def test_a_letter_opens_an_answered_ticket_again(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        maria.write(acme.seller, "Where is my parcel?", purchase=purchase)
        card = await acme.card("Where is my parcel?")
        await acme.reply(acme.ana, card, "It arrives tomorrow.")
        await until(lambda: "Pending" in acme.text_of(card), "the answered card")

        maria.answer(await maria.wait_for_mail(), "It did not arrive.")

        await until(lambda: "Message 2" in acme.text_of(card), "the answer on the card")
        assert "Pending" not in acme.text_of(card)
        (ticket,) = await kept.tickets(acme)
        assert ticket.status is Status.OPEN
        assert not ticket.cautions


async def test_the_same_sender_with_another_order_is_another_conversation(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria = acme.buyer()
        one = maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        maria.write(acme.seller, "And the kettle?", purchase=acme.purchase(acme.order()), same_address_as=one)

        await acme.card("Where is my parcel?")
        await acme.card("And the kettle?")
        assert len(acme.cards) == 2


async def test_recycled_references_do_not_join_two_orders(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria = acme.buyer()
        maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Where is my parcel?")
        await acme.reply(acme.ana, card, "It arrives tomorrow.")
        mail = await maria.wait_for_mail()

        other = acme.order()
        about_another = replace(mail, subject=f"Message from Walmart.com Customer:  Return, {other.customer_order_id}")
        maria.answer(about_another, "I want to return the kettle.")

        await acme.card("I want to return the kettle.")
        assert len(acme.cards) == 2


async def test_a_question_before_the_purchase_has_no_order_until_one_is_named(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria = acme.buyer()
        maria.write(acme.seller, "Does it fit a gas stove?", layout=Layout.BEFORE_PURCHASE, topic="Item question")
        card = await acme.card("Does it fit a gas stove?")
        assert "Pre-sale question, no order" in acme.text_of(card)
        await acme.reply(acme.ana, card, "Yes, it does.")

        order = acme.order()
        mail = replace(
            await maria.wait_for_mail(), subject=f"Message from Walmart.com Customer:  Other, {order.customer_order_id}"
        )
        maria.answer(mail, "Thank you, I have bought it.")

        await until(lambda: order.customer_order_id in acme.text_of(card), "the order on the same card")
        await until(lambda: order.sku in acme.text_of(card), "what was ordered")
        assert "Pre-sale" not in acme.text_of(card)
        assert len(acme.cards) == 1


async def test_a_reference_of_walmarts_joins_letters_that_name_no_order(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria = acme.buyer()
        one = maria.write(acme.seller, "Is it dishwasher-safe?", layout=Layout.BEFORE_PURCHASE)
        card = await acme.card("Is it dishwasher-safe?")
        again = one.raw.replace(one.message_id.encode(), b"<other@relay.walmart.com>")
        acme.deliver(reworded(again, "Is it dishwasher-safe?", "Hello? Nobody there?"))

        await until(lambda: len(acme.thread(card)) == 1, "the second question in the thread")
        assert len(acme.cards) == 1


async def test_a_lying_date_does_not_move_the_clock(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        lies = Posting(date="Mon, 01 Jan 2035 00:00:00 +0000")
        maria.write(acme.seller, "Where is my parcel?", purchase=purchase, posting=lies)
        await acme.card("Where is my parcel?")
        (ticket,) = await kept.tickets(acme)
        (inquiry,) = await kept.inquiries(acme, ticket)
        assert abs((inquiry.received_at - acme.clock.now()).total_seconds()) < 60
        assert (inquiry.due_at - inquiry.received_at).total_seconds() == 48 * 3600
