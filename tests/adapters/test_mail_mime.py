"""Raw mails taken apart: every body in every charset, the right text, the files, and the bounces."""

import base64
from datetime import UTC, datetime

import pytest

from bot.domain.mails import ParsedMail
from integrations.mail.mime import parse_mail

HEAD = "From: Ann <Ann@Relay.Walmart.com>\r\nSubject: x\r\n"


def mail(body: str | bytes, *lines: str, head: str = HEAD) -> ParsedMail:
    content = body.encode() if isinstance(body, str) else body
    return parse_mail(head.encode() + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + content)


def multipart(kind: str, *parts: str, boundary: str = "b") -> tuple[str, str]:
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    return body, f'Content-Type: multipart/{kind}; boundary="{boundary}"'


PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\nplain words"
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>html <b>words</b></p>"
PICTURE = "Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <i>\r\n\r\nAAEC"
NOTES = 'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="notes.txt"\r\n\r\nnot the body'

# Which text.


def test_a_plain_mail() -> None:
    parsed = mail("Hello\r\nthere\r\n")
    assert (parsed.text, parsed.html_text, parsed.attachments) == ("Hello\nthere", "", ())


def test_of_two_alternatives_the_plain_one_is_read_and_the_html_kept_as_text() -> None:
    parsed = mail(*multipart("alternative", PLAIN, HTML))
    assert (parsed.text, parsed.html_text) == ("plain words", "html words")


def test_html_alone_is_read_as_text_without_what_it_hides() -> None:
    parsed = mail(
        "<html><head><title>t</title><style>p{}</style></head><body><div style='display:none'>tracking</div>"
        "<p>Order&nbsp;1</p><script>x()</script><img src='http://x'><a href='http://y'>here</a></body></html>",
        "Content-Type: text/html",
    )
    assert parsed.text == parsed.html_text == "Order 1\n\nhere"


def test_an_empty_plain_part_gives_way_to_the_html() -> None:
    assert mail(*multipart("alternative", "Content-Type: text/plain\r\n\r\n  \r\n", HTML)).text == "html words"


def test_texts_around_a_picture_are_all_read() -> None:
    parsed = mail(*multipart("mixed", PLAIN, PICTURE, "Content-Type: text/plain\r\n\r\nmore words"))
    assert parsed.text == "plain words\n\nmore words"
    assert [(one.name, one.content, one.inline) for one in parsed.attachments] == [("a.png", b"\x00\x01\x02", False)]


def test_pictures_of_an_html_text_are_inline_and_a_named_text_is_a_file() -> None:
    related, kind = multipart("related", HTML, PICTURE, boundary="r")
    parsed = mail(*multipart("mixed", f"{kind}\r\n\r\n{related}", NOTES))
    assert parsed.text == "html words"
    assert [(one.name, one.inline) for one in parsed.attachments] == [("a.png", True), ("notes.txt", False)]


def test_a_nameless_text_marked_as_an_attachment_is_read_when_there_is_no_other() -> None:
    assert mail("words", "Content-Disposition: attachment").text == "words"


def test_flowed_lines_are_joined_and_quotes_keep_their_depth() -> None:
    body = "One \r\nparagraph.\r\n> quoted \r\n> words\r\n-- \r\nAnn\r\n From here\r\n"
    assert mail(body, "Content-Type: text/plain; format=flowed").text == (
        "One paragraph.\n> quoted words\n--\nAnn\nFrom here"
    )
    assert mail("退 \r\n货", "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes").text == "退货"


def test_a_mail_that_is_a_file_has_no_text() -> None:
    parsed = mail("AAEC", "Content-Type: application/pdf; name=x.pdf", "Content-Transfer-Encoding: base64")
    assert (parsed.text, parsed.attachments[0].name, parsed.attachments[0].content) == ("", "x.pdf", b"\0\1\2")


def test_a_multipart_without_parts_is_read_as_text() -> None:
    assert mail("just words", "Content-Type: multipart/mixed").text == "just words"


