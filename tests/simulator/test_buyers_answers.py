"""A buyer who reads what the relay brings and answers it, and all the mail that no buyer wrote."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from integrations.simulator.buyers import other_mail
from integrations.simulator.buyers.buyer import Letter
from integrations.simulator.buyers.quoting import Quoting
from integrations.simulator.mail.post_office import Authentication
from integrations.simulator.mail.records import MailKind
from tests.simulator.mail_world import CARE, NOON, PURCHASE, World, mail_world, reply


async def answered_letter(world: World) -> Letter:
    """A buyer has written and the seller has answered."""
    letter = world.buyer.write(world.seller, "Where is it?", purchase=PURCHASE)
    mail = reply(letter.conversation.buyer_address, "It ships on Monday.\nSorry.")
    mail["References"] = letter.message_id
    async with world.sender() as client:
        await client.send_message(mail)
    return letter


def newest(world: World) -> EmailMessage:
    return message_from_bytes(world.inbox.mails[-1].raw, policy=policy.default)


async def test_a_buyer_waits_for_the_reply_and_is_woken_by_it() -> None:
    async with mail_world() as world:
        waiting = asyncio.ensure_future(world.buyer.wait_for_mail())
        await asyncio.sleep(0)
        assert not waiting.done()
        await answered_letter(world)
        mail = await asyncio.wait_for(waiting, timeout=1)
        assert mail.text == "It ships on Monday.\nSorry.\n"


async def test_an_answer_names_the_mails_before_it_and_comes_from_a_new_address() -> None:
    async with mail_world() as world:
        letter = await answered_letter(world)
        answer = world.buyer.answer(world.buyer.mailbox.mails[0], "Thank you!")
        read = newest(world)
        assert read["Subject"] == "RE: Message from Walmart.com Customer:  Order status, 5921679250664"
        assert read["In-Reply-To"] == "<reply-1@bison.example>"
        assert read["References"].split() == [letter.message_id, "<reply-1@bison.example>"]
        assert answer.conversation.buyer_address != letter.conversation.buyer_address
        assert answer.conversation.buyer_address.startswith("c-")


@pytest.mark.parametrize(
    ("quoting", "mark", "quoted"),
    [
        (Quoting.GMAIL, "\nOn Sun, Mar 01, 2026 at 12:00 PM Bison Commerce <\ns-", "> It ships on Monday.\n> Sorry."),
        (
            Quoting.OUTLOOK,
            "\n________________________________\nFrom: Bison Commerce <s-",
            "\nIt ships on Monday.\nSorry.",
        ),
        (Quoting.APPLE, "\nSent from my iPhone\n\n> On Mar 01, 2026", "> It ships on Monday.\n> Sorry."),
    ],
)
async def test_mail_programs_quote_in_their_own_ways(quoting: Quoting, mark: str, quoted: str) -> None:
    async with mail_world() as world:
        await answered_letter(world)
        world.buyer.answer(world.buyer.mailbox.mails[0], "Thank you!", quoting=quoting)
        body = newest(world).get_body(("plain",))
        assert isinstance(body, EmailMessage)
        text = body.get_content().replace("\r\n", "\n")
        assert text.startswith("Thank you!\n")
        assert mark in text
        assert quoted in text
        assert newest(world).get_body(("html",)) is not None


async def test_an_answer_may_stand_between_the_quoted_lines() -> None:
    async with mail_world() as world:
        await answered_letter(world)
        world.buyer.answer(world.buyer.mailbox.mails[0], "Which Monday?", quoting=Quoting.BETWEEN)
        text = newest(world).get_content().replace("\r\n", "\n")
        assert "> It ships on Monday.\n\nWhich Monday?\n\n> Sorry.\n" in text


async def test_an_answer_without_history_is_only_the_words() -> None:
    async with mail_world() as world:
        await answered_letter(world)
        world.buyer.answer(world.buyer.mailbox.mails[0], "Thank you!", quoting=Quoting.NONE)
        assert newest(world).get_content().strip() == "Thank you!"


async def test_the_seller_can_reply_to_the_address_of_the_answer_too() -> None:
    async with mail_world() as world:
        await answered_letter(world)
        answer = world.buyer.answer(world.buyer.mailbox.mails[0], "Thank you!")
        async with world.sender() as client:
            await client.send_message(reply(answer.conversation.buyer_address, "You are welcome."))
        assert world.buyer.mailbox.mails[1].relay_address == answer.conversation.buyer_address


OTHERS = {
    "walmart news": other_mail.walmart_news(CARE, NOON),
    "performance alert": other_mail.performance_alert(CARE, NOON, PURCHASE.order_id),
    "webhook failure": other_mail.webhook_failure(CARE, NOON),
    "out of office": other_mail.out_of_office(CARE, NOON, "<reply-1@bison.example>"),
    "stranger": other_mail.stranger(CARE, NOON),
    "impostor": other_mail.impostor(CARE, NOON, PURCHASE.order_id),
    "own copy": other_mail.own_copy(reply("x@relay.walmart.com").as_bytes(policy=policy.SMTP), CARE),
}


@pytest.mark.parametrize("raw", OTHERS.values(), ids=OTHERS.keys())
async def test_mail_that_no_buyer_wrote_is_whole_and_not_from_a_relay(raw: bytes) -> None:
    async with mail_world() as world:
        world.deliver(raw)
        read = newest(world)
        sender = read["From"].addresses[0].addr_spec
        assert "relay.walmart." not in sender.rpartition("@")[2]
        assert read["Message-ID"]
        assert world.server.records.deliveries[0].kind is MailKind.OTHER


async def test_an_impostor_wears_walmarts_name_and_passes_for_his_own_domain_only() -> None:
    async with mail_world() as world:
        world.deliver(OTHERS["impostor"])
        sender = newest(world)["From"].addresses[0]
        assert "@relay.walmart.com" in sender.display_name
        assert "header.d=phish.example" in newest(world)["Authentication-Results"]


async def test_a_forger_brings_his_own_verdict_and_the_real_one_stands_above_it() -> None:
    async with mail_world() as world:
        raw = other_mail.forgery(CARE, NOON, PURCHASE.order_id)
        world.server.post_office.deliver(CARE, raw, kind=MailKind.OTHER, authentication=Authentication.FAIL)
        real, forged = newest(world).get_all("Authentication-Results", [])
        assert real.startswith("mx.bison.example; dkim=fail")
        assert forged.startswith("mx.bison.example; dkim=pass")


async def test_a_buyers_out_of_office_comes_through_the_relay_with_a_machines_marks() -> None:
    async with mail_world() as world:
        letter = world.buyer.write(world.seller, "Hi", purchase=PURCHASE)
        raw = other_mail.automatic_answer_of_buyer(letter, CARE, NOON)
        world.server.post_office.deliver(CARE, raw, kind=MailKind.OTHER, authentication=Authentication.FAIL)
        read = newest(world)
        assert (read["Auto-Submitted"], read["Precedence"]) == ("auto-replied", "bulk")
        assert read["From"].addresses[0].addr_spec == letter.conversation.buyer_address
        assert "dmarc=fail" in read["Authentication-Results"]
