"""From an answer that is no success to one of the application's four failure words."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus

from bot.ports.failures import Failure, Permanent, Transient
from bot.ports.marketplace import KeyRefused, NotAllowed
from integrations.walmart.answers import Answer
from integrations.walmart.complaints import Complaint, complaint_of
from integrations.walmart.throttling import pause, wished_pause

TOKEN_ENDPOINT = "POST /v3/token"  # noqa: S105 - the name of an endpoint, not a secret

_WORTH_ANOTHER_TRY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
# At /v3/token a wrong key has been answered with 400 in production (facts: walmart 1.1).
_KEY_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class Refused(Permanent):
    """Walmart answered 400: it does not take the request as it was written."""


def failure_of(answer: Answer, endpoint: str, *, now: datetime, secrets: Iterable[str] = ()) -> Failure:
    """Turn an answer into a failure; pure and total.

    A page of the edge network is always `Transient`: it says nothing of the key or of the order, whatever its
    status. `secrets` are kept out of the reason, where Walmart would repeat them.
    """
    said = complaint_of(answer, secrets)
    code = said.code or str(answer.status)
    if answer.is_page or _is_passing(answer.status):
        return _passing(answer, said, code, now)
    return _lasting(answer.status, endpoint, said, code)


def _passing(answer: Answer, said: Complaint, code: str, now: datetime) -> Transient:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        what, wait = "Walmart's rate limit is used up", pause(answer.headers, now)
        return Transient(_sentence(what, said), code=code, retry_after=wait)
    what = (
        f"Walmart's network answered {answer.status} in place of the API"
        if answer.is_page
        else f"Walmart could not answer ({answer.status})"
    )
    return Transient(_sentence(what, said), code=code, retry_after=wished_pause(answer.headers, now))


def _lasting(status: int, endpoint: str, said: Complaint, code: str) -> Failure:
    if endpoint == TOKEN_ENDPOINT and status in _KEY_REFUSED:
        what = "Walmart: credential rejected; the key must be entered anew"
        return KeyRefused(_sentence(what, said), code=code)
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return KeyRefused(_sentence("Walmart does not accept this key's token", said), code=code)
        case HTTPStatus.FORBIDDEN:
            return NotAllowed(_sentence(f"This key may not use {endpoint}", said), code=code)
        case HTTPStatus.BAD_REQUEST:
            return Refused(_sentence("Walmart refused the request", said), code=code)
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Permanent(_sentence("The request was too large for Walmart", said), code=code)
        case _:
            return Permanent(_sentence(f"Walmart refused the request ({status})", said), code=code)


def _is_passing(status: int) -> bool:
    """5xx passes; so does a redirect, which is never followed because the token would go with it."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _WORTH_ANOTHER_TRY or status < HTTPStatus.BAD_REQUEST


def _sentence(what: str, said: Complaint) -> str:
    detail = said.text or said.code.replace("EDGE", "")
    reference = f" (Reference #{said.reference})" if said.reference else ""
    return f"{what}{': ' + detail if detail else ''}{reference}."
