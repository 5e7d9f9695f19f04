"""What a mail is: the order of the rules, and that no mail whatsoever breaks them."""

import pickle
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.letters import BuyerLetter, Confidence, NotForUs, NotForUsKind
from bot.domain.mails import Attachment, ParsedMail
from integrations.walmart.letters import recognise
from tests.letters.building import BUYER, OWN, a_mail

WRAPPED = """Hi Bison Commerce,

Ann Miller wants to connect with you regarding the following order:

Sales Order ID:  200011419023224
Item ID:  162457985
Item:  Lamp

Message:
{words}

**Note: You have received this message from the customer, who has made a purchase from your company.**

Thank you,
Walmart Customer Service Team

RefID: CFB3AF9BD4F64299A86742C482665D44
"""


def read(mail: ParsedMail) -> BuyerLetter:
    letter = recognise(mail, OWN, "")
    assert isinstance(letter, BuyerLetter)
    return letter


def refused(mail: ParsedMail) -> NotForUs:
    reading = recognise(mail, OWN, "")
    assert isinstance(reading, NotForUs)
    return reading


@pytest.mark.parametrize(
    "address",
    [
        "c-1746e2be928948f1a5290fdffe93dee6@relay.walmart.com.evil.com",
        "c-1746e2be928948f1a5290fdffe93dee6@relay-walmart.com",
        "c-1746e2be928948f1a5290fdffe93dee6@relay.walmart.co",
        "c-1746e2be928948f1a5290fdffe93dee6@xrelay.walmart.com.example",
        "c-1746e2be928948f1a5290fdffe93dee6@relay.wаlmart.com",  # a Cyrillic a
        "c-1746e2be928948f1a5290fdffe93dee6@relay。walmart。com",
        "relay.walmart.com",
        "",
    ],
)
def test_an_address_that_only_looks_like_the_relay_is_a_stranger(address: str):
    assert refused(a_mail(WRAPPED, from_address=address)).kind is NotForUsKind.STRANGER


def test_a_display_name_proves_nothing():
    assert refused(a_mail(WRAPPED, from_address="x@evil.example", from_name=BUYER)).kind is NotForUsKind.STRANGER


def test_a_relay_prefix_that_nobody_has_seen_yet_opens_a_ticket():
    assert read(a_mail("Hello", from_address="x9-1746e2be@relay.walmart.com")).words == "Hello"


def test_a_relay_letter_is_never_dropped_for_marks_of_a_machine():
    headers = {"precedence": "bulk", "auto-submitted": "auto-generated", "x-autoreply": "yes", "list-id": "<x>"}

    assert read(a_mail("Hello", headers=headers)).automatic


def test_a_distribution_list_is_no_machine():
    assert not read(a_mail("Hello", headers={"precedence": "list", "list-id": "<care.example>"})).automatic


def test_a_bounce_is_matched_by_returned_ids_before_anything_it_answers():
    mail = a_mail(
        from_address="mailer-daemon@mx.example",
        headers={"content-type": "multipart/report; report-type=delivery-status"},
        in_reply_to=("<other@x>",),
        returned_message_ids=("<reply-1.a@bison.example>",),
        delivery_status="failed 5.7.1",
    )

    assert refused(mail).about_message_ids == ("<reply-1.a@bison.example>",)


def test_a_bounce_that_returns_nothing_is_about_what_it_answers():
    mail = a_mail(from_address="postmaster@mx.example", subject="Undeliverable: x", in_reply_to=("<reply-1.a@b.c>",))

    assert refused(mail).about_message_ids == ("<reply-1.a@b.c>",)


def test_an_incomplete_report_from_a_buyers_address_is_a_letter():
    assert read(a_mail("Hello", delivery_status="failed 5.0.0")).words == "Hello"


def test_words_about_a_bounce_from_a_stranger_are_no_bounce():
    assert refused(a_mail("Hm", from_address="a@b.example", subject="failure notice")).kind is NotForUsKind.STRANGER


