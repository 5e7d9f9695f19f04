"""Mails that differ from another one in a single thing."""

import base64
from email import message_from_bytes, policy


def reworded(raw: bytes, old: str, new: str) -> bytes:
    """The same mail, headers and all, with other words in its text parts."""
    mail = message_from_bytes(raw, policy=policy.compat32)
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            text = part.get_payload(decode=True)
            assert isinstance(text, bytes)
            part.set_payload(base64.encodebytes(text.replace(old.encode(), new.encode())).decode("ascii"))
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def without_header(raw: bytes, name: str) -> bytes:
    return b"\r\n".join(line for line in raw.split(b"\r\n") if not line.lower().startswith(f"{name}:".lower().encode()))
