"""The standard library's message tree, with access to a part's payload as it came."""

from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import cast


class Part(Message):
    """A part of a mail.

    `Message.get_payload` already decodes 8-bit text by the charset that the sender claims, and what does not fit is
    gone; the payload as it came can still be decoded by the right one.
    """

    _payload: object

    @property
    def encoded(self) -> str | None:
        """The content before any decoding, bytes above 127 as surrogates; None where there are parts inside."""
        return self._payload if isinstance(self._payload, str) else None

    @property
    def inside(self) -> "list[Part]":
        """The parts or mails inside."""
        payload = self._payload
        return [part for part in payload if isinstance(part, Part)] if isinstance(payload, list) else []


def tree_of(raw: bytes) -> Part:
    """Raises whatever the library trips over, RecursionError for one."""
    return cast("Part", BytesParser(Part, policy=compat32).parsebytes(raw))
