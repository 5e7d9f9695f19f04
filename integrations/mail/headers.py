"""Header lines of a hostile mail: found, unfolded and decoded without ever raising."""

import email.header
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from integrations.mail import charsets
from integrations.mail.safe_text import clean_line, clean_text

_MAX_FIELDS = 2_000
_MAX_VALUE = 20_000
# decode_header looks for encoded words by a regular expression that is quadratic on a line of half ones.
_MAX_DECODED = 8_000
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_BARE_ID = re.compile(r"[!-;=?-~]{1,400}@[!-;=?-~]{1,400}")
_MAX_IDS = 100
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,128}@[A-Za-z0-9.-]{1,255}")


class Headers:
    """The fields of one part by lower-case name, values unfolded, still encoded, bytes above 127 as surrogates."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for count, (name, value) in enumerate(fields):
            if count == _MAX_FIELDS:
                break
            unfolded = str(value)[:_MAX_VALUE].replace("\r", "").replace("\n", "")
            self._values.setdefault(name.lower(), []).append(unfolded.strip())

    @classmethod
    def of(cls, part: Message) -> "Headers":
        return cls(part.raw_items())

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def text(self, name: str, limit: int = 1000) -> str:
        """Return the first value decoded for reading."""
        return decode_words(self.first(name), limit)

    def line(self, name: str, limit: int = 2000) -> str:
        """Return the first value as it stood, safe to keep."""
        return as_line(self.first(name), limit)


def as_line(value: str, limit: int = 2000) -> str:
    return clean_line(charsets.decode(raw_bytes(value), "").text, limit)


def raw_bytes(value: str) -> bytes:
    """Turn the parser's surrogates back into the bytes they stand for."""
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


def decode_words(value: str, limit: int = 1000) -> str:
    """Decode RFC 2047 words and raw 8-bit bytes of a header value."""
    value = value[:_MAX_DECODED]
    try:
        pieces = email.header.decode_header(value)
    except Exception:  # noqa: BLE001 - binascii, header and charset errors; the raw value is shown instead
        return as_line(value, limit)
    texts = []
    for piece, charset in pieces:
        content = raw_bytes(piece) if isinstance(piece, str) else piece
        texts.append(charsets.decode(_unescaped(content, charset), charset or "").text)
    return clean_line("".join(texts), limit)


def _unescaped(content: bytes, charset: str | None) -> bytes:
    """Undo `raw-unicode-escape`, in which decode_header returns the pieces between encoded words."""
    if charset is not None or b"\\udc" not in content:
        return content
    return re.sub(rb"\\udc([89a-f][0-9a-f])", lambda found: bytes([int(found[1], 16)]), content)


def addresses(value: str) -> list[tuple[str, str]]:
    """Return (name, address) pairs; addresses lower-cased, without those that are none."""
    try:
        pairs = getaddresses([value])
    except (RecursionError, ValueError, IndexError, TypeError):
        pairs = []
    found = [
        (decode_words(name, 200), address.strip().lower())
        for name, address in pairs
        if _ADDRESS.fullmatch(address.strip())
    ]
    # A line that the library's grammar cannot follow may still name its sender in clear.
    return found or [("", address.lower()) for address in _ADDRESS.findall(clean_text(value))[:_MAX_IDS]]


def message_ids(value: str) -> tuple[str, ...]:
    """Return every Message-ID of a value, angle brackets included, in order and without repeats."""
    found = _MESSAGE_ID.findall(clean_text(value)) or [f"<{bare}>" for bare in _BARE_ID.findall(clean_text(value))]
    return tuple(dict.fromkeys(found[:_MAX_IDS]))


def instant(value: str) -> datetime | None:
    """Read a date of RFC 5322 as aware UTC; one without a zone is taken as UTC."""
    try:
        parsed = parsedate_to_datetime(clean_line(value, 200))
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def received_instant(values: Iterable[str]) -> datetime | None:
    """Return the time of the topmost Received line, which the mailbox's own server wrote."""
    topmost = next(iter(values), "")
    return instant(topmost.rpartition(";")[2]) if ";" in topmost else None
