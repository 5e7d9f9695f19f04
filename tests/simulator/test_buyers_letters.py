"""What buyers write: every layout, shape and trap, as it lies in the seller's mailbox."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.domain.sites import Market
from integrations.simulator.buyers.buyer import Letter, Posting
from integrations.simulator.buyers.composing import Shape
from integrations.simulator.buyers.hostile import HostileMail, HostileWords, attachments, mail, words
from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.mail.post_office import Authentication
from integrations.simulator.mail.records import Attachment, MailKind
from tests.simulator.mail_world import CARE, NOON, PURCHASE, World, mail_world

ORDER = PURCHASE.order_id


def newest(world: World) -> EmailMessage:
    return message_from_bytes(world.inbox.mails[-1].raw, policy=policy.default)


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


async def test_layout_a_reads_as_it_was_seen_in_production() -> None:
    async with mail_world() as world:
        letter = world.buyer.write(world.seller, "Can I cancel?\nThanks", purchase=PURCHASE, topic="Cancel Order")

        raw, read = world.inbox.mails[-1].raw, newest(world)

        assert b"\r\nSubject: Message from Walmart.com Customer:  Cancel Order, 5921679250664\r\n" in raw
        text = text_of(read)
        assert text.startswith("Hi Bison Commerce,\n\nAnn Miller wants to connect with you")
        assert "Sales Order ID:\N{NO-BREAK SPACE} 5921679250664\nItem ID:\N{NO-BREAK SPACE} 162457985\nItem:" in text
        assert "\nMessage:\nCan I cancel?\nThanks\n\n**Note: You have received this message" in text
        assert text.endswith(f"sent to {CARE}\n\nRefID: {letter.ref_id}\n")
        html = text_of(read, "html")
        assert "<div>Sales Order ID:&nbsp; 5921679250664</div>" in html
        assert "<div>Message:<br/></div>Can I cancel?<br/>Thanks" in html
        assert read["Message-ID"].startswith("<20260301120000.")
        assert read["Message-ID"].endswith("@relay.walmart.com>")
        assert letter.conversation.buyer_address in read["From"]


@pytest.mark.parametrize(
    ("layout", "in_subject", "in_text"),
    [
        (
            Layout.LABELS,
            "Message from Walmart.com Customer: Order status",
            f"Order number: {ORDER}\nItem name/number: ",
        ),
        (Layout.PLAIN, "When will it ship?", "When will it ship?\nTell me."),
        (Layout.CUSTOMER_CARE, f"Customer inquiry - Order status - {ORDER}", "on behalf of our customer Ann Miller"),
        (Layout.BEFORE_PURCHASE, "Message from Walmart.com Customer:  Order status", "has a question about your items"),
    ],
)
async def test_the_other_layouts(layout: Layout, in_subject: str, in_text: str) -> None:
    async with mail_world() as world:
        world.buyer.write(world.seller, "When will it ship?\nTell me.", purchase=PURCHASE, layout=layout)
        read = newest(world)
        assert read["Subject"] == in_subject
        assert in_text in text_of(read)
        assert "When will it ship?\nTell me." in text_of(read)


async def test_a_question_before_a_purchase_comes_from_a_pc_address_and_names_no_order() -> None:
    async with mail_world() as world:
        letter = world.buyer.write(world.seller, "Is it blue?", layout=Layout.BEFORE_PURCHASE)
        assert letter.conversation.buyer_address.startswith("pc-")
        assert b"Order ID" not in world.inbox.mails[-1].raw
        with pytest.raises(ValueError, match="names an order"):
            world.buyer.write(world.seller, "Is it blue?", layout=Layout.ORDER)


@pytest.mark.parametrize(("market", "site"), [(Market.CA, "walmart.ca"), (Market.MX, "walmart.com.mx")])
async def test_other_markets_have_their_own_wording_and_domain(market: Market, site: str) -> None:
    async with mail_world() as world:
        seller = world.server.register_seller("Bison", market, CARE)
        letter = world.buyer.write(seller, "Order cancellation request", purchase=PURCHASE)
        assert letter.conversation.buyer_address.endswith(f"@relay.{site}")
        assert f"{site} customer:  " in letter.subject.lower()


async def test_every_letter_has_an_address_of_its_own_unless_told_otherwise() -> None:
    async with mail_world() as world:
        one = world.buyer.write(world.seller, "One", purchase=PURCHASE)
        two = world.buyer.write(world.seller, "Two", purchase=PURCHASE)
        three = world.buyer.write(world.seller, "Three", purchase=PURCHASE, same_address_as=two)
        assert one.conversation.buyer_address != two.conversation.buyer_address
        assert three.conversation is two.conversation


@pytest.mark.parametrize(
    ("charset", "sentence"),
    [
        ("windows-1252", "Größe “M” – 5 €"),
        ("gb18030", "我的订单在哪里？"),
        ("iso-2022-jp", "注文はどこですか"),
        ("utf-16", "¿Dónde está?"),
    ],
)
async def test_letters_in_other_charsets(charset: str, sentence: str) -> None:
    async with mail_world() as world:
        world.buyer.write(world.seller, sentence, purchase=PURCHASE, layout=Layout.LABELS, shape=Shape(charset))
        assert newest(world).get_content_charset() == charset
        assert sentence in text_of(newest(world))


@pytest.mark.parametrize("declared", ["x-walmart-9", "us-ascii", "utf-8"])
async def test_a_letter_may_declare_a_charset_that_is_unknown_or_wrong(declared: str) -> None:
    async with mail_world() as world:
        shape = Shape("windows-1252", declared_charset=declared)
        world.buyer.write(world.seller, "Größe?", purchase=PURCHASE, layout=Layout.LABELS, shape=shape)
        assert newest(world).get_param("charset") == declared
        assert "Größe?".encode("cp1252") in (newest(world).get_payload(decode=True) or b"")


async def test_a_letter_may_be_html_only_or_plain_only() -> None:
    async with mail_world() as world:
        world.buyer.write(world.seller, "Hi", purchase=PURCHASE, shape=Shape(html_only=True))
        assert newest(world).get_content_type() == "text/html"
        world.buyer.write(world.seller, "Hi", purchase=PURCHASE, shape=Shape(plain_only=True))
        assert newest(world).get_content_type() == "text/plain"


async def test_images_and_files_come_along() -> None:
    async with mail_world() as world:
        photo = Attachment("Foto größe.png", "image/png", b"\x89PNG\r\n\x1a\n")
        world.buyer.write(world.seller, "Broken", purchase=PURCHASE, attachments=(photo,))
        (part,) = newest(world).iter_attachments()
        assert (part.get_filename(), part.get_content()) == ("Foto größe.png", photo.content)


async def test_a_letter_without_message_id() -> None:
    async with mail_world() as world:
        letter = world.buyer.write(world.seller, "Hi", purchase=PURCHASE, posting=Posting(message_id=""))
        assert letter.message_id == ""
        assert b"message-id" not in world.inbox.mails[-1].raw.lower()


async def test_two_letters_may_share_a_message_id() -> None:
    async with mail_world() as world:
        one = world.buyer.write(world.seller, "One", purchase=PURCHASE)
        again = Posting(message_id=one.message_id)
        two = world.buyer.write(world.seller, "Two", purchase=PURCHASE, posting=again)
        assert two.message_id == one.message_id
        assert [delivery.kind for delivery in world.server.records.deliveries] == [MailKind.BUYER_LETTER] * 2


async def test_two_contacts_get_two_copies_that_differ_only_in_headers() -> None:
    async with mail_world() as world:
        letter = world.buyer.write(world.seller, "Hi", purchase=PURCHASE, posting=Posting(copies=2))
        first, second = (message_from_bytes(m.raw, policy=policy.default) for m in world.inbox.mails)
        assert first["Message-ID"] == letter.message_id != second["Message-ID"]
        assert text_of(first) == text_of(second)
        assert (first["Date"], first["From"]) == (second["Date"], second["From"])
        kinds = [delivery.kind for delivery in world.server.records.deliveries]
        assert kinds == [MailKind.BUYER_LETTER, MailKind.REPEAT]


async def test_every_registered_contact_with_a_mailbox_gets_the_letter() -> None:
    async with mail_world() as world:
        second = world.server.add_account("two@bison.example", "x")
        world.seller.addresses = (CARE, "two@bison.example")
        world.buyer.write(world.seller, "Hi", purchase=PURCHASE)
        assert len(world.inbox.mails) == len(second.inbox.mails) == 1


async def test_old_letters_can_lie_in_the_mailbox_before_the_first_contact_or_in_junk() -> None:
    async with mail_world() as world:
        old = Posting(received_at=NOON - timedelta(hours=80))
        world.buyer.write(world.seller, "Hi", purchase=PURCHASE, posting=old)
        world.buyer.write(world.seller, "Hi", purchase=PURCHASE, posting=replace(old, into_junk=True))
        assert world.inbox.mails[0].received_at == NOON - timedelta(hours=80)
        assert newest(world)["Date"].datetime == NOON - timedelta(hours=80)
        assert len(world.account.junk.mails) == 1


async def test_a_date_header_may_lie_about_the_time_of_receipt() -> None:
    async with mail_world() as world:
        lie = Posting(date="Fri, 31 Feb 2094 99:99:99 +9999")
        world.buyer.write(world.seller, "Hi", purchase=PURCHASE, posting=lie)
        assert b"Date: Fri, 31 Feb 2094 99:99:99 +9999\r\n" in world.inbox.mails[-1].raw
        assert world.inbox.mails[-1].received_at.date() == NOON.date()


async def test_a_reply_to_may_name_another_relay_address_of_the_same_buyer() -> None:
    async with mail_world() as world:
        elsewhere = Posting(answers_elsewhere=True)
        letter = world.buyer.write(world.seller, "Hi", purchase=PURCHASE, posting=elsewhere)
        assert newest(world)["Reply-To"] == letter.reply_address != letter.conversation.buyer_address


async def test_a_seller_without_any_mailbox_here_cannot_be_written_to() -> None:
    async with mail_world() as world:
        world.seller.addresses = ("elsewhere@bison.example",)
        with pytest.raises(ValueError, match="has a mailbox here"):
            world.buyer.write(world.seller, "Hi", purchase=PURCHASE)


@pytest.mark.parametrize("verdict", list(Authentication))
async def test_the_mailboxs_own_server_says_what_it_checked_above_everything_else(verdict: Authentication) -> None:
    async with mail_world() as world:
        world.buyer.write(world.seller, "Hi", purchase=PURCHASE, posting=Posting(authentication=verdict))
        results = newest(world).get_all("Authentication-Results", [])
        if verdict is Authentication.ABSENT:
            assert results == []
        else:
            assert results[0].startswith(f"mx.bison.example; dkim={verdict}")


@pytest.mark.parametrize("kind", list(HostileWords))
async def test_hostile_words_arrive_as_they_were_typed(kind: HostileWords) -> None:
    async with mail_world() as world:
        world.buyer.write(world.seller, words(kind), purchase=PURCHASE, attachments=attachments())
        assert f"\nMessage:\n{words(kind)}\n\n**Note" in text_of(newest(world))


@pytest.mark.parametrize("kind", list(HostileMail))
async def test_hostile_mails_are_delivered_and_recorded_whatever_they_do_to_a_parser(kind: HostileMail) -> None:
    async with mail_world() as world:
        letter: Letter = world.buyer.write(world.seller, "Hi", purchase=PURCHASE)
        raw = mail(kind, letter.conversation.buyer_address, CARE)
        world.deliver(raw)
        assert world.inbox.mails[-1].raw.endswith(raw)
        assert len(world.server.records.deliveries) == 2
