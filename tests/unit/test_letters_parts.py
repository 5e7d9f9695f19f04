"""The small readers: addresses, order ids, authentication results, subjects, topics, items."""

import pytest

from bot.domain.letters import Authenticity, Topic
from bot.domain.sites import Market
from integrations.walmart.letters import is_allowed_recipient, normalise_order_id
from integrations.walmart.letters.addresses import RelaySide, is_before_purchase, market_of, relay_side
from integrations.walmart.letters.authenticity import judge
from integrations.walmart.letters.items import item_of
from integrations.walmart.letters.labels import Label, read_label
from integrations.walmart.letters.order_ids import order_id_in_words
from integrations.walmart.letters.subjects import answer_subject, read_subject
from integrations.walmart.letters.topics import topic_of

HEX = "1746e2be928948f1a5290fdffe93dee6"


@pytest.mark.parametrize(
    "address",
    [
        "nocxemail@walmartone.com",
        "NOCXEMAIL@walmartone.com",
        f"s-{HEX}@relay.walmart.com",
        "postmaster@relay.walmart.com",
        "no-reply-acnt@es.relay.walmart.com",
        "no-reply@relay.walmart.com",
        "help@walmart.com",
        "buyer@hotmail.com",
        f"c-{HEX}@relay.walmart.com.evil.com",
        f"c-{HEX}@relay-walmart.com",
        f"c-{HEX}@relay.walmart.com\nBcc: thief@evil.example",
        f"thief@evil.example,c-{HEX}@relay.walmart.com",
        f"<c-{HEX}@relay.walmart.com>",
        f" c-{HEX}@relay.walmart.com",
        f"c-{HEX}%evil.example@relay.walmart.com",
        "@relay.walmart.com",
        "",
    ],
)
def test_no_reply_goes_there_by_itself(address: str):
    assert not is_allowed_recipient(address)


@pytest.mark.parametrize("prefix", ["", "c-", "pc-"])
@pytest.mark.parametrize(
    ("domain", "market"),
    [
        ("relay.walmart.com", Market.US),
        ("relay.walmart.ca", Market.CA),
        ("relay.walmart.com.mx", Market.MX),
        ("relay.walmart.cl", None),
    ],
)
def test_every_form_of_a_buyers_relay_address_may_be_answered(prefix: str, domain: str, market: Market | None):
    address = f"{prefix}{HEX.upper()}@{domain}"

    assert is_allowed_recipient(address)
    assert relay_side(address) is RelaySide.BUYER
    assert market_of(address) is market
    assert is_before_purchase(address) == (prefix == "pc-")


@pytest.mark.parametrize(
    ("text", "order_id"),
    [
        ("200011419023224", "200011419023224"),
        ("2000114-19023224", "200011419023224"),
        ("2000114\u201119023224", "200011419023224"),
        ("#1796277083022", "1796277083022"),
        ("2282223729 (view)", "2282223729"),
        ("２０００１１４１９０２３２２４", "200011419023224"),
        ("123456789", None),
        ("123456789012345678", None),
        ("A2000114190232240B", None),
        ("none yet", None),
        ("", None),
        ("-" * 1_000, None),
    ],
)
def test_an_order_id_loses_its_hyphens(text: str, order_id: str | None):
    assert normalise_order_id(text) == order_id


@pytest.mark.parametrize(
    ("text", "order_id"),
    [
        ("please call 15558675309 now", None),
        ("tracking 9400111899223818", None),
        ("FedEx 123456789012", None),
        ("order 1796277083022 is late", "1796277083022"),
        ("mi pedido es 1796277083022", "1796277083022"),
        ("200011419023224", "200011419023224"),
        ("200011419023224 and again 2000114-19023224", "200011419023224"),
        ("200011419023224 and 200011419023225", None),
    ],
)
def test_free_text_gives_an_order_id_only_if_it_can_be_nothing_else(text: str, order_id: str | None):
    assert order_id_in_words(text) == order_id


RELAY = "relay.walmart.com"
PASSED, FAILED, UNKNOWN = Authenticity.PASSED, Authenticity.FAILED, Authenticity.UNKNOWN


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ("mx.me; dmarc=pass header.from=relay.walmart.com", PASSED),
        ("mx.me 1; dmarc = pass (p=REJECT; sp=x) header.from = walmart.com", PASSED),
        ("MX.ME (a (nested) comment; dmarc=fail); dmarc=pass header.from=relay.walmart.com", PASSED),
        ("mx.me; dkim=pass header.d=walmart.com", PASSED),
        ("mx.me; dkim=pass header.i=@relay.walmart.com header.s=x; spf=fail smtp.mailfrom=list.example", PASSED),
        ("mx.me; spf=pass smtp.mailfrom=bounce@relay.walmart.com; dmarc=none", PASSED),
        ("mx.me; dmarc=pass header.from=evil.example", FAILED),
        ("mx.me; dmarc=pass", FAILED),
        ("mx.me; dkim=pass header.d=walmart.com; dmarc=fail header.from=relay.walmart.com", FAILED),
        ("mx.me; spf=softfail smtp.mailfrom=relay.walmart.com; dkim=none", FAILED),
        ("mx.me; dkim=fail header.d=walmart.com", FAILED),
        ("mx.me; dkim=fail header.d=walmart.com; dkim=pass header.d=evil.example", FAILED),
        ("mx.me; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example", UNKNOWN),
        ("mx.me; dkim=pass header.d=notwalmart.com", UNKNOWN),
        ("mx.me; none", UNKNOWN),
        ("mx.me; arc=pass header.d=walmart.com", UNKNOWN),
        ('mx.me; spf=none smtp.mailfrom="a;dmarc=pass header.from=relay.walmart.com"@evil.example', UNKNOWN),
        ("mx.me; spf=none (dmarc=pass; dkim=pass header.d=walmart.com)", UNKNOWN),
        ("mx.me.evil.example; dmarc=pass header.from=relay.walmart.com", UNKNOWN),
        ("dmarc=pass header.from=relay.walmart.com", UNKNOWN),
        ("spf=pass mx.me; dmarc=pass header.from=relay.walmart.com", UNKNOWN),
        ("", UNKNOWN),
        ("(" * 20_000, UNKNOWN),
        ('mx.me; "' + ";" * 20_000, UNKNOWN),
    ],
)
def test_the_verdict_of_the_trusted_server(header: str, verdict: Authenticity):
    assert judge([header], "mx.me", RELAY) is verdict


