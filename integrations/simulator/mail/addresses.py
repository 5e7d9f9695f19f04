"""What an address says about itself: Walmart's relay forms, and who a mail's header names as its author."""

import re
import secrets
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from enum import StrEnum

from bot.domain.sites import Market

NEVER_TO_BE_MAILED = "nocxemail@walmartone.com"


_RELAY_DOMAINS = {
    Market.US: "relay.walmart.com",
    Market.CA: "relay.walmart.ca",
    Market.MX: "relay.walmart.com.mx",  # a guess: no Mexican relay address was ever seen in public
}
_SITES = {Market.US: "Walmart.com", Market.CA: "Walmart.ca", Market.MX: "Walmart.com.mx"}


def relay_domain(market: Market) -> str:
    return _RELAY_DOMAINS[market]


def site_name(market: Market) -> str:
    return _SITES[market]


class Correspondent(StrEnum):
    """The prefix of a relay address: who stands behind it."""

    CUSTOMER = "c-"
    PROSPECT = "pc-"  # most likely somebody who has not bought yet
    SELLER = "s-"


_FOLD = re.compile(r"\r?\n(?=[ \t])")
_RELAY = re.compile(r"^[^@\s]+@relay\.walmart\.(?:com|ca|com\.mx|cl)$", re.IGNORECASE)


def is_relay_address(address: str) -> bool:
    return _RELAY.match(address) is not None


def new_relay_address(correspondent: Correspondent, market: Market) -> str:
    return f"{correspondent}{secrets.token_hex(16).upper()}@{relay_domain(market)}"


def header(raw: bytes, name: str) -> str:
    """Return the first header of that name, unfolded but otherwise as it stands, or an empty string."""
    value = BytesHeaderParser(policy=policy.compat32).parsebytes(raw)[name]
    return "" if value is None else _FOLD.sub("", str(value)).strip()


def subject(raw: bytes) -> str:
    """Return the decoded subject; one that cannot be decoded stays as it is."""
    value = header(raw, "Subject")
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return value


def author(raw: bytes) -> str:
    """Return the address in From, in lower case; empty when there is none to read."""
    try:
        return parseaddr(header(raw, "From"))[1].lower()
    except RecursionError:
        # Three thousand nested comments do this; a hostile mail has no author, and is a mail all the same.
        return ""