def test_a_letter_from_the_sellers_side_with_a_buyer_to_answer_is_a_letter():
    letter = read(a_mail("Hello", from_address="s-b645cf11@relay.walmart.com", reply_to=BUYER))

    assert (letter.relay_address, letter.reply_address) == (BUYER, BUYER)


def test_a_buyer_who_types_a_reference_does_not_make_his_letter_a_repeat():
    assert read(a_mail("RefID: CFB3AF9BD4F64299A86742C482665D44\nHello")).ref_id is None
    assert read(a_mail("Sales Order ID: 200011419023224\nRefID: CFB3AF9B\nHello")).ref_id is None


def test_a_label_in_a_sentence_takes_no_words_away():
    text = "Order: where is it?\nReason: it broke\nplease help"

    assert read(a_mail(text)).words == text


def test_a_label_with_a_sentence_behind_its_number_takes_no_words_away():
    text = "Order: 200011419023224 has not come\nItem #: 12345 is broken"

    letter = read(a_mail(text))

    assert letter.words == text
    assert letter.order_id == "200011419023224"


def test_labels_that_the_buyer_types_below_his_words_take_no_words_away():
    text = "I am angry.\nSales Order ID: 200011419023224\nMessage: hello"

    letter = read(a_mail(text))

    assert letter.words == text
    assert letter.confidence is Confidence.NONE


def test_words_above_a_wrapper_without_any_separation_are_kept():
    letter = read(a_mail("Any news?\n\n" + WRAPPED.format(words="Where is it?")))

    assert letter.words == "Any news?\n\nWhere is it?"
    assert letter.confidence is Confidence.LOW


def test_a_second_copy_of_the_footer_keeps_the_words_between():
    words = "First.\n**Note: You have received this message from me.**\nSecond."

    assert read(a_mail(WRAPPED.format(words=words))).words == words


def test_what_a_mailing_list_adds_below_the_footer_does_not_become_the_words():
    letter = read(
        a_mail(WRAPPED.format(words="Hello") + "\n--\nYou received this because you are in the group care.\n")
    )

    assert letter.words == "Hello"
    assert letter.ref_id == "CFB3AF9BD4F64299A86742C482665D44"


def test_a_wrapper_that_was_run_into_one_line_and_quoted_stays_quoted():
    flat = " ".join(WRAPPED.format(words="old words").split())

    letter = read(a_mail(f"Any news?\n\nBison wrote:\n> Hello\n> {flat}\n"))

    assert letter.words == "Any news?"
    assert letter.ref_id is None


def test_a_wrapper_that_was_run_into_one_line_is_read():
    letter = read(a_mail(" ".join(WRAPPED.format(words="Hello").replace("Bison", "Bison, Inc.,").split())))

    assert (letter.words, letter.order_id, letter.item_name) == ("Hello", "200011419023224", "Lamp")
    assert (letter.seller_name, letter.buyer_name) == ("Bison, Inc., Commerce", "Ann Miller")


def test_a_delay_notice_is_no_bounce():
    mail = a_mail(
        from_address="mailer-daemon@mx.example", delivery_status="delayed 4.4.1", returned_message_ids=("<r@x>",)
    )

    assert refused(mail).kind is NotForUsKind.AUTO_REPLY


def test_the_better_of_two_texts_is_read():
    letter = read(a_mail("Ann Miller wrote to you.", html_text=WRAPPED.format(words="Hello")))

    assert (letter.words, letter.confidence) == ("Hello", Confidence.HIGH)


def test_a_letter_with_files_only_may_have_no_words():
    photo = Attachment("a.png", "image/png", b"x")

    assert read(a_mail("", attachments=(photo,))).words == ""


def test_the_same_mail_gives_the_same_letter_in_another_process():
    assert pickle.loads(pickle.dumps(recognise)) is recognise  # noqa: S301 - our own function, by reference


