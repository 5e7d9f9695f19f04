"""Undoing the transfer encoding of a part, as far as it can be undone."""

import base64
import binascii
import quopri
import re

from integrations.mail.headers import Headers, raw_bytes
from integrations.mail.tree import Part

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def content_of(part: Part) -> tuple[bytes, str]:
    """Return the decoded bytes of a leaf part and what was damaged, if anything was.

    One bad symbol must not cost a buyer's photo, so base64 is read past what does not belong into it.
    """
    if part.encoded is None:
        return b"", "A part has no content of its own."
    encoded = raw_bytes(part.encoded)
    encoding = Headers.of(part).first("content-transfer-encoding").lower()
    if encoding == "base64":
        return _base64(encoded)
    if encoding == "quoted-printable":
        return quopri.decodestring(encoded), ""
    if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _uuencoded(encoded)
    return encoded, ""


def _base64(encoded: bytes) -> tuple[bytes, str]:
    try:
        return base64.b64decode(b"".join(encoded.split()), validate=True), ""
    except binascii.Error:
        symbols = _NO_BASE64.sub(b"", encoded)
        # A single symbol left over carries no whole byte.
        symbols = symbols[:-1] if len(symbols) % 4 == 1 else symbols
        content = base64.b64decode(symbols + b"=" * (-len(symbols) % 4))
        return content, "A part has damaged base64; what could be read was kept."


def _uuencoded(encoded: bytes) -> tuple[bytes, str]:
    lines = encoded.splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith(b"begin ")), None)
    if start is None:
        return encoded, "A part could not be decoded from uuencode."
    decoded: list[bytes] = []
    for line in lines[start + 1 :]:
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            return b"".join(decoded), "A part has damaged uuencode; what could be read was kept."
    return b"".join(decoded), ""
