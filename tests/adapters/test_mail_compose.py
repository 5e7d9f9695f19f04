"""A reply as bytes: the same every time, readable by any program, with no line that a stranger could add."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.mails import Attachment, OutgoingMail
from integrations.mail.compose import compose
from integrations.mail.mime import parse_mail

MAIL = OutgoingMail(
    message_id="<reply-7.0123456789@seller.example>",
    from_address="help@seller.example",
    from_name="Bison Commerce",
    to="c-0123456789ABCDEF0123456789ABCDEF@relay.walmart.com",
    subject="RE: Where is my order?",
    text="Dear Ann,\n\nit ships <today> & arrives soon.\n",
    date=datetime(2026, 3, 1, 12, tzinfo=UTC),
    in_reply_to="<20260301.aa@relay.walmart.com>",
    references=("<1@relay.walmart.com>", "<20260301.aa@relay.walmart.com>"),
)


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_headers_thread_the_reply_and_name_its_mailbox() -> None:
    message = read(compose(MAIL))
    assert {name: str(value) for name, value in message.items() if name != "Content-Type"} == {
        "Message-ID": MAIL.message_id,
        "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
        "From": "Bison Commerce <help@seller.example>",
        "To": MAIL.to,
        "Subject": MAIL.subject,
        "In-Reply-To": MAIL.in_reply_to,
        "References": " ".join(MAIL.references),
        "MIME-Version": "1.0",
    }
    assert not message.defects


def test_the_html_says_the_same_and_nothing_more() -> None:
    message = read(compose(MAIL))
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == MAIL.text.strip()
    assert "it ships &lt;today&gt; &amp; arrives soon.<br>" in html.get_content()
    assert not [tag for tag in ("<a", "<img", "<style", "http", "src") if tag in html.get_content()]


def test_the_same_reply_is_the_same_bytes() -> None:
    files = (Attachment("label.pdf", "application/pdf", b"%PDF" * 1000),)
    assert compose(replace(MAIL, attachments=files)) == compose(replace(MAIL, attachments=files))
    assert compose(MAIL) != compose(replace(MAIL, message_id="<other@seller.example>"))


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "<a@b>\r\nBcc: <all@x.example>"},
        {"message_id": "no brackets@b"},
        {"to": "a@relay.walmart.com\r\nBcc: x@y.example"},
        {"to": "a@relay.walmart.com, b@y.example"},
        {"to": "Ann <a@relay.walmart.com>"},
        {"to": "a\x00@relay.walmart.com"},
        {"from_address": "help@seller.example\nX: y"},
        {"from_address": ""},
    ],
)
def test_an_address_or_id_that_could_add_a_line_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="reply"):
        compose(replace(MAIL, **change))  # type: ignore[arg-type]


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        compose(replace(MAIL, date=datetime(2026, 3, 1)))  # noqa: DTZ001 - the point of the test


def test_what_people_wrote_is_cleaned_and_the_buyers_odd_ids_are_left_out() -> None:
    mail = replace(
        MAIL,
        subject="RE: hi\r\nBcc: all@x.example\u202e",
        from_name='Evil"\r\nBcc: x@y.example',
        in_reply_to="<a@b>\r\nX: y",
        references=("<ok@x>", "<not ok@x>", "<n\r\nX: y@x>", "<" + "x" * 2000 + "@x>"),
        attachments=(Attachment('a"\r\nX: y.pdf', "text/html\r\nX: y", b"x"),),
    )
    message = read(compose(mail))
    assert {name.lower() for name in message} <= {
        "message-id",
        "date",
        "from",
        "to",
        "subject",
        "references",
        "mime-version",
        "content-type",
    }
    assert message["subject"] == "RE: hi Bcc: all@x.example"
    assert message["references"] == "<ok@x>"
    (file,) = message.iter_attachments()
    assert file.get_content_type() == "application/octet-stream"


def test_a_long_conversation_keeps_its_beginning_and_its_end_unbroken() -> None:
    ids = tuple(f"<{number:03}.{'x' * 90}@relay.walmart.com>" for number in range(100))
    content = compose(replace(MAIL, references=ids, in_reply_to=ids[-1]))
    kept = str(read(content)["references"]).split()
    assert (kept[0], kept[-1], len(kept)) == (ids[0], ids[-1], 20)
    assert b"=?" not in content.partition(b"\r\n\r\n")[0]


def test_every_language_arrives() -> None:
    words = "您好，订单 2–3 天到达。Größe ✓ 🎁\n行二"
    mail = replace(MAIL, text=words, subject="RE: " + "退货请求" * 20, from_name="野牛商店 Größe")
    content = compose(mail)
    assert content.isascii()
    parsed = parse_mail(content)
    assert (parsed.text, parsed.subject, parsed.from_name) == (words, mail.subject, mail.from_name)
    assert str(read(content)["subject"]) == mail.subject


def test_attachments_arrive_byte_for_byte_under_their_names() -> None:
    files = (
        Attachment("label.pdf", "application/pdf", bytes(range(256)) * 50),
        Attachment("../退货标签" + "长" * 200 + ".png", "image/png", b""),
        Attachment("letter.eml", "message/rfc822", b"From: x\r\n\r\nhi"),
    )
    content = compose(replace(MAIL, attachments=files))
    parsed = parse_mail(content)
    assert [one.content for one in parsed.attachments] == [one.content for one in files]
    assert parsed.attachments[0].name == "label.pdf"
    assert parsed.attachments[1].name.startswith("退货标签长")
    assert parsed.attachments[1].name.endswith(".png")
    assert [file.get_filename() for file in read(content).iter_attachments()] == [
        one.name for one in parsed.attachments
    ]
    assert max(map(len, content.split(b"\r\n"))) <= 998


@settings(deadline=None)  # the first example pays for imports
@given(
    text=st.text(max_size=500),
    subject=st.text(max_size=300),
    name=st.text(max_size=60),
    reference=st.text(max_size=40),
    file=st.text(max_size=150),
    kind=st.text(max_size=20),
)
def test_whatever_people_write_no_header_is_theirs(
    *, text: str, subject: str, name: str, reference: str, file: str, kind: str
) -> None:
    mail = replace(
        MAIL,
        text=text,
        subject=subject,
        from_name=name,
        references=(reference,),
        attachments=(Attachment(file, kind, b"x"),),
    )
    content = compose(mail)
    assert content.isascii()
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines)
    head = [line.partition(b":")[0] for line in lines[: lines.index(b"")] if line[:1] not in b" \t"]
    assert set(head) <= {
        b"Message-ID",
        b"Date",
        b"From",
        b"To",
        b"Subject",
        b"In-Reply-To",
        b"References",
        b"MIME-Version",
        b"Content-Type",
    }
    assert len(head) == len(set(head))
    assert parse_mail(content).from_address == MAIL.from_address