# Which charset.


@pytest.mark.parametrize(
    ("declared", "codec", "words"),
    [
        ("utf-8", "utf-8", "Größe ✓"),
        ("iso-8859-1", "cp1252", "“Größe” – 5 €"),
        ("us-ascii", "utf-8", "Größe ✓"),
        ("gb2312", "gb18030", "退货请求，商品坏了，喆"),
        ("GBK", "gbk", "您好"),
        ("big5", "big5", "退貨請求"),
        ("shift_jis", "cp932", "商品が壊れています①"),
        ("iso-2022-jp", "iso-2022-jp", "商品が壊れています"),
        ("ks_c_5601-1987", "cp949", "상품이 고장났습니다"),
        ("koi8-r", "koi8-r", "Товар сломан"),
        ("windows-1251", "cp1251", "Товар сломан"),
        ("utf-16", "utf-16", "Größe ✓"),
        ('"UTF-8"', "utf-8", "Größe"),
        ("unknown-8bit", "utf-8", "Größe ✓"),
        ("x-nonsense", "cp1252", "Größe"),
        ("", "utf-8", "Größe ✓"),
        ("utf-8", "gb18030", "您好，我收到的商品已经损坏，请问可以退货吗？谢谢，期待您的回复。"),
    ],
)
def test_every_charset_declared_or_not_or_wrong(declared: str, codec: str, words: str) -> None:
    content_type = f"Content-Type: text/plain; charset={declared}" if declared else "Content-Type: text/plain"
    encoded = base64.encodebytes(words.encode(codec))
    assert mail(encoded, content_type, "Content-Transfer-Encoding: base64").text == words
    if codec != "utf-16":
        assert mail(words.encode(codec), content_type, "Content-Transfer-Encoding: 8bit").text == words


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "hex", "zip", "../../etc", "\u00e9", "a" * 5000, "a\\x00b"]
)
def test_charset_names_that_are_no_charsets_of_mail_are_never_looked_up(name: str) -> None:
    assert mail("words", f"Content-Type: text/plain; charset={name}").text == "words"


def test_a_few_bad_bytes_do_not_turn_a_text_into_another_charset() -> None:
    words = "Größe überprüfen, schöne Grüße".encode() + b"\xff"
    assert mail(words, "Content-Type: text/plain; charset=utf-8").text == "Größe überprüfen, schöne Grüße�"


def test_what_a_database_or_a_reader_would_choke_on_is_gone() -> None:
    parsed = mail("a\0b\u202ec\u2066d\x1be\x85f\r\ng", "Content-Type: text/plain; charset=utf-8")
    assert parsed.text == "abcde\nf\ng"
    parsed = mail("x", head="From: a@b.c\r\nSubject: =?utf-7?q?+2AA-?= =?utf-8?q?=00=E2=80=AE?= z\r\n")
    parsed.subject.encode("utf-8")
    assert not set(parsed.subject) & {"\0", "\u202e", "\ud800"}


# Headers.


