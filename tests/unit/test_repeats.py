"""When a letter is a second copy."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.events import TicketId
from bot.domain.letters import Authenticity, LetterId
from bot.domain.repeats import is_repeat, original_of
from bot.domain.sites import SiteId
from bot.domain.tickets import Letter

FIRST = Letter(
    id=LetterId(1),
    ticket=TicketId(1001),
    site=SiteId(1),
    inbound=1,
    received_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    message_id="<one@relay.walmart.com>",
    references=(),
    ref_id="A" * 32,
    date_header="Mon, 2 Mar 2026 09:00:00 +0000",
    body_hash="body",
    sender="c-1@relay.walmart.com",
    reply_address="c-1@relay.walmart.com",
    subject="Where is it?",
    buyer_name="Maria",
    words="Where is  it?",
    whole_text="Where is it?",
    authenticity=Authenticity.PASSED,
    files=0,
)
STRANGER = replace(FIRST, message_id="<two@x>", ref_id="B" * 32, date_header="Tue", body_hash="other", sender="x@y")


@pytest.mark.parametrize(
    "copy",
    [
        replace(STRANGER, ref_id=FIRST.ref_id, words="Where\nis it?"),
        replace(STRANGER, message_id=FIRST.message_id, body_hash=FIRST.body_hash),
        replace(STRANGER, date_header=FIRST.date_header, sender=FIRST.sender, body_hash=FIRST.body_hash),
    ],
    ids=["reference and words", "Message-ID and body", "date, sender and body"],
)
def test_copies(copy: Letter) -> None:
    assert is_repeat(copy, FIRST)


@pytest.mark.parametrize(
    "letter",
    [
        STRANGER,
        replace(STRANGER, body_hash=FIRST.body_hash, words=FIRST.words),
        replace(STRANGER, message_id=FIRST.message_id),
        replace(STRANGER, ref_id=FIRST.ref_id, words="Hello? Nobody there?"),
        replace(STRANGER, date_header=FIRST.date_header, sender=FIRST.sender),
        replace(STRANGER, date_header=FIRST.date_header, body_hash=FIRST.body_hash),
    ],
    ids=["nothing", "the same text", "Message-ID", "reference", "date and sender", "date and body"],
)
def test_letters_that_only_share_something(letter: Letter) -> None:
    assert not is_repeat(letter, FIRST)


def test_what_both_do_not_have_they_do_not_share() -> None:
    bare = replace(FIRST, message_id="", ref_id="", date_header="")
    assert not is_repeat(bare, bare)


def test_a_copy_is_linked_to_the_first_letter_and_not_to_another_copy() -> None:
    copy = replace(FIRST, id=LetterId(2), repeat_of=FIRST.id)
    assert original_of(replace(FIRST, id=LetterId(3)), [FIRST, copy]) == FIRST
    assert original_of(replace(FIRST, id=LetterId(3)), [copy]) is None
