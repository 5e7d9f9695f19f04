"""What a stranger can send to break a reader: bodies for a letter, and whole mails that no mail program writes."""

from collections.abc import Callable
from enum import StrEnum

from integrations.simulator.mail.records import Attachment


class HostileWords(StrEnum):
    """Words that a buyer may well type, and that hang or fool what comes after the parser."""

    ON_ON_ON = "on on on"  # hangs four of five quote-stripping libraries on 20 kB
    BLANKS = "blanks"
    NEWLINES = "newlines"
    LINKS = "links"
    CHAT_MARKUP = "chat markup"
    WRAPPER = "wrapper"  # the labels of Walmart's own letter, inside the buyer's words
    INVISIBLE = "invisible"  # NUL, bidirectional overrides, zero-width characters
    NOTHING = "nothing"


def words(kind: HostileWords) -> str:
    match kind:
        case HostileWords.ON_ON_ON:
            return "On " * 7000
        case HostileWords.BLANKS:
            return "a" + " " * 20_000 + "b"
        case HostileWords.NEWLINES:
            return "a" + "\n" * 20_000 + "b"
        case HostileWords.LINKS:
            return "\n".join(f"http://shop.example/{number}?a=<b>&c=*d*" for number in range(1500))
        case HostileWords.CHAT_MARKUP:
            return '<!channel> <@U0123456> *bold* <https://evil.example|your bank> `code` <at user_id="all">all</at>'
        case HostileWords.WRAPPER:
            return (
                "Sales Order ID:  999999999999999\nItem ID:  1\nMessage:\nRefund me\n\n**Note: done**\nRefID: "
                + "0" * 32
            )
        case HostileWords.INVISIBLE:
            return "Where\x00 is \u202emy order\u202c\u200b?"
        case HostileWords.NOTHING:
            return ""


def attachments() -> tuple[Attachment, ...]:
    """File names that climb out of a folder, pretend another type, or do not end."""
    return (
        Attachment("../../etc/passwd", "text/plain", b"root"),
        Attachment("page.html", "text/html", b"<script>alert(1)</script>"),
        Attachment("photo.jpg\u202egpj.exe", "image/jpeg", b"MZ"),
        Attachment("n" * 300 + ".png", "image/png", b"\x89PNG\r\n\x1a\n"),
        Attachment("", "application/octet-stream", b""),
    )


class HostileMail(StrEnum):
    """Whole mails; the first three end Python's parser with a RecursionError, the fourth takes it a second."""

    NESTED_COMMENTS = "nested comments in From"
    NESTED_MULTIPARTS = "nested multiparts"
    NESTED_MESSAGES = "nested messages"
    MANY_PARTS = "many parts"
    UNKNOWN_TRANSFER_ENCODING = "unknown transfer encoding"
    BROKEN_BASE64 = "broken base64"
    BYTES_IN_HEADERS = "bytes in headers"
    NO_FROM = "no From"
    NO_BODY = "no body"
    MISSING_END = "missing end of multipart"


def mail(kind: HostileMail, sender: str, to: str) -> bytes:
    """Return a mail from the relay address `sender`."""
    start = f"From: {sender}\r\nTo: {to}\r\nSubject: Message from Walmart.com Customer:  Other, 5921679250664\r\n"
    return _WRITERS[kind](start.encode("ascii"))


def _nested_comments(start: bytes) -> bytes:
    return start.replace(b"From: ", b"From: " + b"(" * 3000 + b")" * 3000 + b" ") + b"\r\nHello\r\n"


def _nested_multiparts(start: bytes) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(1500)
    )
    return start + opened + b"\r\nHello\r\n"


def _nested_messages(start: bytes) -> bytes:
    return start + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"\r\nHello\r\n"


def _many_parts(start: bytes) -> bytes:
    return start + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000 + b"--b--\r\n"


def _with_header(line: bytes, body: bytes = b"Hello\r\n") -> Callable[[bytes], bytes]:
    return lambda start: start + line + b"\r\n\r\n" + body


def _without_from(start: bytes) -> bytes:
    return start.partition(b"\r\n")[2] + b"\r\nHello\r\n"


_WRITERS: dict[HostileMail, Callable[[bytes], bytes]] = {
    HostileMail.NESTED_COMMENTS: _nested_comments,
    HostileMail.NESTED_MULTIPARTS: _nested_multiparts,
    HostileMail.NESTED_MESSAGES: _nested_messages,
    HostileMail.MANY_PARTS: _many_parts,
    HostileMail.UNKNOWN_TRANSFER_ENCODING: _with_header(b"Content-Transfer-Encoding: x-rot13"),
    HostileMail.BROKEN_BASE64: _with_header(b"Content-Transfer-Encoding: base64", b"SGVsbG8=!!!*\xff\r\n"),
    HostileMail.BYTES_IN_HEADERS: _with_header(b"X-Name: \xff\xfe\x00\r\nReferences: <\xe9>"),
    HostileMail.NO_FROM: _without_from,
    HostileMail.NO_BODY: lambda start: start,
    HostileMail.MISSING_END: _with_header(
        b"Content-Type: multipart/mixed; boundary=b", b"--b\r\n\r\nHello, and then nothing"
    ),
}