def test_headers_are_decoded_and_addresses_bare_and_lower_case() -> None:
    parsed = mail(
        "x",
        head=(
            "From: =?utf-8?q?J=C3=B6rg?= =?utf-8?q?_M?= <C-AB12@Relay.Walmart.COM>\r\nReply-To: x@y.z\r\n"
            "To: A <a@b.c>, =?utf-8?b?w6k=?= <D@e.f>\r\nTo: g@h.i\r\nSubject: =?utf-8?b?w6k=?=\r\n =?utf-8?b?w6k=?= plain\r\n"
            "Message-ID: <one@x>\r\nIn-Reply-To: <two@x>\r\nReferences: <one@x>\r\n\t<two@x> <two@x>\r\n"
            "Date: Sun, 1 Mar 2026 10:00:00 -0500\r\nReceived: from a by b;\r\n Sun, 1 Mar 2026 15:00:05 +0000 (UTC)\r\n"
            "Received: from z by a; Sun, 1 Mar 2020 15:00:05 +0000\r\nReturn-Path: <>\r\n"
            "Authentication-Results: mx.one; dkim=pass\r\n\theader.d=walmart.com\r\nAuthentication-Results: forged\r\n"
            "Precedence: bulk\r\nX-Other: no\r\n"
        ),
    )
    assert (parsed.from_name, parsed.from_address, parsed.reply_to) == ("Jörg M", "c-ab12@relay.walmart.com", "x@y.z")
    assert parsed.to == ("a@b.c", "d@e.f", "g@h.i")
    assert parsed.subject == "éé plain"
    assert (parsed.message_id, parsed.in_reply_to, parsed.references) == (
        "<one@x>",
        ("<two@x>",),
        ("<one@x>", "<two@x>"),
    )
    assert parsed.date == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert parsed.date_header == "Sun, 1 Mar 2026 10:00:00 -0500"
    assert parsed.topmost_received == datetime(2026, 3, 1, 15, 0, 5, tzinfo=UTC)
    assert parsed.return_path == "<>"
    assert parsed.authentication_results[0] == "mx.one; dkim=pass header.d=walmart.com"
    assert parsed.headers == {"precedence": "bulk"}


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Sun, 99 Foo 2026", "Sun, 1 Mar 99999 10:00:00 +0000", "1 Jan 2026 00:00:00 +99999999999"]
)
def test_dates_that_are_none(date: str) -> None:
    assert mail("x", f"Date: {date}").date is None


def test_a_mail_without_message_id_or_sender_is_a_mail() -> None:
    parsed = parse_mail(b"Subject: hi\r\n\r\nwords")
    assert (parsed.message_id, parsed.from_address, parsed.text) == ("", "", "words")
    assert parse_mail(b"Message-ID: bare@x\r\n\r\nx").message_id == "<bare@x>"


def test_the_sender_is_the_address_and_never_the_name() -> None:
    parsed = mail("x", head='From: "c-1@relay.walmart.com" <thief@evil.example>\r\n')
    assert parsed.from_address == "thief@evil.example"
    parsed = mail("x", head="From: =?utf-8?q?c-1=40relay.walmart.com=3E?= <thief@evil.example>\r\n")
    assert parsed.from_address == "thief@evil.example"


# Files.


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\temp\\\\a.pdf"', "a.pdf"),
        ('filename="a\x00b\u202egpj.exe"', "abgpj.exe"),
        ('filename=""', "attachment-1.pdf"),
        ('filename="..."', "attachment-1.pdf"),
        ("filename*=UTF-8''%E9%80%80%E8%B4%A7.pdf", "退货.pdf"),
        ("filename*0*=gb18030''%CD%CB; filename*1*=%BB%F5.pdf", "退货.pdf"),
        ('filename*0="very "; filename*1="long.pdf"', "very long.pdf"),
        ('filename="=?utf-8?b?6YCA6LSnLnBkZg==?="', "退货.pdf"),
        ('filename="' + "n" * 400 + '.pdf"', "n" * 116 + ".pdf"),
        ('filename="\xff\xfe\x81.pdf"', "ÿþ\x81.pdf".replace("\x81", "")),
    ],
)
def test_file_names_are_cleaned(line: str, name: str) -> None:
    parsed = mail("x", "Content-Type: application/pdf", f"Content-Disposition: attachment; {line}")
    assert parsed.attachments[0].name == name


def test_one_bad_symbol_does_not_cost_a_picture() -> None:
    good = base64.b64encode(bytes(range(200))).decode()
    for broken in (good[:40] + "\x01!" + good[40:], good.rstrip("=") + "A", good.rstrip("=")):
        parsed = mail(broken, "Content-Type: image/png; name=a.png", "Content-Transfer-Encoding: base64")
        assert parsed.attachments[0].content[:199] == bytes(range(199))


