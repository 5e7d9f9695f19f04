"""Reading single values out of Walmart's JSON when any of them may be null, absent, or of another type.

Every function accepts whatever `answers.parsed` can return, never raises, and gives the empty value of its
kind for what it cannot read. Nothing here decides what an empty value means for an order.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from bot.domain.money import Money

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_EPOCH_MILLISECONDS = 4_102_444_800_000  # the year 2100
_LARGEST_AMOUNT = Decimal(1_000_000_000)
_SMALLEST_EXPONENT = -9
_LARGEST_QUANTITY = 1_000_000
_LONGEST_NUMBER = 32
_LONGEST_ADDRESS = 2000
_CURRENCY = re.compile(r"[A-Z]{3}")
_MAIL_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[A-Za-z0-9.-]{1,190}")


def mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Mapping[str, object]]:
    """Read a list of objects; one object alone stands for a list of one, and what is no object is left out."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object, *, limit: int = 500) -> str:
    """One line without control, bidirectional or surrogate characters, none of which a name or an id needs."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    words = " ".join(value[: limit * 4].split())
    return "".join(character for character in words if character.isprintable())[:limit].strip()


def number(value: object) -> Decimal | None:
    """Read a number or a string that holds one. NaN, infinities and absurd sizes are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        return None
    try:
        read = Decimal(value)
    except InvalidOperation:
        return None
    exponent = read.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < _SMALLEST_EXPONENT or read.adjusted() > _LONGEST_NUMBER:
        return None
    return read


def quantity(value: object) -> int | None:
    """Read Walmart's `{"unitOfMeasurement": "EACH", "amount": "1"}`, or a bare amount; the amount is a string."""
    read = number(value["amount"] if isinstance(value, dict) and "amount" in value else value)
    if read is None or not 0 <= read <= _LARGEST_QUANTITY or read != int(read):
        return None
    return int(read)


def money(value: object) -> Money | None:
    """Read `{"currency": "USD", "amount": 9.99}`; without a currency an amount means nothing."""
    fields = mapping(value)
    amount, currency = number(fields.get("amount")), fields.get("currency")
    if amount is None or abs(amount) > _LARGEST_AMOUNT:
        return None
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        return None
    return Money(amount, currency)


def instant(value: object) -> datetime | None:
    """Read epoch milliseconds (a number or a string of digits) or ISO 8601; without a zone it is UTC.

    Zero and less are how an unset date looks and give None.
    """
    milliseconds = number(value)
    if milliseconds is not None:
        if not 0 < milliseconds <= _LATEST_EPOCH_MILLISECONDS:
            return None
        return _EPOCH + timedelta(milliseconds=int(milliseconds))
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER:
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def flag(value: object) -> bool:
    """Read a yes that may be a boolean or one of the words in which Walmart writes one."""
    return value is True or text(value, limit=8).lower() in {"true", "yes", "y", "1"}


def web_address(value: object) -> str | None:
    """Keep an http or https address only; it is shown as a link, and a tracking URL is typed in by a seller."""
    if not isinstance(value, str) or len(value) > _LONGEST_ADDRESS or not value.strip().isprintable():
        return None
    address = value.strip()
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return None
    return address if usable and not re.search(r"[\s<>\"|]", address) else None


def mail_address(value: object) -> str | None:
    address = text(value)
    return address if _MAIL_ADDRESS.fullmatch(address) and address.isascii() else None
