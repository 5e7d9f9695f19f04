"""A raw mail taken apart. Total: whatever the bytes are, a `ParsedMail` comes back and nothing is raised.

The standard library's compat32 tree with a walk of our own: measured against seven parsers it lost the least, and
what it still trips over (deep nesting, unknown charsets, damaged encodings) is caught in few places here. What can
still hang or eat memory is ended from outside by the reading process.
"""

import hashlib

from bot.domain.mails import Attachment, ParsedMail
from integrations.mail import charsets, delivery_reports
from integrations.mail.attachments import attachments_of
from integrations.mail.headers import Headers, addresses, instant, message_ids, received_instant
from integrations.mail.html_text import html_to_text
from integrations.mail.parts import Sorted, sort_parts
from integrations.mail.raw_header import header_of
from integrations.mail.safe_text import clean_line, clean_text
from integrations.mail.tree import Part, tree_of

_KEPT_HEADERS = (
    "auto-submitted",
    "content-type",
    "delivered-to",
    "feedback-id",
    "list-id",
    "list-unsubscribe",
    "precedence",
    "sender",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-failed-recipients",
    "x-loop",
    "x-precedence",
)
_MAX_PROBLEMS = 20
_MAX_HTML_PARTS = 10
_MAX_BARE_TEXT = 200_000


def parse_mail(raw: bytes) -> ParsedMail:
    try:
        return _read(tree_of(raw), raw)
    except Exception as failure:  # noqa: BLE001 - the promise of this module; RecursionError is the usual one
        return _read_flat(raw, type(failure).__name__)


def _read(root: Part, raw: bytes) -> ParsedMail:
    found = sort_parts(root)
    files = attachments_of(found.files)
    found.problems.extend(files.problems)
    if not raw.strip():
        found.problems.append("The mail is empty.")
    return _assemble(Headers.of(root), found, files.kept)


def _read_flat(raw: bytes, failure: str) -> ParsedMail:
    """Read the header lines and show the rest as it is, for mails that cannot be taken apart."""
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    found = Sorted(plain=[clean_text(charsets.decode(body[:_MAX_BARE_TEXT], "").text)])
    found.problems.append(f"The mail could not be taken apart ({failure}); its text is shown as it came.")
    return _assemble(header_of(raw), found, ())


def _assemble(headers: Headers, found: Sorted, attachments: tuple[Attachment, ...]) -> ParsedMail:
    senders = addresses(headers.first("from"))
    if len(headers.all("from")) > 1:
        found.problems.append("The mail has several From lines; the first one was read.")
    from_name, from_address = senders[0] if senders else (headers.text("from", 200), "")
    html_texts = [html_to_text(html) for html in found.html[:_MAX_HTML_PARTS]]
    found.problems.extend(problem for _, problem in html_texts if problem)
    html_text = "\n\n".join(text for text, _ in html_texts if text)
    plain = "\n\n".join(text.strip("\n") for text in found.plain if text.strip())
    returned = delivery_reports.looks_returned(headers, from_address)
    return ParsedMail(
        message_id=next(iter(message_ids(headers.first("message-id"))), ""),
        in_reply_to=message_ids(headers.first("in-reply-to")),
        references=message_ids(headers.first("references")),
        from_address=from_address,
        from_name=from_name,
        reply_to=next((address for _, address in addresses(headers.first("reply-to"))), ""),
        to=tuple(address for value in headers.all("to")[:10] for _, address in addresses(value)),
        subject=headers.text("subject"),
        date=instant(headers.first("date")),
        date_header=headers.line("date", 200),
        return_path=next((address for _, address in addresses(headers.first("return-path"))), "")
        or ("<>" if headers.first("return-path") == "<>" else ""),
        topmost_received=received_instant(headers.all("received")),
        authentication_results=tuple(clean_line(value, 10_000) for value in headers.all("authentication-results")[:20]),
        headers={name: headers.line(name) for name in _KEPT_HEADERS if headers.all(name)},
        text=plain or html_text,
        html_text=html_text,
        attachments=attachments,
        returned_message_ids=delivery_reports.returned_message_ids(found.files, [plain, html_text] if returned else []),
        delivery_status=delivery_reports.delivery_status(found.files),
        body_hash=_body_hash(found, attachments),
        problems=tuple(dict.fromkeys(found.problems))[:_MAX_PROBLEMS],
    )


def _body_hash(found: Sorted, attachments: tuple[Attachment, ...]) -> str:
    """Hash the decoded texts and files: equal for the same letter however it was encoded or routed.

    The HTML goes in as it was decoded, not as it was turned into text, so that a better conversion in a later
    version does not make old letters look new.
    """
    digest = hashlib.sha256()
    for kind, texts in (("plain", found.plain), ("html", found.html)):
        for text in texts:
            canonical = "\n".join(line.rstrip() for line in text.strip().split("\n"))
            digest.update(f"{kind} {len(canonical)}\n{canonical}\n".encode())
    for attachment in attachments:
        digest.update(b"file " + hashlib.sha256(attachment.content).digest())
    return digest.hexdigest()
