"""Whatever is sent: it becomes a ticket that a person can work on, and the letters behind it are not held up."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.application import Adapters
from bot.domain.sites import Market
from bot.domain.tickets import Caution
from bot.ports.mail_records import InboundState
from integrations.mail.imap import ImapSource
from integrations.mail.imap_fetch import Limits
from integrations.simulator.buyers import hostile
from integrations.simulator.buyers.composing import Shape
from integrations.simulator.buyers.hostile import HostileMail, HostileWords
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.mail.addresses import Correspondent, new_relay_address
from integrations.simulator.mail.records import Attachment
from tests.journeys import kept
from tests.journeys.shop import ADDRESS, brisk, until


@pytest.mark.parametrize("words", [words for words in HostileWords if words is not HostileWords.NOTHING])
async def test_hostile_words_are_shown_as_words(tmp_path: Path, words: HostileWords) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, order = acme.buyer(), acme.order()
        maria.write(acme.seller, f"{hostile.words(words)} Please help.", purchase=acme.purchase(order))
        acme.buyer("John Smith").write(acme.seller, "The lid is broken.", purchase=acme.purchase(acme.order()))

        await acme.card("The lid is broken.")
        card = await acme.card(order.customer_order_id)
        assert len(acme.cards) == 2
        # What a card lists in mrkdwn would ring every phone; as a text leaf it is only letters.
        assert not any(
            leaf["type"] in {"broadcast", "user", "link"} and "example" in str(leaf) for leaf in leaves(card)
        )


def leaves(message: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if "type" in value:
                found.append(value)
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(message.content.blocks)  # type: ignore[attr-defined]
    return found


async def test_a_letter_without_any_words_says_so(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        photo = Attachment("lid.jpg", "image/jpeg", b"\xff\xd8 a broken lid")
        acme.buyer().write(acme.seller, "", purchase=acme.purchase(acme.order()), attachments=(photo,))
        card = await acme.card("Buyer M. wrote")
        await until(lambda: any(message.files for message in acme.thread(card)), "the photo")
        (ticket,) = await kept.tickets(acme)
        assert Caution.UNREADABLE not in ticket.cautions


@pytest.mark.parametrize("kind", list(HostileMail))
async def test_a_mail_that_nobody_can_read_opens_a_ticket_and_holds_up_nobody(
    tmp_path: Path, kind: HostileMail
) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        sender = new_relay_address(Correspondent.CUSTOMER, Market.US)
        acme.deliver(hostile.mail(kind, sender, ADDRESS))
        acme.buyer("John Smith").write(acme.seller, "The lid is broken.", purchase=acme.purchase(acme.order()))

        await acme.card("The lid is broken.")
        await until(lambda: len(acme.cards) == 2, f"a card for the mail with {kind}")
        first, second = await kept.settled(acme, 2)
        assert first.state is second.state is InboundState.TICKETED
        ticket = (await kept.tickets(acme))[0]
        (letter,) = await kept.letters(acme, ticket)
        if kind is not HostileMail.NO_FROM:
            assert letter.reply_address == sender.lower()
        if Caution.UNREADABLE in ticket.cautions:
            card = await acme.card("The mail could not be read")
            await until(lambda: any(message.files for message in acme.thread(card)), "the original")
            assert acme.thread(card)[0].files[0].name == "original.eml"


async def test_a_charset_that_nobody_knows(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        strange = Shape(declared_charset="x-klingon-8")
        acme.buyer().write(acme.seller, "Wo ist mein Päckchen?", purchase=acme.purchase(acme.order()), shape=strange)
        await acme.card("Wo ist mein Päckchen?")


async def test_a_letter_in_html_only(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        acme.buyer().write(
            acme.seller, "Where is <b>it</b> & why?", purchase=acme.purchase(order), shape=Shape(html_only=True)
        )
        card = await acme.card("Where is <b>it</b> & why?")
        assert order.customer_order_id in acme.text_of(card)


async def test_a_body_that_the_server_will_not_give(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        acme.faults.order("imap:FETCH", Fault(FaultKind.ERROR, code="NIL"), times=20)
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))

        await acme.card("Only the head of this mail could be fetched")
        acme.faults.clear()
        acme.buyer("John Smith").write(acme.seller, "The lid is broken.", purchase=acme.purchase(acme.order()))
        await acme.card("The lid is broken.")


def small_mails_only(adapters: Adapters) -> Adapters:
    return replace(adapters, source=ImapSource(limits=Limits(mail_bytes=100_000)))


async def test_a_mail_over_the_size_limit_is_named_and_not_fetched(
    tmp_path: Path,
) -> None:
    async with brisk(tmp_path) as acme, acme.open(small_mails_only):
        order = acme.order()
        film = Attachment("film.mp4", "video/mp4", bytes(300_000))
        acme.buyer().write(acme.seller, "See the film.", purchase=acme.purchase(order), attachments=(film,))

        card = await acme.card("Only the head of this mail could be fetched")
        assert order.customer_order_id in acme.text_of(card)
        (mail,) = await kept.settled(acme, 1)
        assert len(mail.raw) < 10_000