def test_only_the_topmost_header_of_the_trusted_server_counts():
    passed = "mx.me; dmarc=pass header.from=relay.walmart.com"

    assert judge(["other; dmarc=fail", "mx.me; dmarc=fail", passed], "mx.me", RELAY) is FAILED


def test_without_a_trusted_server_nothing_is_believed():
    assert judge(["; dmarc=pass header.from=relay.walmart.com"], "", RELAY) is UNKNOWN


def test_a_sender_outside_walmart_is_never_proved_by_walmarts_own_pass():
    assert judge(["mx.me; dkim=pass header.d=walmart.com"], "mx.me", "care.example") is FAILED


@pytest.mark.parametrize(
    ("subject", "topic", "order_id", "by_walmart"),
    [
        ("Message from Walmart.com Customer:  Cancel Order, 6171867186778", "Cancel Order", "6171867186778", True),
        ("Message from Walmart.com Customer:Cancel Order,6171867186778", "Cancel Order", "6171867186778", True),
        (
            "RE: RE: Message from Walmart.ca Customer:\tLate, and cold, 6171867186778",
            "Late, and cold",
            "6171867186778",
            True,
        ),
        ("Message from Walmart.com Customer:  Item question", "Item question", None, True),
        ("Message from Walmart.com Customer:  6171867186778", "", "6171867186778", True),
        ("Message from Walmart.com Customer:", "", None, True),
        ("AW: When will my order ship?", "When will my order ship?", None, False),
        ("Order 2000114-19023224", "Order 2000114-19023224", "200011419023224", False),
        ("", "", None, False),
    ],
)
def test_a_subject_is_read(subject: str, topic: str, order_id: str | None, by_walmart: bool):
    read = read_subject(subject)

    assert (read.topic_words, read.order_id, read.by_walmart) == (topic, order_id, by_walmart)


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Late", "RE: Late"),
        ("Re: Late", "RE: Late"),
        ("RE: re[2]: AW: 回复：Late", "RE: Late"),
        ("Re: FW: Late", "RE: FW: Late"),
        ("Regarding: Late", "RE: Regarding: Late"),
        ("a\r\nBcc: thief@evil.example", "RE: a Bcc: thief@evil.example"),
        ("", "RE: Your message on Walmart"),
    ],
)
def test_an_answers_subject_has_one_mark(subject: str, answer: str):
    assert answer_subject(subject) == answer


@pytest.mark.parametrize(
    ("topic_words", "words", "topic"),
    [
        ("Cancel Order", "", Topic.CANCELLATION),
        ("Order cancellation request", "it never arrived", Topic.CANCELLATION),
        ("Question", "I want my money back", Topic.RETURNS_REFUNDS),
        ("", "The lamp doesn’t work", Topic.ITEM_ISSUE),
        ("When will my order ship?", "", Topic.TRACK_ORDER),
        ("", "about my membership", Topic.OTHER),
        ("Feedback", "", Topic.FEEDBACK),
        ("", "¿Dónde está mi pedido?", Topic.TRACK_ORDER),
        ("", "", Topic.OTHER),
    ],
)
def test_a_topic_is_one_of_walmarts_families(topic_words: str, words: str, topic: Topic):
    assert topic_of(topic_words, words) is topic


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Hose 1/2 inch - 55126789 / Hose 1/2 inch - 55126789", ("55126789", "Hose 1/2 inch")),
        ("55126789 / GARDEN HOSE /", ("55126789", "GARDEN HOSE")),
        ("4PYIMO59G4SH / GARDEN HOSE /", ("4PYIMO59G4SH", "GARDEN HOSE")),
        ("Garden Hose - green", (None, "Garden Hose - green")),
        ("55126789", ("55126789", None)),
    ],
)
def test_name_and_number_of_layout_b(text: str, item: tuple[str | None, str | None]):
    assert item_of({Label.ITEM_AND_ID: text}) == item


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Sales Order ID:  123", (Label.ORDER_ID, "123")),
        ("*Sales  Order ID:* 123", (Label.ORDER_ID, "123")),
        ("  message：", (Label.MESSAGE, "")),
        ("RefID: A", (Label.REF_ID, "A")),
        ("I got this message: hello", None),
        ("no label", None),
        ("x" * 10_000 + ":", None),
        ("", None),
    ],
)
def test_a_label_stands_at_the_beginning_of_its_line(line: str, read: tuple[Label, str] | None):
    assert read_label(line) == read
