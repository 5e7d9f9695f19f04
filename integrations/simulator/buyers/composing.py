"""Putting words into MIME, rightly or wrongly encoded, byte by byte under the writer's control."""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header
from email.utils import quote

from integrations.simulator.buyers.question import Body
from integrations.simulator.mail.records import Attachment


@dataclass(frozen=True, slots=True)
class Shape:
    """How a letter is encoded. `declared_charset` is what the letter claims, where that differs from the truth."""

    charset: str = "utf-8"
    declared_charset: str = ""
    html_only: bool = False
    plain_only: bool = False


def compose(
    headers: Iterable[tuple[str, str]],
    body: Body,
    shape: Shape,
    attachments: tuple[Attachment, ...] = (),
) -> bytes:
    """Return a whole mail with CRLF line ends. A header with an empty value is left out."""
    lines = [f"{name}: {_header_value(name, value)}\r\n" for name, value in headers if value]
    content = _multipart("mixed", [_words(body, shape), *(_file(attachment) for attachment in attachments)])
    return "".join(lines).encode("utf-8", "surrogateescape") + b"MIME-Version: 1.0\r\n" + content


def _header_value(name: str, value: str) -> str:
    if value.isascii() or name in {"From", "To"}:
        # Addresses come encoded where they must be; ASCII stays as written, doubled spaces included.
        return value
    return Header(value, "utf-8", header_name=name).encode(linesep="\r\n")


def _words(body: Body, shape: Shape) -> bytes:
    parts = []
    if not shape.html_only or not body.html:
        parts.append(_text("plain", body.text, shape))
    if body.html and not shape.plain_only:
        parts.append(_text("html", body.html, shape))
    return _multipart("alternative", parts)


def _text(subtype: str, text: str, shape: Shape) -> bytes:
    encoded = text.replace("\n", "\r\n").encode(shape.charset, "replace")
    charset = shape.declared_charset or shape.charset
    return f'Content-Type: text/{subtype}; charset="{charset}"\r\n'.encode("ascii") + _base64(encoded)


def _file(attachment: Attachment) -> bytes:
    name = quote(Header(attachment.name, "utf-8").encode() if not attachment.name.isascii() else attachment.name)
    header = (
        f'Content-Type: {attachment.content_type}; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n'
    )
    return header.encode("ascii") + _base64(attachment.content)


def _base64(content: bytes) -> bytes:
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n")


def _multipart(subtype: str, parts: list[bytes]) -> bytes:
    if len(parts) == 1:
        return parts[0]
    boundary = f"=_{secrets.token_hex(12)}"
    opening = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode("ascii")
    delimiter = f"--{boundary}\r\n".encode("ascii")
    return opening + b"".join(delimiter + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode("ascii")
