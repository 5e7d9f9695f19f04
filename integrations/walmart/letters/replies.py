"""A Walmart reply as a mail: threaded to the buyer's newest letter, and with nothing of the conversation in it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.mails import Attachment, OutgoingMail
from integrations.walmart.letters.addresses import PLACEHOLDER
from integrations.walmart.letters.lines import clean, one_line
from integrations.walmart.letters.subjects import answer_subject

# RFC 5322 allows more; these forms are all that mail programs write, and none of them can break a header line.
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>")
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}")
_TOKEN = re.compile(r"[a-z0-9]{1,40}")
_BLANK_LINES = re.compile(r"\n{4,}")
_LONGEST_CHAIN = 20
_LONGEST_NAME = 120
# The pairs of signs that turn the reading direction, as in mails that hide what they say.
_REHEARSAL = (
    "REHEARSAL: this reply was written in RelayDesk while the site is in rehearsal. The buyer has NOT received it.\n"
    "This is what would have left:\n\n"
)
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])


@dataclass(frozen=True, slots=True)
class Answered:
    """What a reply has to know of the buyer's newest letter."""

    subject: str
    message_id: str
    references: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()


def reply_mail(
    *,
    message_id: str,
    from_address: str,
    from_name: str,
    to: str,
    text: str,
    date: datetime,
    answered: Answered,
    attachments: Sequence[Attachment] = (),
) -> OutgoingMail:
    """Compose a reply to the buyer's newest letter.

    `from_address` is the site's registered mailbox, because the relay refuses every other; `from_name` is the seller's.
    `to` is checked for form only: whether it may be written to at all is `is_allowed_recipient`'s business, or an
    admin's. Raises `ValueError` for an empty text, a naive date, a malformed address or Message-ID, and for Walmart's
    placeholder address, which must never be written to.
    """
    sender, recipient = from_address.strip().lower(), to.strip().lower()
    body = _body(text)
    if not body:
        raise ValueError("a reply needs a text")
    if date.tzinfo is None:
        raise ValueError("the date of a reply needs a time zone")
    if not _ADDRESS.fullmatch(sender) or not _ADDRESS.fullmatch(recipient):
        raise ValueError("a reply needs one plain address on each side")
    if recipient == PLACEHOLDER:
        raise ValueError("Walmart's placeholder address must not be written to")
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("the Message-ID of a reply is malformed")
    parent = answered.message_id if _MESSAGE_ID.fullmatch(answered.message_id) else ""
    return OutgoingMail(
        message_id=message_id,
        from_address=sender,
        from_name=_printable(one_line(from_name, _LONGEST_NAME)),
        to=recipient,
        subject=_printable(answer_subject(answered.subject)),
        text=body,
        date=date,
        in_reply_to=parent,
        references=_references(answered, parent),
        attachments=tuple(attachments),
    )


def rehearsal_mail(mail: OutgoingMail) -> OutgoingMail:
    """Mark a reply that goes to an admin instead of the buyer. It answers no letter, so that nobody who looks through
    the Sent folder takes the buyer's message for answered."""
    return replace(
        mail, subject=f"[REHEARSAL] {mail.subject}", text=_REHEARSAL + mail.text, in_reply_to="", references=()
    )


def message_id_for(reply_id: int, token: str, domain: str) -> str:
    """Return the Message-ID that a reply keeps for ever: the same reply always gets the same one.

    `token` tells installations apart, so that two databases that both know a reply 7 never share an id; it is
    lower-case letters and digits and no secret, for the whole world reads it. `domain` is that of the mailbox.
    Raises `ValueError` for anything that would make no Message-ID.
    """
    message_id = f"<reply-{reply_id}.{token}@{domain.strip().lower()}>"
    if not _TOKEN.fullmatch(token) or not _ADDRESS.fullmatch(message_id[1:-1]) or reply_id < 0:
        raise ValueError("a Message-ID is made of a number, letters and digits, and a domain")
    return message_id


def _body(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_DIRECTIONS)
    printable = "\n".join(_printable(line) for line in clean(composed.replace("\t", "    ")).split("\n"))
    return _BLANK_LINES.sub("\n\n\n", printable).strip()


def _printable(line: str) -> str:
    """Drop control characters and lone surrogates, which no mail can carry."""
    return "".join(character for character in line if unicodedata.category(character) not in {"Cc", "Cs"})


def _references(answered: Answered, parent: str) -> tuple[str, ...]:
    """Build the chain of RFC 5322: the parent's references, or its one In-Reply-To, and then the parent."""
    above = answered.references or (answered.in_reply_to if len(answered.in_reply_to) == 1 else ())
    chain = [each for each in dict.fromkeys(above) if _MESSAGE_ID.fullmatch(each) and each != parent]
    # A long chain keeps its root, by which old programs thread, and its newest end.
    kept = chain if len(chain) < _LONGEST_CHAIN else [chain[0], *chain[-(_LONGEST_CHAIN - 2) :]]
    return (*kept, parent) if parent else tuple(kept)
