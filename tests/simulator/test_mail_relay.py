"""Walmart's relay: who may write to a buyer, what the buyer sees, and what comes back."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from integrations.simulator.buyers.buyer import Letter
from integrations.simulator.mail.bounces import BounceStyle
from integrations.simulator.mail.records import MailKind
from tests.simulator.mail_world import CARE, PURCHASE, World, mail_world, reply

ALIAS = "sales@bison.example"


def letter_in(world: World) -> Letter:
    return world.buyer.write(world.seller, "Where is my order?", purchase=PURCHASE)


async def send(world: World, mail: EmailMessage, *, envelope_sender: str = CARE) -> None:
    async with world.sender() as client:
        await client.send_message(mail, sender=envelope_sender)


async def bounced(world: World) -> None:
    changed = asyncio.Event()
    end = world.server.changes.subscribe(changed.set)
    async with asyncio.timeout(2):
        while not world.server.records.bounces:
            changed.clear()
            await changed.wait()
    end()


async def bounce(world: World) -> EmailMessage:
    """Wait for the mail that comes back, and read it."""
    await bounced(world)
    newest = world.inbox.mails[-1]
    assert world.server.records.deliveries[-1].kind is MailKind.BOUNCE
    return message_from_bytes(newest.raw, policy=policy.default)


async def test_a_sender_that_is_not_registered_gets_a_report_with_the_headers_of_his_mail() -> None:
    async with mail_world() as world:
        world.seller.addresses = ("old-contact@bison.example",)
        conversation = world.server.relay.open(world.seller, world.buyer.mailbox)
        await send(world, reply(conversation.buyer_address))

        returned = await bounce(world)

        assert returned.get_content_type() == "multipart/report"
        assert "mailer-daemon" in str(returned["From"]).lower()
        text, status, headers = returned.iter_parts()
        assert "not a registered customer service contact" in text.get_content()
        assert status.get_payload()[1]["Action"] == "failed"  # type: ignore[index]
        assert "Message-ID: <reply-1@bison.example>" in str(headers.get_payload())
        assert world.buyer.mailbox.mails == []
        assert world.server.records.bounces[0].message_id == "<reply-1@bison.example>"


async def test_a_bounce_may_be_plain_text_without_any_report() -> None:
    async with mail_world() as world:
        world.server.relay.bounce_style = BounceStyle.PLAIN
        await send(world, reply("c-00000000000000000000000000000000@relay.walmart.com"))

        returned = await bounce(world)

        assert returned.get_content_type() == "text/plain"
        assert "Message-ID: <reply-1@bison.example>" in returned.get_content()
        assert world.server.records.bounces[0].reason == "Unknown relay address"


@pytest.mark.parametrize(("header_sender", "envelope_sender"), [(ALIAS, CARE), (CARE, ALIAS)])
async def test_header_and_envelope_must_both_be_registered(header_sender: str, envelope_sender: str) -> None:
    async with mail_world() as world:
        world.server.add_account(ALIAS, "x")
        letter = letter_in(world)
        mail = reply(letter.conversation.buyer_address, sender=header_sender)
        await send(world, mail, envelope_sender=envelope_sender)
        await bounced(world)
        assert world.server.records.bounces[0].to == envelope_sender
        assert world.server.records.replies == ()


async def test_the_buyer_sees_the_sellers_name_and_never_the_sellers_address() -> None:
    async with mail_world() as world:
        letter = letter_in(world)
        mail = reply(letter.conversation.buyer_address, "Write to Care@bison.example, or answer here.")
        mail["In-Reply-To"] = letter.message_id
        mail["References"] = letter.message_id
        mail.add_alternative("<p>Write to <b>care@bison.example</b></p>", subtype="html")
        await send(world, mail)

        (seen,) = world.buyer.mailbox.mails
        assert seen.sender_name == "Bison Commerce"
        assert seen.sender_address.startswith("s-")
        assert seen.text == f"Write to {seen.sender_address}, or answer here.\n"
        assert b"bison.example" not in seen.as_bytes(world.buyer.mailbox).replace(b"<reply-1@bison.example>", b"")

        (record,) = world.server.records.replies
        assert record.buyer == "Ann Miller"
        assert record.relay_address == letter.conversation.buyer_address
        assert (record.sender, record.seller) == (CARE, "Bison Commerce")
        assert record.text == "Write to Care@bison.example, or answer here.\n"
        assert "care@bison.example" in record.html
        assert (record.in_reply_to, record.references) == (letter.message_id, (letter.message_id,))


async def test_the_relay_may_put_a_message_id_of_its_own_in_place_of_the_sellers() -> None:
    async with mail_world() as world:
        world.server.relay.keeps_message_ids = False
        await send(world, reply(letter_in(world).conversation.buyer_address))
        assert world.buyer.mailbox.mails[0].message_id.endswith("@relay.walmart.com>")
        assert world.server.records.replies[0].message_id == "<reply-1@bison.example>"


async def test_five_files_pass_and_the_sixth_sends_everything_back() -> None:
    async with mail_world() as world:
        address = letter_in(world).conversation.buyer_address
        mail = reply(address)
        for number in range(5):
            mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename=f"{number}.png")
        await send(world, mail)
        assert [file.name for file in world.buyer.mailbox.mails[0].attachments] == [f"{n}.png" for n in range(5)]
        mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="6.png")
        await send(world, mail)
        await bounce(world)
        assert len(world.buyer.mailbox.mails) == 1


async def test_a_file_beyond_five_megabytes_comes_back() -> None:
    async with mail_world() as world:
        mail = reply(letter_in(world).conversation.buyer_address)
        mail.add_attachment(b"x" * (5 * 1024 * 1024 + 1), maintype="image", subtype="png", filename="big.png")
        await send(world, mail)
        await bounce(world)
        assert world.buyer.mailbox.mails == []


async def test_a_bounce_takes_its_time_on_the_simulators_clock() -> None:
    async with mail_world() as world:
        world.server.relay.bounce_after_seconds = 3600
        await send(world, reply("pc-nobody@relay.walmart.ca"))
        assert world.server.records.bounces == ()


@pytest.mark.parametrize("recipient", ["nocxemail@walmartone.com", "NoCxEmail@WalmartOne.com", "ann@example.org"])
async def test_a_mail_to_where_none_may_go_is_recorded_as_a_violation(recipient: str) -> None:
    async with mail_world() as world:
        await send(world, reply(recipient))
        (violation,) = world.server.records.violations
        assert violation.recipient.lower() == recipient.lower()


async def test_records_say_what_was_delivered_to_the_seller_in_order() -> None:
    async with mail_world() as world:
        letter = letter_in(world)
        await send(world, reply(letter.conversation.buyer_address))
        kinds = [type(record).__name__ for record in world.server.records.all]
        assert kinds == ["Delivery", "Submission", "ReplyReached"]
        (delivery,) = world.server.records.deliveries
        assert (delivery.kind, delivery.uid, delivery.message_id) == (MailKind.BUYER_LETTER, 1, letter.message_id)


async def test_a_listener_hears_of_every_change_until_it_leaves() -> None:
    async with mail_world() as world:
        heard: list[int] = []
        end = world.server.changes.subscribe(lambda: heard.append(len(world.server.records.all)))
        letter_in(world)
        letter_in(world)
        end()
        letter_in(world)
        assert heard == [1, 2]
