"""A Walmart reply as bytes. Pure: the same `OutgoingMail` gives the same bytes, so that they can be kept as proof.

Written by hand instead of by `email.message`: that folds long Message-IDs into encoded words, which breaks the
threading at the receiver, and draws its boundaries at random.
"""

import base64
import hashlib
import html
import quopri
import re
from email.header import Header
from email.utils import format_datetime
from urllib.parse import quote

from bot.domain.mails import Attachment, OutgoingMail
from integrations.mail.safe_text import clean_file_name, clean_line, clean_text

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_CONTENT_TYPE = re.compile(r"(?!multipart/|message/)[a-z]{1,20}/[a-z0-9.+-]{1,80}")
# The first names the beginning of the conversation, the last ones its end; RFC 5322 lets the middle go.
_MAX_REFERENCES = 20
_MAX_SUBJECT = 400
# In the percent encoding of RFC 2231 a character may take twelve; a line may hold 998.
_MAX_FILE_NAME = 70


def compose(mail: OutgoingMail) -> bytes:
    """Raises `ValueError` when an address, the Message-ID or the date cannot stand in a header.

    What people wrote (names, the subject, file names) is cleaned instead, so that no newline of theirs can start a
    header of its own. Ill-formed ids of the buyer's mail are left out: they must not keep a reply from leaving.
    """
    boundary = "=_" + hashlib.sha256(mail.message_id.encode()).hexdigest()[:40]
    body = _alternative(mail.text, boundary + "_a")
    if mail.attachments:
        files = [_file(attachment, number) for number, attachment in enumerate(mail.attachments, start=1)]
        body = _multipart("mixed", boundary + "_m", [body, *files])
    head = "".join(f"{line}\r\n" for line in _header_lines(mail))
    return head.encode("ascii") + body


def _header_lines(mail: OutgoingMail) -> list[str]:
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError("The Message-ID of the reply is not well-formed.")
    if mail.date.tzinfo is None:
        raise ValueError("The date of the reply has no time zone.")
    lines = [
        f"Message-ID: {mail.message_id}",
        f"Date: {format_datetime(mail.date)}",
        f"From: {_named_address(mail.from_name, mail.from_address)}",
        f"To: {_address(mail.to)}",
        f"Subject: {_words(clean_line(mail.subject, _MAX_SUBJECT), len('Subject: '))}",
    ]
    if _MESSAGE_ID.fullmatch(mail.in_reply_to):
        lines.append(f"In-Reply-To: {mail.in_reply_to}")
    references = [reference for reference in mail.references if _MESSAGE_ID.fullmatch(reference)]
    if len(references) > _MAX_REFERENCES:
        references = [references[0], *references[1 - _MAX_REFERENCES :]]
    if references:
        lines.append("References: " + "\r\n ".join(references))
    return [*lines, "MIME-Version: 1.0"]


def _address(address: str) -> str:
    if not _ADDRESS.fullmatch(address):
        raise ValueError("An address of the reply is not a plain e-mail address.")
    return address


def _named_address(name: str, address: str) -> str:
    shown = clean_line(name, 100)
    if not shown:
        return _address(address)
    if shown.isascii():
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{_address(address)}>'
    return f"{_words(shown, len('From: '))}\r\n <{_address(address)}>"


def _words(text: str, taken: int) -> str:
    """Write a text as ASCII or encoded words, folded; `taken` is the room used on the first line."""
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, maxlinelen=76, header_name="x" * max(taken - 2, 1)).encode(linesep="\r\n")


def _alternative(text: str, boundary: str) -> bytes:
    """Write the text plainly and as the least HTML that keeps its lines; nothing in it is a link or remote."""
    text = clean_text(text)
    lines = html.escape(text, quote=False).split("\n")
    page = "<!DOCTYPE html>\n<html><body>\n" + "<br>\n".join(lines) + "\n</body></html>\n"
    parts = [_text_part("plain", text + "\n"), _text_part("html", page)]
    return _multipart("alternative", boundary, parts)


def _text_part(kind: str, text: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode("ascii") + quopri.encodestring(text.encode("utf-8")).replace(b"\n", b"\r\n")


def _file(attachment: Attachment, number: int) -> bytes:
    name = clean_file_name(attachment.name, f"attachment-{number}", _MAX_FILE_NAME)
    claimed = attachment.content_type.strip().lower()
    content_type = claimed if _CONTENT_TYPE.fullmatch(claimed) else "application/octet-stream"
    # One form only: of two, some programs take the poorer. A cleaned name holds no quotation mark or backslash.
    written = f'filename="{name}"' if name.isascii() else f"filename*=UTF-8''{quote(name, safe='')}"
    disposition = f"Content-Disposition: attachment;\r\n {written}"
    head = f"Content-Type: {content_type}\r\n{disposition}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode("ascii") + base64.encodebytes(attachment.content).replace(b"\n", b"\r\n")


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    # Neither quoted-printable nor base64 can contain "=_", so the boundary cannot occur inside a part.
    delimiter = f"--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"
