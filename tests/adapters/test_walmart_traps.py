"""What Walmart's API does that nobody would expect, as far as no other test of the client is about it."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.domain.orders import LineStatus, PurchaseOrder, ShipNodeType
from bot.domain.sites import AccountId, Market
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from integrations.simulator.clock import MovableClock
from integrations.walmart.answers import Answer, document
from integrations.walmart.client import WalmartMarketplace
from integrations.walmart.letters.addresses import is_allowed_recipient
from integrations.walmart.orders import read_purchase_orders
from tests.adapters.walmart_documents import ID, line, listed, purchase
from tests.fakes.walmart_answers import ScriptedWalmart, scripted_walmart

KEY = Credentials(AccountId(1), "client-1", Secret("s3cret-of-acme"))
TOKEN, ORDERS = "POST /v3/token", "GET /v3/orders"
REFUSED = {"error": [{"code": "UNAUTHORIZED.GMP_GATEWAY_API", "description": "Unauthorized"}]}


def read(answer: object) -> PurchaseOrder:
    exact = document(Answer(200, {}, json.dumps(answer).encode()))
    (only,) = read_purchase_orders(exact, customer_order_id=ID, asked=ShipNodeType.SELLER)
    return only


@pytest.fixture
async def walmart() -> AsyncIterator[ScriptedWalmart]:
    async with scripted_walmart() as scripted:
        yield scripted


@pytest.fixture
async def client(walmart: ScriptedWalmart) -> AsyncIterator[WalmartMarketplace]:
    clock = MovableClock(start=datetime(2026, 11, 23, 9, tzinfo=UTC))
    async with WalmartMarketplace(clock, api_url=walmart.api_url, timeout_seconds=5) as marketplace:
        yield marketplace


async def test_a_call_that_is_repeated_with_a_new_token_has_a_new_correlation_id(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    walmart.answer(ORDERS, REFUSED, status=401, times=3)

    await client.order(KEY, Market.US, ID)

    # Walmart drops a call without a word whose id it has seen before.
    correlation_ids = [asked.headers["wm_qos.correlation_id"] for asked in walmart.asked]
    assert len(correlation_ids) == len(set(correlation_ids)) == 8


async def test_the_pages_of_an_order_are_read_one_after_the_other(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    for number in range(1, 4):
        walmart.answer("GET /v3/returns", {"meta": {"nextCursor": f"?offset={number}"}, "returnOrders": []})
    walmart.answer("GET /v3/returns", {"meta": {"nextCursor": None}, "returnOrders": []})

    await client.returns(KEY, Market.US, ID)

    targets = [asked.target for asked in walmart.calls("GET /v3/returns")]
    assert targets[1:] == ["/v3/returns?offset=1", "/v3/returns?offset=2", "/v3/returns?offset=3"]


async def test_half_a_window_of_dates_is_never_asked_for_with_returns(
    walmart: ScriptedWalmart, client: WalmartMarketplace
) -> None:
    await client.returns(KEY, Market.US, ID)

    (asked,) = walmart.calls("GET /v3/returns")
    assert ("StartDate" in asked.target) == ("EndDate" in asked.target)


def test_an_order_may_carry_the_buyers_own_address_to_which_nothing_goes_by_itself() -> None:
    bought = read(listed(purchase(customerEmailId="maria.lopez@hotmail.com")))

    assert bought.buyer_relay_email == "maria.lopez@hotmail.com"
    assert not is_allowed_recipient("maria.lopez@hotmail.com")


@pytest.mark.parametrize("word", ["Created", "Acknowledged", "Shipped", "Delivered", "Cancelled", "Refund"])
def test_every_status_of_the_specification_is_known(word: str) -> None:
    status = {"status": word, "statusQuantity": {"amount": "1"}}

    (part,) = read(listed(purchase(line(orderLineStatuses={"orderLineStatus": [status]})))).lines[0].parts

    assert part.status is LineStatus(word)


def test_members_that_walmart_has_added_since_change_nothing() -> None:
    incentive = {"type": "REFERRAL", "originalPrice": {"currency": "USD", "amount": 99}}
    attributes = {"miscAttribute": [{"name": "PET_DETAILS", "details": {"detail": [{"key": "a", "value": "b"}]}}]}
    summary = {"totalAmount": {"currencyAmount": 999.99, "currencyUnit": "USD"}}

    enriched = purchase(line(incentive=incentive, miscAttributes=attributes, configId="7"), orderSummary=summary)

    assert read(listed(enriched)) == read(listed(purchase()))


def test_the_sum_of_an_order_is_that_of_its_charges_whether_walmart_sends_a_summary_or_not() -> None:
    for summary in (None, {}, {"totalAmount": {"currencyAmount": 1.0, "currencyUnit": "USD"}}):
        (bought,) = read(listed(purchase(orderSummary=summary))).lines
        assert bought.item_charges == Money(Decimal("23.89"), "USD")
