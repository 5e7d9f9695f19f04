"""The buyer's own mailbox, and a seller's reply as the relay turns it for the buyer."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from integrations.simulator.mail.records import Attachment

MOST_ATTACHMENTS = 5
LARGEST_ATTACHMENT = 5 * 1024 * 1024


class UnreadableReplyError(Exception):
    """The relay cannot take the mail apart."""


@dataclass(slots=True)
class BuyerMailbox:
    """Readable by tests and by the page: `mails` in the order of arrival."""

    name: str
    address: str
    mails: list["BuyerMail"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BuyerMail:
    """One mail in a buyer's mailbox. `relay_address` is the one by which the seller knows the buyer."""

    at: datetime
    relay_address: str
    sender_name: str
    sender_address: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]

    def as_bytes(self, mailbox: BuyerMailbox) -> bytes:
        """Return the mail as the buyer's server holds it."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = formataddr((self.sender_name, self.sender_address))
        mail["To"] = formataddr((mailbox.name, mailbox.address))
        mail["Subject"] = self.subject
        mail["Date"] = format_datetime(self.at)
        mail["Message-ID"] = self.message_id
        if self.in_reply_to:
            mail["In-Reply-To"] = self.in_reply_to
        if self.references:
            mail["References"] = " ".join(self.references)
        mail.set_content(self.text)
        if self.html:
            mail.add_alternative(self.html, subtype="html")
        for attachment in self.attachments:
            maintype, _, subtype = attachment.content_type.partition("/")
            if maintype in {"message", "multipart"}:
                maintype, subtype = "application", "octet-stream"
            mail.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
        return mail.as_bytes()


@dataclass(frozen=True, slots=True)
class Content:
    text: str
    html: str
    attachments: tuple[Attachment, ...]

    @property
    def is_too_much(self) -> bool:
        return len(self.attachments) > MOST_ATTACHMENTS or any(
            len(attachment.content) > LARGEST_ATTACHMENT for attachment in self.attachments
        )


def content_of(raw: bytes) -> Content:
    """Take a seller's mail apart. Raises UnreadableReplyError."""
    texts: dict[str, str] = {"plain": "", "html": ""}
    attachments: list[Attachment] = []
    try:
        for part in message_from_bytes(raw, policy=policy.default).walk():
            if part.is_multipart():
                continue
            is_text = part.get_content_maintype() == "text" and part.get_content_subtype() in texts
            if is_text and part.get_filename() is None and not part.is_attachment():
                texts[part.get_content_subtype()] += part.get_content()
            else:
                content = part.get_payload(decode=True)
                attachments.append(
                    Attachment(
                        part.get_filename() or "unnamed",
                        part.get_content_type(),
                        content if isinstance(content, bytes) else b"",
                    )
                )
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableReplyError(str(error)) from error
    return Content(_unix(texts["plain"]), _unix(texts["html"]), tuple(attachments))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def hidden(text: str, hide: dict[str, str]) -> str:
    """Return the text with every address that the other side must not see replaced by its relay address."""
    for address, shown in hide.items():
        text = re.sub(re.escape(address), shown, text, flags=re.IGNORECASE)
    return text
