"""Our requests, the stand-in's answers and our reader, held against Walmart's own specifications.

The specifications lie beside the checkout and are never part of it.
"""

import base64
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest

from bot.domain.orders import ShipNodeType
from bot.domain.sites import AccountId, Market
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.walmart.server import WalmartServer
from integrations.walmart.answers import Answer, parsed
from integrations.walmart.client import WalmartMarketplace
from integrations.walmart.errors import failure_of
from integrations.walmart.orders import read_purchase_orders
from integrations.walmart.paging import next_query
from integrations.walmart.returns import read_returns
from tests.contract.walmart_specification import Specification, at, without_nulls
from tests.fakes.walmart_answers import scripted_walmart

CONTRACTS = (Path(__file__).resolve().parents[2] / ".." / "shared" / "contracts" / "walmart").resolve()
FILES = ("authentication", "order-management", "returns-management")
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = Credentials(AccountId(1), "client-1", Secret("s3cret"))
ID = "200011419023224"
# What Walmart's pages demand and its specifications of these operations do not name: the language of the answer, and
# the two headers of the Global APIs.
BEYOND_THE_SPECIFICATION = {"accept", "wm_market", "wm_global_version"}
OF_HTTP_ITSELF = {"host", "user-agent", "accept-encoding", "connection", "content-length"}

pytestmark = pytest.mark.skipif(not CONTRACTS.is_dir(), reason="Walmart's specifications are not beside this checkout")


@pytest.fixture(scope="module")
def specification() -> Specification:
    return Specification({name: json.loads((CONTRACTS / f"{name}.openapi.json").read_text()) for name in FILES})


@pytest.fixture
async def world() -> AsyncIterator[tuple[WalmartServer, WalmartMarketplace]]:
    clock = MovableClock(start=START)
    server = WalmartServer(clock, Faults())
    server.add_seller("client-1", "s3cret", "Acme Home", markets=("us", "ca", "mx"))
    await server.start()
    async with WalmartMarketplace(clock, api_url=server.api_url) as client:
        yield server, client
    await server.stop()


async def test_every_request_of_ours_is_in_the_specification(specification: Specification) -> None:
    async with scripted_walmart() as walmart:
        walmart.answer("GET /v3/token/detail", {"scopes": {}})
        async with WalmartMarketplace(MovableClock(start=START), api_url=walmart.api_url) as client:
            await client.authorise(KEY)
            await client.order(KEY, Market.CA, ID)
            await client.returns(KEY, Market.MX, ID)

    assert {asked.place for asked in walmart.asked} == {
        "POST /v3/token",
        "GET /v3/token/detail",
        "GET /v3/orders",
        "GET /v3/returns",
    }
    for asked in walmart.asked:
        known = {name.lower() for name in specification.parameters(asked.place, "header")}
        assert set(asked.headers) - known - BEYOND_THE_SPECIFICATION - OF_HTTP_ITSELF == set()
        required = {
            name.lower()
            for name, each in specification.parameters(asked.place, "header").items()
            if each.get("required")
        }
        # Basic authorisation beside the access token is listed and not needed (facts: walmart 1.3); a GET has no content.
        missing = required - set(asked.headers)
        assert missing - {"authorization", "content-type"} == set()
        queries = specification.parameters(asked.place, "query")
        for name, value in parse_qsl(urlsplit(asked.target).query, strict_parsing="?" in asked.target):
            allowed = at(queries[name], "schema")
            assert isinstance(allowed, dict)
            assert value in allowed.get("enum", [value])
            described = str(queries[name].get("description", ""))
            assert name not in {"shipNodeType", "productInfo", "replacementInfo"} or value in described


def test_the_three_ship_node_types_are_walmarts(specification: Specification) -> None:
    described = str(specification.parameters("GET /v3/orders", "query")["shipNodeType"]["description"])

    assert all(node.value in described for node in ShipNodeType)


def test_the_token_is_asked_for_in_a_documented_way(specification: Specification) -> None:
    operation, _ = specification.operation("POST /v3/token")
    form = at(
        operation,
        "requestBody",
        "content",
        "application/x-www-form-urlencoded",
        "schema",
        "properties",
        "grant_type",
        "enum",
    )

    assert isinstance(form, list)
    assert "client_credentials" in form


@pytest.mark.parametrize("kind", list(OrderKind))
@pytest.mark.parametrize("place", ["GET /v3/orders", "GET /v3/orders/{purchaseOrderId}", "GET /v3/returns"])
async def test_the_stand_ins_answers_keep_to_the_schema(
    specification: Specification, world: tuple[WalmartServer, WalmartMarketplace], kind: OrderKind, place: str
) -> None:
    server, _ = world
    book = server.sellers.all[0].order_book
    invented = book.invent(kind)
    book.open_return(invented.customer_order_id)
    order_documents = [document async for document in answers_of(server, place, invented.customer_order_id)]
    schema, _ = specification.success(place)

    for document in order_documents:
        # The schema of the single order shows it without the wrapper that every example has; its dates, said to be
        # ISO 8601 there, are epoch milliseconds in every example.
        unwrapped = document["order"] if place.endswith("}") and isinstance(document, dict) else document
        errors = [
            error
            for error in jsonschema.Draft4Validator(schema).iter_errors(without_nulls(unwrapped))
            if not is_unsound(error, place, kind)
        ]
        assert errors == []
    assert order_documents


