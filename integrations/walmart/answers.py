"""An answer of Walmart's, as it came over the wire and as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import Never

from bot.ports.failures import Permanent, Transient


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` has lower-case names. `body` is decompressed and within the size limit."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @property
    def is_success(self) -> bool:
        """206 counts: Walmart sends it with SOME_CONTENT_NOT_FOUND beside the rest of the answer."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_page(self) -> bool:
        """Whether the edge network answered with a page for people, whatever status it chose."""
        start = self.body.lstrip()[:16].lower()
        return "html" in self.headers.get("content-type", "").lower() or start.startswith((b"<!doctype html", b"<html"))

    @property
    def is_nothing_found(self) -> bool:
        """GET /v3/orders and /v3/returns answer 404 when nothing matches; a page with 404 says no such thing."""
        return self.status == HTTPStatus.NO_CONTENT or (self.status == HTTPStatus.NOT_FOUND and not self.is_page)


def parsed(body: bytes) -> object:
    """Read JSON with every number exact; raises ValueError for anything else, however broken or deep it is."""
    try:
        value: object = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (RecursionError, ArithmeticError) as error:
        raise ValueError("nested too deeply, or a number beyond all bounds") from error
    return value


def document(answer: Answer) -> Mapping[str, object]:
    """Read the object that a success carries.

    Raises `Transient` when it is no JSON at all (a page of the edge network, an answer cut short) and `Permanent`
    when it is JSON but no object, because asking again would bring the same.
    """
    try:
        value = parsed(answer.body)
    except ValueError as error:
        raise Transient("Walmart's answer was not readable; this usually passes.", code="UNREADABLE_ANSWER") from error
    if not isinstance(value, dict):
        raise unexpected_shape()
    return value


def unexpected_shape(code: str = "") -> Permanent:
    return Permanent("Walmart answered in a form that RelayDesk does not know.", code=code or "UNEXPECTED_ANSWER")


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")
