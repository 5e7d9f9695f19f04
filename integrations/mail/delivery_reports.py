"""Bounces: which of our mails they are about, and what they say of it (RFC 3464 and the many that ignore it)."""

import re
from collections.abc import Iterable

from integrations.mail import transfer
from integrations.mail.headers import Headers, message_ids
from integrations.mail.parts import Leaf
from integrations.mail.safe_text import clean_line

_MAX_SCANNED = 200_000
_MAX_RETURNED = 20
_RETURNED_ID = re.compile(r"^[>\s]{0,20}message-id:\s{0,20}(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_MACHINES = ("mailer-daemon@", "postmaster@")


def looks_returned(headers: Headers, from_address: str) -> bool:
    """Tell whether the mail has a sign of a machine that returns mail; a person's mail is not searched for ids."""
    return (
        headers.first("return-path").strip() == "<>"
        or from_address.startswith(_MACHINES)
        or headers.first("content-type").lower().startswith("multipart/report")
        or bool(headers.first("x-failed-recipients"))
    )


def returned_message_ids(leaves: Iterable[Leaf], texts: Iterable[str]) -> tuple[str, ...]:
    """Return the Message-IDs of mails that lie in this one, whole, as headers, or quoted in `texts`."""
    found: list[str] = []
    for leaf in leaves:
        if leaf.content_type in {"message/rfc822", "message/global"}:
            for message in leaf.part.inside:
                found.extend(message_ids(Headers.of(message).first("message-id")))
        elif leaf.content_type == "text/rfc822-headers":
            content, _ = transfer.content_of(leaf.part)
            found.extend(_RETURNED_ID.findall(content[:_MAX_SCANNED].decode("latin-1")))
    for text in texts:
        found.extend(_RETURNED_ID.findall(text[:_MAX_SCANNED]))
    return tuple(dict.fromkeys(found))[:_MAX_RETURNED]


def delivery_status(leaves: Iterable[Leaf]) -> str:
    """Return action and status of the first recipient that has them ("failed 5.7.1")."""
    for leaf in leaves:
        if "delivery-status" not in leaf.content_type:
            continue
        for block in leaf.part.inside:
            headers = Headers.of(block)
            if action := headers.line("action", 40).lower():
                return clean_line(f"{action} {headers.line('status', 40)}")
    return ""
