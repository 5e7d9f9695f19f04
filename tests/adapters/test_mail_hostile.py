"""Mails made to break a reader: bounded in time, never an exception, and something to show for each."""

import base64
import os
import pickle
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.mails import ParsedMail
from integrations.mail.mime import _read_flat, parse_mail
from integrations.mail.relays import relay_address_in

HEAD = b"From: A <c-1@relay.walmart.com>\r\nSubject: x\r\n"
HTML = HEAD + b"Content-Type: text/html\r\n\r\n"


def _nested_multiparts(depth: int) -> bytes:
    parts = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth)
    )
    return HEAD + b"".join(parts) + b"Content-Type: text/plain\r\n\r\ndeep words"


HOSTILE = {
    "3,000 nested comments in From": b"Subject: x\r\nFrom: "
    + b"(" * 3000
    + b")" * 3000
    + b" <c-1@relay.walmart.com>\r\n\r\nwords",
    "1,500 nested multiparts": _nested_multiparts(1500),
    "300 nested multiparts": _nested_multiparts(300),
    "2,000 nested mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"\r\nwords",
    "300 nested mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 300 + b"\r\nwords",
    "20,000 parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nwords\r\n" * 20_000,
    "5,000 continuations": HEAD
    + b"Content-Disposition: attachment;"
    + b"".join(b' filename*%d="a";\r\n' % number for number in range(5000))
    + b"\r\n\r\nwords",
    "2,000 recipients": HEAD + b"To: " + b", ".join(b"u%d@x.y" % number for number in range(2000)) + b"\r\n\r\nwords",
    "half encoded words": HEAD + b"X: y\r\nSubject: " + b"=?x?q?" * 40_000 + b"\r\n\r\nwords",
    "100,000 header lines": HEAD + b"X: y\r\n" * 100_000 + b"\r\nwords",
    "one header line of 5 MB": HEAD + b"References: " + b"<a" * 2_500_000 + b"\r\n\r\nwords",
    "backslashes in a parameter": HEAD + b'Content-Type: text/plain; charset="' + b"\\" * 50_000 + b"\r\n\r\nwords",
    "semicolons in a parameter": HEAD + b"Content-Type: text/plain" + b"; a" * 50_000 + b"\r\n\r\nwords",
    "white space": HEAD + b"\r\n" + b" \t" * 1_000_000 + b"words",
    "newlines": HEAD + b"\r\n" + b"\r\n" * 1_000_000 + b"words",
    "20,000 open divs": HTML + b"<div>" * 20_000 + b"words",
    "3,000 nested tables": HTML + b"<table><tr><td>" * 3000 + b"words",
    "100,000 open angle brackets": HTML + b"<" * 100_000 + b"words",
    "5 MB of HTML text": HTML + b"words " * 1_000_000,
    "a colspan of 10^8": HTML + b"<table><tr><td colspan=100000000>words</td></tr></table>",
    "a rowspan of 10^8": HTML + b"<table><tr><td rowspan=100000000>words</td></tr></table>",
    "5,000 links": HTML + b"<a href='http://x.y/z'>words</a> " * 5000,
    "unclosed style": HTML + b"<p>words</p>" + b"<style>" * 20_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_mails_are_read_in_bounded_time(case: str) -> None:
    started = time.process_time()
    parsed = parse_mail(HOSTILE[case])
    assert time.process_time() - started < 4, "the reading process would be killed at ten seconds"
    assert parsed.from_address == "c-1@relay.walmart.com"
    assert parsed.text or parsed.problems or parsed.attachments


def test_a_25_mb_attachment_is_read() -> None:
    content = os.urandom(18_000_000)
    raw = (
        HEAD
        + b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
    )
    started = time.process_time()
    assert parse_mail(raw).attachments[0].content == content
    assert time.process_time() - started < 4


def test_what_cannot_be_taken_apart_is_still_shown_with_its_sender() -> None:
    parsed = parse_mail(_nested_multiparts(1500))
    assert parsed.from_address == "c-1@relay.walmart.com"
    assert parsed.subject == "x"
    assert "deep words" in parsed.text
    assert "could not be taken apart" in parsed.problems[0]


def test_the_relay_of_an_unreadable_mail_is_found_in_its_sender_lines_only() -> None:
    assert relay_address_in(b"From: X\r\n <C-1@Relay.Walmart.ca>\r\n\r\n") == "c-1@relay.walmart.ca"
    assert (
        relay_address_in(b"From: c-1@relay.walmart.com\r\nReply-To: c-2@relay.walmart.com\r\n")
        == "c-2@relay.walmart.com"
    )
    assert relay_address_in(b"Subject: c-1@relay.walmart.com\r\nFrom: a@b.c\r\n\r\nFrom: c-1@relay.walmart.com") == ""
    assert relay_address_in(b"From: a@relay.walmart.com.evil.example") == ""
    assert relay_address_in(b"From: a@relay.walmart.com.mx\r\n") == "a@relay.walmart.com.mx"
    assert relay_address_in(b"From: a@es.relay.walmart.com") == ""
    started = time.process_time()
    relay_address_in(b"From: " + b"a@relay.walmart." * 500_000)
    relay_address_in(b"From: a\r\n" * 500_000)
    assert time.process_time() - started < 2


def _sound(raw: bytes) -> None:
    _sound_mail(parse_mail(raw))
    # The last resort must hold for every mail too.
    _sound_mail(_read_flat(raw, "RecursionError"))


def _sound_mail(parsed: ParsedMail) -> None:
    """Whatever comes out can be stored, shown and sent through a pipe."""
    texts = [parsed.text, parsed.html_text, parsed.subject, parsed.from_name, parsed.from_address, parsed.date_header]
    texts += [*parsed.problems, *parsed.references, *parsed.headers.values(), *parsed.authentication_results]
    texts += [one.name + one.content_type for one in parsed.attachments]
    for text in texts:
        text.encode("utf-8")
        assert not {"\0", "\u202e", "\r"} & set(text)
    assert all(one.name and len(one.name) <= 120 and "/" not in one.name for one in parsed.attachments)
    assert parsed.date is None or parsed.date.utcoffset() is not None
    assert pickle.loads(pickle.dumps(parsed)) == parsed  # noqa: S301 - our own


@settings(deadline=None)  # the first example pays for imports
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    _sound(raw)


SEEDS = (
    HEAD
    + b"Message-ID: <a@b>\r\nDate: Sun, 1 Mar 2026 10:00:00 -0500\r\nReceived: by x; Sun, 1 Mar 2026 10:00:00 -0500\r\n"
    b'References: <a@b> <c@d>\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
    b"Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=gb2312; format=flowed\r\n"
    b'Content-Transfer-Encoding: quoted-printable\r\n\r\n=C4=FA=BA=C3 \r\nyou\r\n--c\r\nContent-Type: text/html; charset="utf-8"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nPHA+5oKo5aW9PC9wPg==\r\n--c--\r\n--b\r\nContent-Type: image/png; name*0*=utf-8''%E9; name*1=x\r\n"
    b'Content-Transfer-Encoding: base64\r\nContent-Disposition: inline; filename="=?utf-8?b?6YCA?=.png"\r\n\r\nAAECAwQ=\r\n'
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?iso-2022-jp?b?GyRCPiZJShsoQg==?=\r\nMessage-ID: <old@x>\r\n\r\nold\r\n--b--\r\n",
    (
        b"From: MAILER-DAEMON@x.y\r\nReturn-Path: <>\r\nContent-Type: multipart/report; boundary=b; report-type=delivery-status\r\n\r\n"
        b"--b\r\n\r\nSorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <r@s>\r\n--b--\r\n"
    ),
)
SPICES = (
    b"\0",
    b"\xff",
    b"=?utf-8?q?=ff?=",
    b"\r\n",
    b"--b\r\n",
    b"(",
    b'"',
    b"<",
    b";",
    b"=",
    b"charset=idna",
    b"%",
    b"\xe2\x80\xae",
    b"boundary=",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"base64",
    b"'",
    b"*0*",
    b"\xd0",
    b"=?x?b?",
)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(SEEDS))
def test_real_mails_with_bytes_changed_cut_and_moved(seed: int, raw: bytes) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                changed[place:place] = chance.choice(SPICES)
            case 2:
                del changed[place : place + chance.randint(1, 60)]
            case _:
                other = chance.randrange(len(changed))
                changed[place:place] = changed[other : other + 60]
        if not changed:
            break
    _sound(bytes(changed))
