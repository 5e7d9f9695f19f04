"""Returns out of Walmart's JSON."""

from datetime import UTC, datetime

import pytest

from bot.ports.failures import Permanent
from integrations.walmart.returns import read_returns, without_repeats
from tests.adapters.walmart_documents import ID, Json

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def returned(**changes: object) -> Json:
    lines = [{"status": "INITIATED", "currentRefundStatus": None}]
    return {"returnOrderId": "103738048909818825", "customerOrderId": ID, "returnOrderLines": lines, **changes}


def test_returns_are_read_with_the_words_of_their_lines() -> None:
    lines = [
        {"status": "COMPLETED", "currentRefundStatus": "REFUND_INITIATED"},
        {"status": "INITIATED"},
        {"status": "COMPLETED"},
        None,
    ]

    (opened,) = read_returns({"returnOrders": [returned(returnOrderLines=lines)]}, customer_order_id=ID)

    assert (opened.status, opened.refund_status) == ("COMPLETED; INITIATED", "REFUND_INITIATED")


def test_returns_of_others_repeats_and_rubbish_are_passed_over() -> None:
    answer: Json = {
        "meta": None,
        "returnOrders": [
            returned(),
            returned(),
            returned(customerOrderId="1"),
            returned(returnOrderId=None),
            None,
            returned(returnOrderId="1", returnOrderLines=None),
        ],
    }

    found = without_repeats(read_returns(answer, customer_order_id=ID))

    assert [(each.return_order_id, each.status) for each in found] == [("1", ""), ("103738048909818825", "INITIATED")]
    assert read_returns({"returnOrders": None}, customer_order_id=ID) == ()


@pytest.mark.parametrize("answer", [{}, {"returnOrders": "x"}, {"list": {}}])
def test_returns_of_an_unknown_form_are_a_permanent_failure(answer: Json) -> None:
    with pytest.raises(Permanent):
        read_returns(answer, customer_order_id=ID)