HOSTILE = {
    "labels": "Sales Order ID: 1\n" * 30_000,
    "messages": "Message: x\n" * 50_000,
    "footers": "**Note: You have received this message\n\nRefID: 1\n" * 20_000,
    "notes": "**Note: You have received this message from\n" * 20_000,
    "introductions": "A wants to connect with you\n" * 30_000,
    "numbers": "2000114-19023224 " * 60_000,
    "digits": "1" * 1_000_000,
    "hyphens": "1-" * 500_000,
    "newlines": "\n" * 1_000_000,
    "blanks": " " * 1_000_000,
    "subject words": "walmart customer " * 60_000,
    "message-ids": "Message-ID: <x\n" * 60_000,
    "letters": WRAPPED * 1_500,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("sender", [BUYER, "postmaster@relay.walmart.com", "a@customercare.walmart.com"])
def test_a_hostile_megabyte_is_read_in_time(text: str, sender: str):
    begun = time.thread_time()

    recognise(a_mail(text, html_text=text + " ", subject=text[:100_000], from_address=sender), OWN, "mx")

    assert time.thread_time() - begun < 2


TEXTS = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [
            *WRAPPED.split("\n"),
            *("> quoted", "On Mon, Nov 2, 2026 at 9:00 AM B <s@b.c> wrote:", "-----Original Message-----", "Hi,"),
            *(
                "From: a",
                "Sent: b",
                "To: c",
                "Subject: d",
                "Order number: 200011419023224",
                "Item:",
                "own words",
                "\u200b",
            ),
        ]
    ),
    max_size=25,
).map("\n".join)
ADDRESSES = st.sampled_from(
    [BUYER, OWN, "", "@", "s-1@relay.walmart.com", "postmaster@relay.walmart.ca", "x@customercare.walmart.com", "a@b.c"]
)
MAILS = st.builds(
    ParsedMail,
    message_id=st.text(max_size=20),
    in_reply_to=st.lists(st.text(max_size=9), max_size=2).map(tuple),
    references=st.just(()),
    from_address=ADDRESSES | st.text(max_size=30),
    from_name=st.text(max_size=30),
    reply_to=ADDRESSES,
    to=st.just(()),
    subject=TEXTS,
    date=st.just(datetime(2026, 11, 2, tzinfo=UTC)),
    date_header=st.just(""),
    return_path=st.sampled_from(["", "<>", "a@b.c"]),
    topmost_received=st.none(),
    authentication_results=st.lists(st.text(max_size=60), max_size=2).map(tuple),
    headers=st.dictionaries(
        st.sampled_from(["auto-submitted", "precedence", "content-type", "x-failed-recipients"]), st.text(max_size=20)
    ),
    text=TEXTS,
    html_text=TEXTS,
    attachments=st.just(()) | st.just((Attachment("a.png", "image/png", b"x"),)),
    returned_message_ids=st.lists(st.text(max_size=9), max_size=2).map(tuple),
    delivery_status=st.sampled_from(["", "failed 5.1.1", "delayed"]),
    body_hash=st.just(""),
)


@given(mail=MAILS, own_address=ADDRESSES, authserv_id=st.text(max_size=9))
@settings(max_examples=200, deadline=None)
def test_no_mail_whatsoever_breaks_the_reading(mail: ParsedMail, own_address: str, authserv_id: str):
    reading = recognise(mail, own_address, authserv_id)

    if isinstance(reading, BuyerLetter):
        assert bool(reading.words) == bool(reading.whole_text)
        assert reading.order_id is None or (reading.order_id.isdigit() and 10 <= len(reading.order_id) <= 17)


@given(words=TEXTS)
@settings(max_examples=200, deadline=None)
def test_labels_typed_by_the_buyer_never_change_what_walmart_said(words: str):
    letter = read(a_mail(WRAPPED.format(words=words)))

    assert (letter.order_id, letter.item_id, letter.item_name) == ("200011419023224", "162457985", "Lamp")
    assert (letter.seller_name, letter.buyer_name) == ("Bison Commerce", "Ann Miller")
