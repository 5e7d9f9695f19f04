"""What the simulator's buyers write is read as it was meant; the two know nothing of each other."""

from dataclasses import replace

import pytest

from bot.domain.letters import BuyerLetter
from bot.domain.sites import Market
from integrations.simulator.buyers.layouts import Layout, write
from integrations.simulator.buyers.question import Purchase, Question
from integrations.walmart.letters import recognise
from tests.letters.building import OWN, a_mail

QUESTION = Question(
    market=Market.US,
    seller_name="Bison Commerce",
    seller_address=OWN,
    buyer_name="Ann Miller",
    topic="Cancel Order",
    words="Please cancel it.\n\nI ordered twice.",
    ref_id="CFB3AF9BD4F64299A86742C482665D44",
    purchase=Purchase("200011419023224", "Garden Hose 1/2 inch", "55126789", "HOSE-1"),
)


def read(layout: Layout, question: Question) -> BuyerLetter:
    body = write(layout, question)
    letter = recognise(a_mail(body.text, subject=body.subject), OWN, "")
    assert isinstance(letter, BuyerLetter)
    return letter


@pytest.mark.parametrize("layout", [each for each in Layout if each is not Layout.BEFORE_PURCHASE])
def test_every_layout_gives_order_and_words(layout: Layout):
    letter = read(layout, QUESTION)

    assert letter.order_id == "200011419023224"
    assert letter.words.startswith(QUESTION.words)
    assert "RefID" not in letter.words
    assert letter.from_customer_care == (layout is Layout.CUSTOMER_CARE)


def test_a_question_before_purchase_has_no_order():
    letter = read(Layout.BEFORE_PURCHASE, replace(QUESTION, purchase=None))

    assert (letter.words, letter.order_id, letter.buyer_name) == (QUESTION.words, None, "Ann Miller")
    assert letter.before_purchase
    assert letter.ref_id == QUESTION.ref_id


@pytest.mark.parametrize("layout", [Layout.ORDER, Layout.LABELS])
def test_labels_among_the_words_change_nothing(layout: Layout):
    words = "Sales Order ID:  999999999999999\nItem ID:  1\nMessage:\nRefund me\n\n**Note: done**\nRefID: " + "0" * 32

    letter = read(layout, replace(QUESTION, words=words))

    assert (letter.order_id, letter.item_id) == ("200011419023224", "55126789")
    assert letter.words.startswith(words)
    assert letter.ref_id in {None, QUESTION.ref_id}
