"""Every form of refusal becomes one of the four words, with a code and a reason that holds no secret."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from integrations.walmart.answers import Answer
from integrations.walmart.errors import TOKEN_ENDPOINT, Refused, failure_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ORDERS = "GET /v3/orders"
ENTRY = {
    "code": "INVALID_REQUEST_CONTENT.GMP_ORDER_API",
    "field": "methodCode",
    "description": "Invalid methodCode",
    "info": None,
}
XML = (
    b'<ns2:errors xmlns:ns2="http://walmart.com/"><ns2:error><ns2:code>INVALID_REQUEST_CONTENT.GMP_ORDER_API</ns2:code>'
    b"<ns2:field>methodCode</ns2:field><ns2:description>Invalid methodCode</ns2:description></ns2:error></ns2:errors>"
)
AKAMAI = b"<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>You don't have permission.<P>Reference&#32;&#35;18&#46;9f1c2e17&#46;1732370000&#46;5c1d9b2</BODY></HTML>"


def answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers or {}, raw)


def fail(
    status: int,
    body: object,
    headers: Mapping[str, str] | None = None,
    *,
    endpoint: str = ORDERS,
    secrets: tuple[str, ...] = (),
) -> Failure:
    return failure_of(answer(status, body, headers), endpoint, now=NOW, secrets=secrets)


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [ENTRY]},
        {"error": [ENTRY]},
        {"errors": {"error": [ENTRY]}},
        {"errors": {"error": ENTRY}},
        ENTRY,
        XML,
    ],
    ids=["errors", "gateway error", "nested", "nested single", "single object", "xml"],
)
def test_code_and_reason_are_read_from_every_shape(body: object) -> None:
    failure = fail(400, body)

    assert isinstance(failure, Refused)
    assert failure.code == "INVALID_REQUEST_CONTENT.GMP_ORDER_API"
    assert "Invalid methodCode" in failure.reason


def test_a_problem_of_rfc_9457_is_read() -> None:
    problem = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "limit is too large"}

    failure = fail(400, problem, {"content-type": "application/problem+json"})

    assert failure.code == "BAD_REQUEST"
    assert "limit is too large" in failure.reason


def test_an_xml_code_may_begin_with_its_status() -> None:
    failure = fail(
        500,
        b'<?xml version="1.0"?><ns2:errors><ns2:error><ns2:code>500.SYSTEM_ERROR</ns2:code></ns2:error></ns2:errors>',
    )

    assert isinstance(failure, Transient)
    assert failure.code == "500.SYSTEM_ERROR"


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("endpoint", [ORDERS, TOKEN_ENDPOINT])
def test_an_edge_page_never_blames_key_or_order_and_its_reference_is_kept(status: int, endpoint: str) -> None:
    failure = fail(status, AKAMAI, {"content-type": "text/html"}, endpoint=endpoint)

    assert isinstance(failure, Transient)
    assert "Reference #18.9f1c2e17.1732370000.5c1d9b2" in failure.reason


def test_an_edge_page_is_known_by_its_body_too() -> None:
    assert isinstance(fail(403, b"\r\n<!DOCTYPE html><p>blocked"), Transient)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_key_may_be_rejected_with_400_as_well_as_401(status: int) -> None:
    failure = fail(
        status,
        {"error": [{"code": "UNAUTHORIZED.GMP_GATEWAY_API", "description": "Unauthorized"}]},
        endpoint=TOKEN_ENDPOINT,
    )

    assert isinstance(failure, Misconfigured)
    assert "credential rejected" in failure.reason
    assert failure.code == "UNAUTHORIZED.GMP_GATEWAY_API"


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (301, Transient),
        (400, Permanent),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, Permanent),
        (408, Transient),
        (413, Permanent),
        (422, Permanent),
        (429, Transient),
        (500, Transient),
        (502, Transient),
        (504, Transient),
        (520, Transient),
    ],
)
def test_each_status_has_its_word(status: int, word: type[Failure]) -> None:
    failure = fail(status, b"")

    assert isinstance(failure, word)
    assert failure.code == str(status)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30", "x-next-replenishment-time": "1795431600000"}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:45 GMT"}, 45),
        ({"x-next-replenishment-time": str(int(NOW.timestamp() * 1000) + 20_000)}, 20),
        ({"x-next-replenish-time": str(int(NOW.timestamp() * 1000) + 25_000)}, 25),
        ({"x-next-replenishment-time": str(int(NOW.timestamp()) + 12)}, 12),
        ({"x-next-replenishment-time": "2026-11-23T09:00:10Z"}, 10),
        ({"x-next-replenishment-time": "2026-11-23T04:00:15.000-05:00"}, 15),
        ({"retry-after": "soon", "x-next-replenishment-time": "2026-11-23T09:00:10Z"}, 10),
        ({}, 60),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "9" * 400}, 60),
        ({"retry-after": "86400"}, 300),
        ({"retry-after": "-5"}, 60),
        ({"retry-after": "0"}, 1),
        ({"x-next-replenishment-time": "2026-11-23T08:59:00Z"}, 1),
    ],
)
def test_a_429_waits_as_walmart_asks_within_bounds(headers: dict[str, str], seconds: float) -> None:
    failure = fail(429, {"errors": [{"code": "REQUEST_THRESHOLD_VIOLATED"}]}, headers)

    assert isinstance(failure, Transient)
    assert failure.code == "REQUEST_THRESHOLD_VIOLATED"
    assert failure.retry_after == pytest.approx(seconds)


def test_what_was_sent_is_not_repeated_in_a_reason() -> None:
    said = (
        "Token eyJraWQiOiI1MWY3MjM0Ny0wYWY5LTRhZ.abc is bad, Authorization: Basic Y2xpZW50OnMzY3JldA==, "
        "key 0f8fad5b-d9cb-469f-a165-70867728950e, secret hunter2, buyer jane@example.com"
    )
    failure = fail(401, {"errors": [{"code": "hunter2", "description": said}]}, secrets=("hunter2",))

    for secret in ("eyJ", "Y2xpZW50", "0f8fad5b", "hunter2", "jane"):
        assert secret not in failure.reason
    assert failure.code == "401"


def test_a_reason_is_one_short_line() -> None:
    failure = fail(400, {"errors": [{"code": "X_Y", "description": "bad\r\nvery\x00bad\u202e " + "so " * 400}]})

    assert failure.reason.isprintable()
    assert len(failure.reason) < 300


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["errors", "error", "code", "description", "title", "detail", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.text(max_size=50).map(lambda text: b"<" + text.encode(errors="replace")),
    headers=st.dictionaries(
        st.sampled_from(["retry-after", "x-next-replenishment-time", "content-type"]), st.text(max_size=30)
    ),
    endpoint=st.sampled_from([ORDERS, TOKEN_ENDPOINT]),
)
def test_whatever_walmart_sends_there_is_a_word_for_it(
    status: int, body: bytes, headers: dict[str, str], endpoint: str
) -> None:
    failure = failure_of(Answer(status, headers, body), endpoint, now=NOW, secrets=("secret",))

    assert not isinstance(failure, Uncertain)
    assert failure.reason.isprintable()
    assert failure.code
