"""Single values, in every form in which Walmart has been seen to send or to omit them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.ports.failures import Permanent, Transient
from integrations.walmart import reading
from integrations.walmart.answers import Answer, document, parsed
from integrations.walmart.order_ids import clean_customer_order_id
from integrations.walmart.paging import next_query


@pytest.mark.parametrize(
    "written",
    ["2000114-19023224", "200011419023224", " 2000114\u201119023224\u00a0", "#2000114 19023224", "2000114–19023224"],
)
def test_hyphens_and_their_cousins_are_taken_out_of_an_order_number(written: str) -> None:
    assert clean_customer_order_id(written) == "200011419023224"


@pytest.mark.parametrize("identifier", ["2282223729", "5281956426648", "200011419023224"])
def test_order_numbers_of_every_age_are_accepted(identifier: str) -> None:
    assert clean_customer_order_id(identifier) == identifier


@pytest.mark.parametrize(
    "written",
    ["", "-", "123456789", "1" * 19, "20001141902322a", "٢٠٠٠١١٤١٩٠٢٣٢٢٤", "200011419023224&limit=1", "../token"],
)
def test_what_is_no_order_number_never_reaches_walmart(written: str) -> None:
    with pytest.raises(Permanent):
        clean_customer_order_id(written)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1568466571000, datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC)),
        ("1568466571000", datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC)),
        (Decimal("1568466571000.0"), datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC)),
        ("2019-09-14T13:09:31.000Z", datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC)),
        ("2019-09-14T08:09:31-05:00", datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC)),
        ("2019-09-14", datetime(2019, 9, 14, tzinfo=UTC)),
        (0, None),
        (-1, None),
        (10**30, None),
        (True, None),
        ("soon", None),
        ("0001-01-01T00:00:00+23:59", None),
        (None, None),
        ({}, None),
    ],
)
def test_dates_are_aware_utc_whether_milliseconds_or_iso(value: object, expected: datetime | None) -> None:
    read = reading.instant(value)

    assert read == expected
    assert read is None or read.tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"unitOfMeasurement": "EACH", "amount": "1"}, 1),
        ({"amount": "12.0"}, 12),
        ({"amount": 3}, 3),
        ("4", 4),
        ({"amount": "-1"}, None),
        ({"amount": "1.5"}, None),
        ({"amount": "NaN"}, None),
        ({"amount": "1e400"}, None),
        ({"amount": None}, None),
        (None, None),
        ([], None),
    ],
)
def test_quantities_are_strings(value: object, expected: int | None) -> None:
    assert reading.quantity(value) == expected


def test_money_is_exact() -> None:
    value = parsed(b'{"currency": "USD", "amount": 0.1}')

    assert reading.money(value) == Money(Decimal("0.1"), "USD")


@pytest.mark.parametrize(
    "value",
    [None, {}, {"amount": 1}, {"currency": "USD"}, {"currency": "usd", "amount": 1}, {"currency": None, "amount": 1}]
    + [
        {"currency": "USD", "amount": amount}
        for amount in (None, True, "NaN", "sNaN", "Infinity", "1e999999", "1e9999999", 10**40, "1e-99", [1])
    ],
)
def test_an_amount_that_cannot_be_one_is_empty(value: object) -> None:
    assert reading.money(value) is None


@pytest.mark.parametrize(
    "url", ["https://www.fedex.com/?t=1", "http://www.fedex.com/Tracking?action=track=english=us=x=00"]
)
def test_web_addresses_are_kept(url: str) -> None:
    assert reading.web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://host/x",
        "//host/x",
        "https://",
        "https://[bad",
        "https://u:p@host/",
        "https://host/a b",
        "https://host/a\nb",
        "https://host/|x>",
        "h" * 3000,
        None,
        5,
        "https://host/\u202e",
    ],
)
def test_only_http_and_https_become_links(url: object) -> None:
    assert reading.web_address(url) is None


def test_text_loses_what_could_turn_a_line_around_or_break_a_database() -> None:
    assert reading.text(" a\u202eb\x00c\ud800d\r\n e\u00a0f\u200b ") == "abcd e f"
    assert len(reading.text("x" * 10_000)) == 500
    assert reading.text(123) == "123"
    assert reading.text(["a"]) == reading.text(None) == reading.text(True) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", True),
        (True, True),
        ("TRUE", True),
        ("Y", True),
        ("false", False),
        (None, False),
        ("", False),
        ([], False),
    ],
)
def test_a_flag_may_be_a_word(value: object, expected: bool) -> None:
    assert reading.flag(value) is expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": 1e9999999999999999999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"<html>",
    ],
)
def test_a_success_that_is_no_json_is_transient(body: bytes) -> None:
    with pytest.raises(Transient):
        document(Answer(200, {}, body))


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"x"'])
def test_a_success_that_is_no_object_is_permanent(body: bytes) -> None:
    with pytest.raises(Permanent):
        document(Answer(200, {}, body))


def test_a_cursor_is_kept_to_the_letter() -> None:
    cursor = "?limit=10&hasMoreElements=true&soIndex=31&createdEndDate=2019-10-24T17:41:15.701Z&x=%2B+1"

    assert next_query(cursor) == cursor
    assert next_query("limit=10&offset=10") == "?limit=10&offset=10"
    assert next_query(None) is next_query("") is None


@pytest.mark.parametrize(
    "cursor", ["?a=1#fragment", "?a=1\r\nHost: evil", "?a b=1", "x" * 5000, "?nothing", 5, ["?a=1"], {"a": 1}]
)
def test_a_cursor_that_could_change_more_than_the_query_is_refused(cursor: object) -> None:
    with pytest.raises(Permanent):
        next_query(cursor)