def test_uuencoded_and_unknown_encodings() -> None:
    parsed = mail(
        "begin 644 a\r\n#0V%T\r\n`\r\nend\r\n", "Content-Type: image/png", "Content-Transfer-Encoding: x-uuencode"
    )
    assert parsed.attachments[0].content == b"Cat"
    assert mail("words", "Content-Transfer-Encoding: x-secret").text == "words"


def test_a_mail_in_the_mail_is_a_file_and_its_text_is_not_the_buyers() -> None:
    inner = (
        "Content-Type: message/rfc822\r\n\r\nFrom: x@y.z\r\nSubject: Old one\r\nMessage-ID: <old@x>\r\n\r\nold words"
    )
    parsed = mail(*multipart("mixed", PLAIN, inner))
    assert parsed.text == "plain words"
    assert parsed.attachments[0].name == "Old one.eml"
    assert b"old words" in parsed.attachments[0].content
    assert parsed.returned_message_ids == ("<old@x>",)


def test_more_files_than_anybody_sends_are_counted_and_capped() -> None:
    parsed = mail(*multipart("mixed", PLAIN, *[PICTURE] * 300))
    assert len(parsed.attachments) == 100
    assert any("100 of 300" in problem for problem in parsed.problems)


# The same letter or another.


def test_the_body_hash_knows_the_same_letter_however_it_is_encoded() -> None:
    plain = mail("Größe\r\n", "Content-Type: text/plain; charset=utf-8", "Message-ID: <1@x>")
    quoted = mail(
        "Gr=F6=DFe  =\r\n", "Content-Type: text/plain; charset=latin-1", "Content-Transfer-Encoding: quoted-printable"
    )
    other = mail("Groesse\r\n", "Content-Type: text/plain; charset=utf-8", "Message-ID: <1@x>")
    assert plain.body_hash == quoted.body_hash != other.body_hash


def test_two_mails_with_one_message_id_differ_by_text_html_or_file() -> None:
    other_html = HTML.replace("words", "other")
    hashes = {
        mail(*multipart("mixed", *parts)).body_hash
        for parts in (
            (PLAIN,),
            (PLAIN, HTML),
            (PLAIN, other_html),
            (PLAIN, PICTURE),
            (PLAIN, PICTURE.replace("AAEC", "AAED")),
        )
    }
    assert len(hashes) == 5


# Bounces.

STATUS = (
    "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
    "Final-Recipient: rfc822; a@relay.walmart.com\r\nAction: FAILED\r\nStatus: 5.7.1\r\n"
)


@pytest.mark.parametrize(
    "returned",
    [
        "Content-Type: message/rfc822\r\n\r\nFrom: a@b.c\r\nMessage-ID:\r\n <reply-7@seller.example>\r\n\r\nhi",
        "Content-Type: text/rfc822-headers\r\n\r\nFrom: a@b.c\r\nMessage-ID: <reply-7@seller.example>\r\n",
    ],
)
def test_a_delivery_report_names_the_mail_and_the_reason(returned: str) -> None:
    parsed = mail(*multipart("report; report-type=delivery-status", PLAIN, STATUS, returned))
    assert parsed.returned_message_ids == ("<reply-7@seller.example>",)
    assert parsed.delivery_status == "failed 5.7.1"


@pytest.mark.parametrize(
    "head",
    [
        "From: MAILER-DAEMON@mx.example\r\n",
        "From: Postmaster@mx.example\r\n",
        "From: x@mx.example\r\nReturn-Path: <>\r\n",
        "From: x@mx.example\r\nX-Failed-Recipients: a@relay.walmart.com\r\n",
    ],
)
def test_a_bounce_in_plain_words_is_searched_for_the_mail_it_returns(head: str) -> None:
    parsed = mail("Sorry.\r\n\r\n> From: a@b.c\r\n> Message-Id: <reply-7@seller.example>\r\n", head=head)
    assert (parsed.returned_message_ids, parsed.delivery_status) == (("<reply-7@seller.example>",), "")


def test_a_persons_mail_is_not_searched() -> None:
    assert mail("Message-ID: <reply-7@seller.example>").returned_message_ids == ()
