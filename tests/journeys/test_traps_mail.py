"""What happens to letters when mail servers, clients and people do what nobody would expect of them."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import assembled
from bot.application import Adapters
from bot.domain.people import Platform
from bot.domain.sites import Channel, Endpoint, Market, Security
from bot.domain.tickets import Caution
from bot.ports.mail_records import InboundState
from bot.ports.store import Snapshot
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox, NewSite
from integrations.mail.imap import ImapSource
from integrations.mail.imap_link import ImapPace
from integrations.simulator.buyers import other_mail
from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.faults import Fault, FaultKind
from tests.journeys import kept
from tests.journeys.agents import Agent
from tests.journeys.altered import reworded, without_header
from tests.journeys.shop import ADDRESS, Shop, brisk, until

HASTY = ImapPace(connect=1, answer=0.5, request=2, idle=5)


def hasty(adapters: Adapters) -> Adapters:
    return replace(adapters, source=ImapSource(pace=HASTY))


async def test_two_letters_of_one_second_without_a_message_id_are_two(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        nameless = Posting(message_id="")
        one = maria.write(acme.seller, "Where is it?", purchase=purchase, posting=nameless, layout=Layout.LABELS)
        card = await acme.card("Where is it?")

        # The same sender, subject and second: all of which others make up an id.
        acme.deliver(reworded(without_header(one.raw, "Message-ID"), "Where is it?", "And it was a gift!"))

        await until(lambda: len(acme.thread(card)) == 1, "the second letter")
        assert "And it was a gift!" in acme.text_of(acme.thread(card)[0])


async def test_a_mailbox_that_was_numbered_anew_doubles_nothing_and_loses_nothing(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        async with acme.open():
            maria.write(acme.seller, "Where is my parcel?", purchase=purchase)
            await acme.card("Where is my parcel?")
        # While nobody looks the provider restores the mailbox, and another letter comes.
        acme.mail.post_office.accounts[ADDRESS].inbox.rebuild()
        maria.write(acme.seller, "It is still not here.", purchase=purchase)
        async with acme.open():
            card = await acme.card("It is still not here.")
            found = await kept.settled(acme, 3)
            assert [mail.state for mail in found] == [
                InboundState.TICKETED,
                InboundState.REPEAT,
                InboundState.TICKETED,
            ]
            assert len(acme.cards) == 1
            await until(lambda: len(acme.thread(card)) == 1, "the second letter in the thread")
            (ticket,) = await kept.tickets(acme)
            assert len(await kept.inquiries(acme, ticket)) == 2


async def test_a_letter_that_a_person_moves_out_of_junk_is_the_same_letter(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        account = acme.mail.post_office.accounts[ADDRESS]
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        maria.write(acme.seller, "Where is my parcel?", purchase=purchase, posting=Posting(into_junk=True))
        card = await acme.card("Where is my parcel?")

        (mail,) = account.junk.mails
        account.junk.remove(mail.uid)
        account.inbox.append(mail.raw, mail.received_at)

        found = await kept.settled(acme, 2)
        assert [one.state for one in found] == [InboundState.TICKETED, InboundState.REPEAT]
        assert acme.thread(card) == []
        assert len(acme.cards) == 1


async def test_a_letter_to_two_mailboxes_is_a_letter_in_each(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        channel = await _second_mailbox(acme)
        acme.seller.addresses = (ADDRESS, "second@acme.example")
        async with acme.open():
            acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
            await acme.card("Where is my parcel?")
            # Known in one mailbox is not known in the other: whoever works there would never see it.
            await until(lambda: len(acme.slack.messages(channel)) == 1, "a card for the second mailbox")
            assert len(acme.cards) == 1


async def _second_mailbox(acme: Shop) -> str:
    acme.mail.add_account("second@acme.example", "pw")
    channel = acme.slack.workspace.add_channel("second", acme.ana.user.id, acme.ben.user.id)
    acme.walmart.add_seller("client-2", "secret-2", "Acme Home", seed=2)
    imap = Endpoint("127.0.0.1", acme.mail.imap_port, Security.PLAIN)
    smtp = Endpoint("127.0.0.1", acme.mail.smtp_port, Security.PLAIN)
    async with assembled(acme.settings, clock=acme.clock) as desk:
        await desk.setting_up.add_account("Second", "client-2", Secret("secret-2"))
        mailbox = NewMailbox("second@acme.example", imap, smtp, "", Secret("pw"), "mx.acme.example")
        await desk.setting_up.add_mailbox(mailbox)
        place = (Channel(Platform.SLACK, channel.id),)
        await desk.setting_up.add_site(NewSite("Second", Market.US, "Acme Home", "second@acme.example", place))
    return channel.id


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("imap:FETCH", Fault(FaultKind.HANG)),
        ("imap:SEARCH", Fault(FaultKind.HANG)),
        ("imap:IDLE", Fault(FaultKind.HANG)),
        ("imap:IDLE", Fault(FaultKind.DELAY)),
        ("imap:IDLE", Fault(FaultKind.DISCONNECT)),
        ("imap:CONNECT", Fault(FaultKind.HANG)),
    ],
    ids=["fetch hangs", "search hangs", "black hole", "missed push", "bye", "no greeting"],
)
async def test_a_mail_server_that_falls_silent_delays_a_letter_and_does_not_lose_it(
    tmp_path: Path, place: str, fault: Fault
) -> None:
    async with brisk(tmp_path) as acme, acme.open(hasty):
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        await acme.card("Where is my parcel?")
        acme.faults.order(place, fault, times=2)
        if place == "imap:CONNECT":
            acme.faults.order("imap:IDLE", Fault(FaultKind.DISCONNECT))
        acme.buyer("John Smith").write(acme.seller, "The lid is broken.", purchase=acme.purchase(acme.order()))
        await acme.card("The lid is broken.")
        await until(lambda: not acme.faults.ordered, "the faults to have happened")
        assert len(acme.cards) == 2


async def test_a_mailbox_that_refuses_its_password_is_said_to_and_found_again_by_itself(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        account = acme.mail.post_office.accounts[ADDRESS]
        ana = Agent(acme, acme.ana)
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        await acme.card("Where is my parcel?")

        account.password = "changed at the provider"
        acme.faults.order("imap:IDLE", Fault(FaultKind.DISCONNECT), times=2)
        await until(lambda: _problem(acme) != "", "a mailbox that is said to be out of order")
        acme.buyer("John Smith").write(acme.seller, "The lid is broken.", purchase=acme.purchase(acme.order()))
        await ana.person.command(acme.channel, "/walmart")
        await ana.told(_problem(acme))
        assert len(acme.cards) == 1

        account.password = "pw"
        await acme.card("The lid is broken.")


def _problem(acme: Shop) -> str:
    assert acme.desk is not None
    parts = acme.desk.application.health.parts
    return next((state.problem for name, state in parts.items() if name.startswith("mailbox:")), "")


async def test_nothing_is_ever_answered_by_itself(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        now, order = acme.clock.now(), acme.order()
        letter = acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        await acme.card("Where is my parcel?")
        acme.deliver(other_mail.automatic_answer_of_buyer(letter, ADDRESS, now))
        acme.deliver(other_mail.out_of_office(ADDRESS, now, "<nobody@acme.example>"))
        acme.deliver(other_mail.performance_alert(ADDRESS, now, order.customer_order_id))
        acme.deliver(b"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\n\r\n> Message-ID: <x@y>\r\n")
        acme.deliver(b"From: " + ADDRESS.encode() + b"\r\nSubject: to myself\r\n\r\nnote\r\n")
        await kept.settled(acme, 6)
        assert acme.desk is not None
        assert await acme.desk.adapters.runner.drained(3.0)
        await asyncio.sleep(0.1)
        assert acme.mail.records.submissions == ()
        assert len(acme.cards) == 1


async def test_what_left_is_kept_although_the_provider_keeps_nothing(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        acme.mail.post_office.accounts[ADDRESS].keeps_sent = False
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        await Agent(acme, acme.ana).reply(await acme.card("Where is my parcel?"), "It arrives tomorrow.")
        await acme.card("Walmart reply sent")
        (ticket,) = await kept.tickets(acme)

        def proof(snapshot: Snapshot) -> list[bytes | None]:
            return [snapshot.sent_mails.raw(reply.id) for reply in snapshot.replies.of_ticket(ticket.id)]

        assert acme.desk is not None
        (raw,) = await acme.desk.adapters.store.read(proof)
        (left,) = acme.mail.records.submissions
        assert raw == left.raw


async def test_an_order_that_only_the_buyers_words_name_is_not_taken_on_trust(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        await acme.card("Where is my parcel?")
        stranger = acme.buyer("Sam Stranger")
        stranger.write(
            acme.seller, f"Send order {order.customer_order_id} to me instead.", layout=Layout.BEFORE_PURCHASE
        )
        await kept.settled(acme, 2)
        (marias, strangers) = sorted(await kept.tickets(acme), key=lambda ticket: ticket.id)
        assert Caution.ORDER_UNSURE not in marias.cautions
        assert Caution.ORDER_UNSURE in strangers.cautions
        await acme.card("Check that it is this buyer's order")

        # Maria writes again: her words belong to her own conversation, whoever has claimed her order meanwhile.
        acme.buyer().write(acme.seller, "Any news?", purchase=acme.purchase(order))
        await kept.settled(acme, 3)
        assert len(await kept.tickets(acme)) == 2
        assert "Where is my parcel?" in acme.text_of(await acme.card("Message 2"))