async def answers_of(server: WalmartServer, place: str, customer_order_id: str) -> AsyncIterator[object]:
    """Ask the stand-in itself, because the client shows what it read and not what came."""
    usual = {"WM_SVC.NAME": "Walmart Marketplace", "Accept": "application/json"}
    basic = base64.b64encode(b"client-1:s3cret").decode()
    async with httpx.AsyncClient(base_url=server.api_url) as http:
        response = await http.post(
            "/v3/token",
            data={"grant_type": "client_credentials"},
            headers={**usual, "Authorization": f"Basic {basic}", "WM_QOS.CORRELATION_ID": str(uuid.uuid4())},
        )
        token = response.json()["access_token"]
        path = place.removeprefix("GET ")
        orders = server.sellers.all[0].order_book.under(customer_order_id)
        if path.endswith("}"):
            targets = [f"/v3/orders/{order.purchase_order_id}?replacementInfo=true" for order in orders]
        elif path == "/v3/orders":
            nodes = {order.ship_node for order in orders}
            targets = [
                f"{path}?customerOrderId={customer_order_id}&replacementInfo=true&shipNodeType={node}&createdStartDate=2026-06-01"
                for node in nodes
            ]
        else:
            targets = [f"{path}?customerOrderId={customer_order_id}"]
        for target in targets:
            headers = {**usual, "WM_SEC.ACCESS_TOKEN": token, "WM_QOS.CORRELATION_ID": str(uuid.uuid4())}
            answered = await http.get(target, headers=headers)
            assert answered.status_code == 200
            yield answered.json()


def is_unsound(error: jsonschema.ValidationError, place: str, kind: OrderKind) -> bool:
    where = [str(step) for step in error.absolute_path]
    name = where[-1] if where else ""
    dates = {"orderDate", "estimatedShipDate", "estimatedDeliveryDate", "statusDate", "shipDateTime", "pickUpDateTime"}
    if place.endswith("}") and name in dates:
        return bool(error.validator == "type")
    if error.validator == "required":
        # A member that is null in the answer is absent once the nulls are gone.
        return kind is OrderKind.NULLS or "nextCursor" in error.message or "phone" in error.message
    return name == "refundCoveredBy"


def examples(value: object) -> Iterator[object]:
    """Walk through an example, or several under their names, down to whatever may be an answer."""
    if isinstance(value, dict):
        if {"list", "order", "returnOrders", "purchaseOrderId", "access_token", "scopes"} & value.keys():
            yield value
        else:
            for inner in value.values():
                yield from examples(inner)


@pytest.mark.parametrize("place", ["GET /v3/orders", "GET /v3/orders/{purchaseOrderId}", "GET /v3/orders/released"])
def test_walmarts_own_examples_are_read(specification: Specification, place: str) -> None:
    _, example = specification.success(place)
    found = list(examples(example))
    assert found
    for each in found:
        exact = parsed(json.dumps(each).encode())
        assert isinstance(exact, dict)
        orders = [exact["order"]] if "order" in exact else exact["list"]["elements"]["order"]
        # The last entry of the long list has kept the wrapper of a single order.
        for entry in (entry.get("order", entry) for entry in orders):
            (read, *_) = read_purchase_orders(
                exact, customer_order_id=entry["customerOrderId"], asked=ShipNodeType.SELLER
            )
            assert read.purchase_order_id
            assert read.recipient is not None
            assert read.buyer_relay_email is not None
            assert all(line.sku and line.quantity and line.parts and line.item_charges for line in read.lines)
        if "list" in exact:
            assert next_query(exact["list"]["meta"].get("nextCursor"))


def test_walmarts_own_example_of_returns_is_read(specification: Specification) -> None:
    _, example = specification.success("GET /v3/returns")
    (answer,) = examples(example)
    assert isinstance(answer, dict)

    for entry in answer["returnOrders"]:
        (first, *_) = read_returns(answer, customer_order_id=entry["customerOrderId"])
        assert first.status


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("BadRequest", Permanent),
        ("Unauthorized", Misconfigured),
        ("NotFound", Permanent),
        ("TooManyRequests", Transient),
        ("InternalServerError", Transient),
    ],
)
def test_walmarts_own_examples_of_errors_have_a_word_and_a_code(
    specification: Specification, name: str, word: type[Failure]
) -> None:
    _, document = specification.operation("GET /v3/orders")
    example = at(document, "components", "responses", name, "content", "application/json", "example")
    status = {
        "BadRequest": 400,
        "Unauthorized": 401,
        "NotFound": 404,
        "TooManyRequests": 429,
        "InternalServerError": 500,
    }[name]

    failure = failure_of(Answer(status, {}, json.dumps(example).encode()), "GET /v3/orders", now=START)

    assert isinstance(failure, word)
    assert failure.code.endswith(".GMP_ORDER_API")


async def test_token_detail_of_the_stand_in_keeps_to_the_schema(
    specification: Specification, world: tuple[WalmartServer, WalmartMarketplace]
) -> None:
    _, client = world
    schema, _ = specification.success("GET /v3/token/detail")
    categories = at(schema, "properties", "scopes", "properties")
    assert isinstance(categories, dict)

    authorisation = await client.authorise(KEY)

    assert authorisation.permissions
    for category, level in authorisation.permissions.items():
        assert level in categories[category]["enum"]
