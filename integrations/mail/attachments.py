"""The files of a mail, counted, named and bounded."""

import mimetypes
from dataclasses import dataclass

from bot.domain.mails import Attachment
from integrations.mail import transfer
from integrations.mail.headers import Headers
from integrations.mail.parts import Leaf
from integrations.mail.safe_text import clean_file_name, clean_line

_MAX_FILES = 100
_MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Files:
    kept: tuple[Attachment, ...]
    problems: tuple[str, ...]


def attachments_of(leaves: list[Leaf]) -> Files:
    kept: list[Attachment] = []
    problems: list[str] = []
    total = 0
    for leaf in leaves:
        content, problem = _content(leaf)
        if problem:
            problems.append(problem)
        total += len(content)
        if len(kept) == _MAX_FILES or total > _MAX_BYTES:
            problems.append(f"Only the first {len(kept)} of {len(leaves)} attachments were kept.")
            break
        kept.append(Attachment(_name(leaf, len(kept) + 1), _shown_type(leaf), content, inline=_inline(leaf)))
    return Files(tuple(kept), tuple(problems))


def _content(leaf: Leaf) -> tuple[bytes, str]:
    if not leaf.part.inside:
        return transfer.content_of(leaf.part)
    # A mail inside the mail, or the blocks of a delivery report: written out again as they would be sent.
    try:
        return b"\n".join(message.as_bytes() for message in leaf.part.inside), ""
    except Exception:  # noqa: BLE001 - RecursionError, encoding errors of the generator; the raw mail holds it all
        return b"", "A mail inside the mail could not be taken out; the raw mail holds it."


def _name(leaf: Leaf, number: int) -> str:
    extension = mimetypes.guess_extension(leaf.content_type) or ".bin"
    if leaf.content_type == "message/rfc822":
        extension = ".eml"
        if not leaf.name and leaf.part.inside:
            subject = Headers.of(leaf.part.inside[0]).text("subject", 80).replace("/", "_")
            return clean_file_name(subject and subject + extension, f"mail-{number}.eml")
    return clean_file_name(leaf.name, f"attachment-{number}{extension}")


def _shown_type(leaf: Leaf) -> str:
    return clean_line(leaf.content_type, 100)


def _inline(leaf: Leaf) -> bool:
    return leaf.disposition == "inline" or (leaf.related and leaf.disposition != "attachment")
