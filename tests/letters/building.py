"""Parsed mails for tests that need no raw bytes."""

import hashlib
from dataclasses import replace

from bot.domain.mails import ParsedMail

BUYER = "c-1746e2be928948f1a5290fdffe93dee6@relay.walmart.com"
OWN = "care@bison-commerce.example"

_EMPTY = ParsedMail(
    message_id="<1@relay.walmart.com>",
    in_reply_to=(),
    references=(),
    from_address=BUYER,
    from_name="",
    reply_to="",
    to=(OWN,),
    subject="A question",
    date=None,
    date_header="",
    return_path="",
    topmost_received=None,
    authentication_results=(),
    headers={},
    text="",
    html_text="",
    attachments=(),
    returned_message_ids=(),
    delivery_status="",
    body_hash=hashlib.sha256().hexdigest(),
)


def a_mail(text: str = "", **other: object) -> ParsedMail:
    return replace(_EMPTY, text=text, **other)  # type: ignore[arg-type]
