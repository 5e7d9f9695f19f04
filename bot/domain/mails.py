"""A mail once it has been taken apart, before anybody knows what it is."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail or leaves with one.

    `name` has been cleaned (no path, no control characters, at most 120 characters, never empty). `content_type` is
    what the sender claims and proves nothing. `content` is left out of `repr`, because logs carry no buyer's words.
    """

    name: str
    content_type: str
    content: bytes = field(repr=False)
    inline: bool = False

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class ParsedMail:
    r"""The total reading of a raw mail: whatever arrives, every field has a value and nothing was raised.

    Addresses are lower-cased bare addresses without display name, empty when absent. Texts are Unicode without NUL,
    lone surrogates, or bidirectional controls, with "\n" line ends. `text` is the text to read: the plain part, or
    the HTML part as text; `html_text` is the HTML part as text even where a plain part exists. `problems` says in
    English what had to be guessed or dropped.
    """

    message_id: str  # with its angle brackets; empty when absent
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_address: str
    from_name: str
    reply_to: str
    to: tuple[str, ...]
    subject: str
    date: datetime | None  # the Date header, aware UTC; never trusted as the receipt time
    date_header: str  # as it stood, for telling repeats
    return_path: str
    topmost_received: datetime | None  # aware UTC
    # Values of Authentication-Results, topmost first, unfolded, exactly as they came.
    authentication_results: tuple[str, ...]
    # Lower-case names to the first value, for the few headers that tell machines from people
    # (auto-submitted, precedence, x-autoreply, list-id, x-failed-recipients, content-type …).
    headers: dict[str, str]
    text: str
    html_text: str
    attachments: tuple[Attachment, ...]
    # Message-IDs found in returned headers of a delivery report, or in an attached message/rfc822.
    returned_message_ids: tuple[str, ...]
    delivery_status: str  # RFC 3464 action and status ("failed 5.7.1"), empty when none
    body_hash: (
        str  # sha-256 hex over the decoded text and the attachments, independent of headers and transfer encoding
    )
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A Walmart reply on its way out, complete: the same value composes to the same bytes.

    `message_id` is fixed by the reply that it carries. There is never quoted history in `text`.
    """

    message_id: str
    from_address: str
    from_name: str
    to: str
    subject: str
    text: str
    date: datetime
    in_reply_to: str
    references: tuple[str, ...]
    attachments: tuple[Attachment, ...] = ()
