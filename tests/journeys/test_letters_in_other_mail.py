"""Mail that is no buyer's letter, and letters that only look unlike one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.application import Adapters
from bot.domain.letters import ReadMail, Unreadable
from bot.domain.tickets import Caution
from bot.ports.mail import LetterReader
from bot.ports.mail_records import InboundState
from bot.services.rereading import read_again
from integrations.mail.relays import relay_address_in
from integrations.simulator.buyers import other_mail
from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.mail.post_office import Authentication
from tests.journeys import kept
from tests.journeys.shop import ADDRESS, brisk, until


async def test_mail_of_nobody_who_buys_is_kept_and_opens_nothing(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        now = acme.clock.now()
        order = acme.order()
        acme.deliver(other_mail.walmart_news(ADDRESS, now))
        acme.deliver(other_mail.performance_alert(ADDRESS, now, order.customer_order_id))
        acme.deliver(other_mail.webhook_failure(ADDRESS, now))
        acme.deliver(other_mail.out_of_office(ADDRESS, now, "<nobody@acme.example>"))
        acme.deliver(other_mail.stranger(ADDRESS, now))
        acme.deliver(other_mail.impostor(ADDRESS, now, order.customer_order_id))

        found = await kept.settled(acme, 6)
        assert {mail.state for mail in found} == {InboundState.NOT_FOR_US}
        assert all(mail.raw and mail.outcome for mail in found)
        assert acme.cards == []


async def test_the_copy_of_our_own_reply_opens_nothing(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Where is my parcel?")
        await acme.reply(acme.ana, card, "It arrives tomorrow.")
        await until(lambda: len(acme.mail.records.replies) == 1, "the reply")

        acme.deliver(other_mail.own_copy(acme.mail.records.replies[0].raw, ADDRESS))

        found = await kept.settled(acme, 2)
        assert found[1].state is InboundState.NOT_FOR_US
        assert len(await kept.tickets(acme)) == 1


async def test_customer_care_writes_for_a_buyer(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        acme.buyer().write(
            acme.seller, "She waits for her parcel.", purchase=acme.purchase(order), layout=Layout.CUSTOMER_CARE
        )
        card = await acme.card("She waits for her parcel.")
        assert order.customer_order_id in acme.text_of(card)
        assert "Walmart Customer Care writes on the buyer's behalf" in acme.text_of(card)


async def test_a_letter_that_fails_authentication_is_shown_with_a_warning(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        forged = other_mail.forgery(ADDRESS, acme.clock.now(), order.customer_order_id)
        acme.deliver(forged, authentication=Authentication.FAIL)
        card = await acme.card("did not pass the check that it comes from Walmart")
        assert "Send the refund to my new account." in acme.text_of(card)


async def test_an_automatic_answer_through_the_relay_is_a_buyers_letter_all_the_same(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        letter = acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Where is my parcel?")
        acme.deliver(other_mail.automatic_answer_of_buyer(letter, ADDRESS, acme.clock.now()))
        await until(lambda: "This looks like an automatic answer" in acme.text_of(card), "the remark")
        assert len(acme.cards) == 1


async def test_a_letter_in_the_junk_folder_becomes_a_ticket_that_says_so(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        acme.deliver(other_mail.stranger(ADDRESS, acme.clock.now()), into_junk=True)
        acme.buyer().write(
            acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()), posting=Posting(into_junk=True)
        )
        card = await acme.card("Found in the junk folder")
        assert "Where is my parcel?" in acme.text_of(card)
        # What is no relay's mail is left where it lies.
        assert len(await kept.mails(acme)) == 1


async def test_a_mail_that_was_taken_for_something_else_becomes_a_ticket_when_it_is_read_again(
    tmp_path: Path,
) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        letter = acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        await acme.card("Where is my parcel?")
        assert acme.desk is not None
        await acme.desk.adapters.store.run(lambda uow: read_again(uow, acme.clock.now().replace(year=2000)))
        found = await kept.settled(acme, 1)

        # Read again and again it stays the letter that it was.
        assert found[0].state is InboundState.TICKETED
        (ticket,) = await kept.tickets(acme)
        assert [kept_letter.message_id for kept_letter in await kept.letters(acme, ticket)] == [letter.message_id]
        assert len(acme.cards) == 1


async def test_an_answer_past_the_relay_needs_an_admin(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Where is my parcel?")
        await acme.reply(acme.ana, card, "It arrives tomorrow.")
        await until(lambda: len(acme.mail.records.replies) == 1, "the reply")
        answered = acme.mail.records.replies[0].message_id
        direct = other_mail.stranger(ADDRESS, acme.clock.now())
        acme.deliver(b"In-Reply-To: " + answered.encode() + b"\r\n" + direct)

        await until(lambda: "No Walmart relay address to answer to" in acme.text_of(card), "the remark")
        (ticket,) = await kept.tickets(acme)
        assert Caution.NO_REPLY_ADDRESS in ticket.cautions


class ReaderWithABadStart:
    """Cannot read the first mail that it is given; an update later it can."""

    def __init__(self, reader: LetterReader) -> None:
        self._reader = reader
        self._reads = 0

    async def read(self, raws: Sequence[bytes], own_address: str, authserv_id: str) -> tuple[ReadMail, ...]:
        read = await self._reader.read(raws, own_address, authserv_id)
        self._reads += 1
        if self._reads > 1:
            return read
        return tuple(ReadMail(None, Unreadable("it took too long", relay_address_in(raw))) for raw in raws)


def first_time_unreadable(adapters: Adapters) -> Adapters:
    return replace(adapters, reader=ReaderWithABadStart(adapters.reader))


async def test_an_unreadable_mail_is_read_again_into_its_own_ticket(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open(first_time_unreadable):
        order = acme.order()
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card("The mail could not be read")
        await until(lambda: any(message.files for message in acme.thread(card)), "the original in the thread")
        assert acme.desk is not None
        await acme.desk.adapters.store.run(lambda uow: read_again(uow, acme.clock.now().replace(year=2000)))

        await until(lambda: "Where is my parcel?" in acme.text_of(card), "the words on the same card")
        await until(lambda: order.sku in acme.text_of(card), "the order with it")
        assert "could not be read" not in acme.text_of(card)
        assert len(acme.cards) == 1
