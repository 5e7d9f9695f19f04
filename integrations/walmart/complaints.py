"""What Walmart says is wrong, in whichever of its shapes it says so (facts: walmart 1.6)."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from integrations.walmart import reading
from integrations.walmart.answers import Answer, parsed

# `UNAUTHORIZED.GMP_GATEWAY_API`, `500.SYSTEM_ERROR`. Words only, so that no key or address passes for a code.
_CODE = re.compile(r"(?:\d{3}\.)?[A-Z][A-Z_]{1,40}\d{0,8}(?:[.\-][A-Z][A-Z_]{1,40}\d{0,8}){0,3}")
_REFERENCE = re.compile(r"Reference\s{0,9}#\s{0,9}([0-9A-Za-z.]{4,80})")
_XML_CODE = re.compile(r"<(?:\w{1,20}:)?code>([^<]{1,200})<")
_XML_TEXT = re.compile(r"<(?:\w{1,20}:)?(?:description|info)>([^<]{1,500})<")
# Walmart's texts repeat what they were sent. Tokens, keys and addresses are long runs without a space; Walmart's
# own codes in capitals are long too and stay.
_CREDENTIAL = re.compile(r"(?i:basic|bearer)\s+\S+|\S+@\S+|[A-Za-z0-9_\-+/=.]{24,}")
_WORDS = re.compile(r"[A-Z_.]{24,}")
_LONGEST_OAUTH_WORD = 24  # `unsupported_grant_type` has 22
_EXCERPT = 2000
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Complaint:
    """`code` is Walmart's word or "", `text` its sentence without secrets, `reference` the edge network's number."""

    code: str = ""
    text: str = ""
    reference: str = ""


def complaint_of(answer: Answer, secrets: Iterable[str] = ()) -> Complaint:
    """Read an error of any shape; never raises. `secrets` are taken out wherever Walmart repeats them."""
    body = answer.body
    for secret in filter(None, secrets):
        body = body.replace(secret.encode(errors="replace"), b"...")
    if answer.is_page:
        page = html.unescape(body[: _EXCERPT * 10].decode(errors="replace"))
        found = _REFERENCE.search(page)
        return Complaint(code="EDGE", reference=found[1] if found else "")
    if body.lstrip()[:1] == b"<":
        document = body[: _EXCERPT * 10].decode(errors="replace")
        code, said = _XML_CODE.search(document), _XML_TEXT.search(document)
        return Complaint(_clean_code(code[1] if code else ""), _clean(html.unescape(said[1]) if said else ""))
    try:
        return complaint_in(parsed(body))
    except ValueError:
        return Complaint()


def complaint_in(value: object) -> Complaint:
    """Read an error out of JSON: listed under `errors`, `error` or both, single, or a problem of RFC 9457."""
    fields = _first(value)
    said = next(
        (
            said
            for name in ("description", "info", "detail", "error_description", "title", "message")
            if (said := reading.text(fields.get(name)))
        ),
        "",
    )
    return Complaint(_clean_code(_code(fields)), _clean(said))


def _first(value: object) -> Mapping[str, object]:
    fields = reading.mapping(value)
    for _ in range(3):
        inner = next((found[0] for name in ("errors", "error") if (found := reading.objects(fields.get(name)))), None)
        if inner is None:
            break
        fields = inner
    return fields


def _code(fields: Mapping[str, object]) -> str:
    """A problem has a title in place of a code, and OAuth's own errors are a bare word under `error`."""
    code = reading.text(fields.get("code")) or reading.text(fields.get("error"))
    return code or reading.text(fields.get("title")).upper().replace(" ", "_")


def _clean_code(code: str) -> str:
    """Only a word in capitals is a code; what else stands there could be a key that Walmart repeats."""
    upper = code if code != code.lower() or len(code) > _LONGEST_OAUTH_WORD else code.upper()
    return upper if _CODE.fullmatch(upper) else ""


def _clean(said: str) -> str:
    cleaned = _CREDENTIAL.sub(lambda run: run[0] if _WORDS.fullmatch(run[0]) else "...", reading.text(said))
    return cleaned[:_LONGEST_TEXT].rstrip(". ")
