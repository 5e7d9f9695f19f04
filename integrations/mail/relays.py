"""Walmart's relay domains, as far as this arm needs them: to watch the junk folder and to rescue unreadable mail."""

import re

RELAY_DOMAINS = ("relay.walmart.com.mx", "relay.walmart.com", "relay.walmart.ca", "relay.walmart.cl")

_RELAY_ADDRESS = re.compile(
    rb"[A-Za-z0-9._%+-]{1,80}@(?:"
    + b"|".join(re.escape(domain.encode()) for domain in RELAY_DOMAINS)
    + rb")(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_SENDER_LINES = (b"reply-to:", b"from:", b"sender:")
_MAX_HEADER = 256_000


def relay_address_in(raw: bytes) -> str:
    """Return the relay address that the raw sender lines name, lower-cased, or nothing.

    One pass over the header lines, bounded, without taking the mail apart: what could not be read by the reader
    must not be read by the same means again. Reply-To is asked before From.
    """
    found: dict[bytes, str] = {}
    current = b""
    for line in raw[:_MAX_HEADER].splitlines():
        if not line.strip():
            break
        if line[:1] not in b" \t":
            current = next((name for name in _SENDER_LINES if line[:10].lower().startswith(name)), b"")
        if current and current not in found and (match := _RELAY_ADDRESS.search(line)):
            found[current] = match[0].decode("ascii").lower()
    return next((found[name] for name in _SENDER_LINES if name in found), "")
