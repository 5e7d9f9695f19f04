"""A Walmart reply as a mail."""

from datetime import UTC, datetime

import pytest

from bot.domain.mails import Attachment, OutgoingMail
from integrations.walmart.letters import Answered, message_id_for, reply_mail

BUYER = "c-1746e2be928948f1a5290fdffe93dee6@relay.walmart.com"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NEWEST = Answered(
    subject="Message from Walmart.com Customer:  Cancel Order, 200011419023224",
    message_id="<3@relay.walmart.com>",
    references=("<1@relay.walmart.com>", "<reply-7.abc@bison.example>"),
)


def composed(**changed: object) -> OutgoingMail:
    given: dict[str, object] = {
        "message_id": "<reply-8.abc@bison.example>",
        "from_address": "care@bison.example",
        "from_name": "Bison Commerce",
        "to": BUYER,
        "text": "Hi Ann,\nit ships today.",
        "date": NOW,
        "answered": NEWEST,
    }
    return reply_mail(**{**given, **changed})  # type: ignore[arg-type]


def test_a_reply_answers_the_newest_letter():
    photo = Attachment("label.pdf", "application/pdf", b"%PDF")

    mail = composed(attachments=[photo])

    assert mail == OutgoingMail(
        message_id="<reply-8.abc@bison.example>",
        from_address="care@bison.example",
        from_name="Bison Commerce",
        to=BUYER,
        subject="RE: Message from Walmart.com Customer: Cancel Order, 200011419023224",
        text="Hi Ann,\nit ships today.",
        date=NOW,
        in_reply_to="<3@relay.walmart.com>",
        references=("<1@relay.walmart.com>", "<reply-7.abc@bison.example>", "<3@relay.walmart.com>"),
        attachments=(photo,),
    )


def test_the_same_reply_composes_to_the_same_mail():
    assert composed() == composed()


def test_a_letter_without_references_gives_its_in_reply_to():
    mail = composed(answered=Answered("x", "<3@r>", (), ("<2@r>",)))

    assert mail.references == ("<2@r>", "<3@r>")


def test_a_letter_without_message_id_is_answered_without_thread():
    mail = composed(answered=Answered("x", ""))

    assert (mail.in_reply_to, mail.references) == ("", ())


def test_a_chain_keeps_its_root_and_its_newest_end():
    chain = tuple(f"<{number}@r>" for number in range(200))

    references = composed(answered=Answered("x", "<new@r>", chain)).references

    assert len(references) == 20
    assert (references[0], references[-2], references[-1]) == ("<0@r>", "<199@r>", "<new@r>")


@pytest.mark.parametrize("evil", ["<a@b>\r\nBcc: x@evil.example", "<a b@c>", "a@b", "<" + "a" * 999 + "@b>"])
def test_a_letters_ids_cannot_break_the_header(evil: str):
    mail = composed(answered=Answered("x", evil, (evil, "<1@r>")))

    assert (mail.in_reply_to, mail.references) == ("", ("<1@r>",))


def test_names_and_subjects_are_one_line():
    mail = composed(from_name="Bison\r\nBcc: x@evil.example\x07", answered=Answered("a\nb\x00\x1b", "<3@r>"))

    assert mail.from_name == "Bison Bcc: x@evil.example"
    assert mail.subject == "RE: a b"


def test_the_text_is_normalised():
    text = "Cafe\u0301\u00a0now \r\n\r\n\r\n\r\n\r\nbye\u202e\x07\ud800  \n"

    assert composed(text=text).text == "Café now\n\n\nbye"


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " \n\u200b"},
        {"date": datetime(2026, 11, 2)},  # noqa: DTZ001 - naive on purpose
        {"to": "nocxemail@walmartone.com"},
        {"to": "NoCxEmail@WalmartOne.com "},
        {"to": f"{BUYER}, thief@evil.example"},
        {"to": f"{BUYER}\nBcc: thief@evil.example"},
        {"to": ""},
        {"from_address": "care"},
        {"message_id": "reply-8"},
        {"message_id": "<a@b>\n"},
    ],
)
def test_a_reply_that_must_not_leave_is_not_composed(wrong: dict[str, object]):
    with pytest.raises(ValueError, match=r"reply|placeholder"):
        composed(**wrong)


def test_a_reply_keeps_one_message_id():
    assert message_id_for(8, "abc", "Bison.Example") == "<reply-8.abc@bison.example>"


@pytest.mark.parametrize(
    ("reply_id", "token", "domain"),
    [
        (8, "", "b.example"),
        (8, "a b", "b.example"),
        (8, "A", "b.example"),
        (8, "a", ""),
        (8, "a", "b>\n"),
        (-1, "a", "b.c"),
    ],
)
def test_a_message_id_is_never_malformed(reply_id: int, token: str, domain: str):
    with pytest.raises(ValueError, match="Message-ID"):
        message_id_for(reply_id, token, domain)
