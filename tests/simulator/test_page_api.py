"""The page's own interface: what it tells, to whom it listens, and how it refuses."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from integrations.simulator.buyers import hostile
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.people.typing import FileToSend
from integrations.simulator.world import World
from tests.simulator.slack_room import CARD
from tests.simulator.small_bot import CHANNEL, a_small_bot, a_world

ANA, BEN, GUEST, STRANGER = "U0ANA", "U0BEN", "U0GUEST", "U0STRANGER"


class Visitor:
    """The page's scripts, as far as the simulator can tell."""

    def __init__(self, http: httpx.AsyncClient, origin: str) -> None:
        self.http = http
        self.origin = origin

    async def look(self, **asked: str) -> dict:
        answer = await self.http.get("/api/state", params=asked)
        assert answer.status_code == 200
        return answer.json()

    async def act(self, path: str, **values: object) -> httpx.Response:
        return await self.http.post(f"/api/{path}", json=values, headers={"Origin": self.origin})


@asynccontextmanager
async def a_visitor(world: World) -> AsyncIterator[Visitor]:
    async with httpx.AsyncClient(base_url=world.page_url, timeout=5) as http:
        yield Visitor(http, world.page_url.rstrip("/"))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "0.0.0.0", "["])
async def test_a_name_that_somebody_elses_dns_points_here_is_not_answered(host):
    async with a_world() as world, a_visitor(world) as visitor:
        for path in ("/", "/api/state", "/static/main.js", "/api/changes"):
            refused = await visitor.http.get(path, headers={"Host": host})
            assert refused.status_code in {400, 403}, path


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8080", "LOCALHOST"])
async def test_every_name_of_this_machine_is_answered(host):
    async with a_world() as world, a_visitor(world) as visitor:
        assert (await visitor.http.get("/", headers={"Host": host})).status_code == 200


async def test_another_site_cannot_change_anything():
    async with a_world() as world, a_visitor(world) as visitor:
        before = world.clock.now()
        body = json.dumps({"hours": 48})
        headers = [
            {"Content-Type": "application/json"},
            {"Content-Type": "application/json", "Origin": "https://evil.example"},
            {"Content-Type": "application/json", "Origin": "null"},
            {"Content-Type": "text/plain", "Origin": visitor.origin},
            {"Content-Type": "application/x-www-form-urlencoded", "Origin": visitor.origin},
        ]
        for sent in headers:
            refused = await visitor.http.post("/api/world/move-clock", content=body, headers=sent)
            assert refused.status_code == 403
            assert refused.json()["error"]
        assert (world.clock.now() - before).total_seconds() < 60
        assert (await visitor.act("world/move-clock", hours=48)).status_code == 200
        assert (world.clock.now() - before).total_seconds() > 170_000


async def test_every_answer_keeps_foreign_content_out():
    async with a_world() as world, a_visitor(world) as visitor:
        for path in ("/", "/static/main.js", "/api/state", "/nothing/here"):
            headers = (await visitor.http.get(path)).headers
            assert "default-src 'none'" in headers["Content-Security-Policy"], path
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"


async def test_nothing_outside_the_static_folder_is_given_out():
    async with a_world() as world, a_visitor(world) as visitor:
        for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py", "/static/"):
            assert (await visitor.http.get(path)).status_code in {403, 404}, path


async def test_what_is_not_understood_is_refused_in_words():
    async with a_world() as world, a_visitor(world) as visitor:
        for path, values, status in (
            ("world/move-clock", {"hours": -1}, 400),
            ("world/move-clock", {"hours": "2"}, 400),
            ("world/move-clock", {"hours": True}, 400),
            ("world/order-fault", {"kind": "explode", "seconds": 0, "status": 0, "times": 1, "place": "x"}, 400),
            ("orders/ship", {"order_id": "nothing"}, 400),
            ("orders/invent", {"kind": "?"}, 400),
            ("buyers/write", {"text": "Hello", "layout": "order"}, 409),
            ("buyers/write", {"text": "Hello", "layout": "order", "order_id": "1"}, 409),
            ("buyers/write", {"text": "  ", "layout": "plain"}, 400),
            ("buyers/answer", {"buyer": "Nobody", "number": 0, "text": "x"}, 400),
            ("slack/say", {"as": ANA, "channel": "C0NOWHERE", "text": "Hello"}, 409),
            ("slack/say", {"as": "U0NOBODY", "channel": CHANNEL, "text": "Hello"}, 409),
            ("slack/say", {"as": ANA, "channel": CHANNEL, "text": " "}, 409),
            ("slack/say", {"as": ANA, "channel": CHANNEL, "text": "x", "files": [{"base64": "%"}]}, 400),
            ("slack/press", {"as": ANA, "channel": CHANNEL, "ts": "1.0", "action_id": "reply"}, 409),
            ("slack/submit", {"as": ANA, "view": "V0"}, 409),
        ):
            refused = await visitor.act(path, **values)
            assert (refused.status_code, bool(refused.json()["error"])) == (status, True), (path, values)
        for path in ("slack/explode", "world/explode", "nowhere/say"):
            assert (await visitor.act(path, **{"as": ANA})).status_code == 404
        headers = {"Origin": visitor.origin, "Content-Type": "application/json"}
        for body in (b"{", b"[]", b"\xff"):
            refused = await visitor.http.post("/api/world/clear-faults", content=body, headers=headers)
            assert refused.status_code == 400


async def test_too_much_at_once_is_refused_in_words(monkeypatch):
    monkeypatch.setattr("integrations.simulator.page.server.MOST_BYTES", 1024)
    async with a_world() as world, a_visitor(world) as visitor:
        refused = await visitor.act("slack/say", **{"as": ANA, "channel": CHANNEL, "text": "x" * 2000})
        assert refused.status_code == 413
        assert "choose fewer" in refused.json()["error"]


async def test_a_world_that_listens_everywhere_names_the_page_as_it_answers():
    world = World()
    await world.start("0.0.0.0")
    try:
        assert world.page_url.startswith("http://localhost:")
        async with httpx.AsyncClient() as http:
            assert (await http.get(world.page_url)).status_code == 200
    finally:
        await world.stop()


async def test_each_person_sees_their_own_slack():
    async with a_world() as world, a_small_bot(world) as bot, a_visitor(world) as visitor:
        await bot.client.chat_postEphemeral(channel=CHANNEL, user=BEN, text="only for Ben")
        seen = {who: (await visitor.look(**{"as": who}))["slack"] for who in (ANA, BEN, GUEST, STRANGER)}
        names = {who: [channel["name"] for channel in slack["channels"]] for who, slack in seen.items()}
        assert names == {
            ANA: ["walmart-us", "general", "partners"],
            BEN: ["walmart-us", "general", "partners"],
            GUEST: ["walmart-us"],
            STRANGER: ["partners"],
        }
        assert [message["text"] for message in seen[BEN]["channel"]["messages"]] == ["only for Ben"]
        assert seen[ANA]["channel"]["messages"] == []
        assert seen[STRANGER]["channel"] is None
        looked = (await visitor.look(**{"as": BEN, "channel": "C0PARTNERS"}))["slack"]
        assert looked["channel"]["may_write"] is False


async def test_a_long_channel_is_told_from_its_end():
    async with a_world() as world, a_visitor(world) as visitor:
        for number in range(50):
            await world.slack.person(ANA).say(CHANNEL, f"message {number}")
        channel = (await visitor.look())["slack"]["channel"]
        assert (len(channel["messages"]), channel["earlier"]) == (40, 10)
        assert channel["messages"][-1]["text"] == "message 49"
        every = (await visitor.look(most="9999999999999"))["slack"]["channel"]
        assert (len(every["messages"]), every["earlier"]) == (50, 0)
        assert len((await visitor.look(most="-1"))["slack"]["channel"]["messages"]) == 40


async def test_a_form_carries_files_from_the_browser_to_the_bot():
    async with a_world() as world, a_visitor(world) as visitor:
        file = {"name": "label.pdf", "type": "application/pdf", "base64": base64.b64encode(b"%PDF").decode()}
        said = await visitor.act("slack/say", **{"as": ANA, "channel": CHANNEL, "text": "", "files": [file]})
        assert said.status_code == 200
        (message,) = (await visitor.look())["slack"]["channel"]["messages"]
        (shown,) = message["files"]
        assert (shown["name"], shown["size"]) == ("label.pdf", 4)
        kept = await visitor.http.get(f"/api/files/slack/{shown['id']}")
        assert kept.content == b"%PDF"


async def test_a_file_that_is_no_picture_can_only_be_saved():
    async with a_world() as world, a_visitor(world) as visitor:
        order = world.shop.orders.orders[0].customer_order_id
        world.correspondence.ask("Look", order_id=order, attachments=hostile.attachments())
        (letter,) = (await visitor.look())["mail"]["mails"]
        for file in letter["files"]:
            answer = await visitor.http.get(f"/api/files/{file['place']}")
            is_picture = answer.headers["Content-Type"] == "image/png"
            assert is_picture or answer.headers["Content-Type"] == "application/octet-stream"
            assert is_picture or answer.headers["Content-Disposition"].startswith('attachment; filename="')
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert ".." not in answer.headers.get("Content-Disposition", "")
        page = FileToSend('x".html\r\nX-Evil: 1', b"<script>alert(1)</script>", "text/html")
        await world.slack.person(ANA).say(CHANNEL, "a file", files=[page])
        shown = (await visitor.look())["slack"]["channel"]["messages"][0]["files"][0]
        answer = await visitor.http.get(f"/api/files/slack/{shown['id']}")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="x_.html_X-Evil_1"'
        for path in ("slack/F0", "sent/0/99", "sent/9/0", "sent/x/0", "received/Nobody/0/0"):
            assert (await visitor.http.get(f"/api/files/{path}")).status_code == 404


async def test_an_open_page_hears_of_every_change_and_lets_go_when_the_simulator_stops():
    async with (
        a_world() as world,
        a_visitor(world) as visitor,
        visitor.http.stream("GET", "/api/changes") as stream,
    ):
        told = (line async for line in stream.aiter_lines() if line.startswith("data: "))
        await asyncio.wait_for(anext(told), 5)
        order = world.shop.orders.orders[0].customer_order_id
        for change in (
            lambda: world.correspondence.ask("Hello", order_id=order),
            lambda: world.shop.orders.ship(world.shop.orders.orders[1].customer_order_id),
            lambda: world.slack.workspace and world.slack.journal.touch(),
        ):
            change()
            await asyncio.wait_for(anext(told), 5)
        await visitor.act("world/move-clock", hours=1)
        await asyncio.wait_for(anext(told), 5)
        await asyncio.wait_for(world.stop(), 5)
        assert [line async for line in told] == []


async def test_a_flood_of_changes_is_told_as_few():
    async with (
        a_world() as world,
        a_visitor(world) as visitor,
        visitor.http.stream("GET", "/api/changes") as stream,
    ):
        told = (line async for line in stream.aiter_lines() if line.startswith("data: "))
        first = int((await asyncio.wait_for(anext(told), 5)).removeprefix("data: "))
        for _ in range(1000):
            world.slack.journal.touch()
            world.mail.changes.announce()
        last, count = first, 0
        while last < first + 1000:
            last = int((await asyncio.wait_for(anext(told), 5)).removeprefix("data: "))
            count += 1
        assert count < 5


async def test_ordered_faults_are_listed_until_they_are_used_up_or_cancelled():
    async with a_world() as world, a_visitor(world) as visitor:
        values = {"place": "walmart:GET /v3/orders", "kind": "status", "seconds": 0, "status": 429, "times": 2}
        assert (await visitor.act("world/order-fault", **values, code="", retry_after=7)).status_code == 200
        assert len((await visitor.look())["faults"]) == 2
        taken = world.faults.take("walmart:GET /v3/orders")
        assert taken == Fault(FaultKind.STATUS, status=429, retry_after=7)
        assert len((await visitor.look())["faults"]) == 1
        await visitor.act("world/clear-faults")
        assert (await visitor.look())["faults"] == []


async def test_what_the_product_must_never_do_is_told_on_the_page():
    async with a_world() as world, a_visitor(world) as visitor:
        office = world.mail.post_office
        office.submit(
            office.accounts["care@acme.example"], "care@acme.example", ["nocxemail@walmartone.com"], b"To: x\r\n\r\n"
        )
        (told,) = (await visitor.look())["mail"]["wrong"]
        assert "must never be answered" in told


async def test_a_press_reports_what_slack_would_show():
    async with a_world() as world, a_visitor(world) as visitor, a_small_bot(world) as bot:
        ts = await bot.post(CARD)
        pressed = await visitor.act("slack/press", **{"as": BEN, "channel": CHANNEL, "ts": ts, "action_id": "reply"})
        assert pressed.json() == {"warning": "", "errors": {}}
        view = (await visitor.look(**{"as": BEN}))["slack"]["view"]
        refused = await visitor.act("slack/submit", **{"as": BEN, "view": view["id"], "values": {"words": "rude"}})
        assert refused.json()["errors"] == {"words": "Say it kindly."}
        assert (await visitor.look(**{"as": ANA}))["slack"]["view"] is None
        await visitor.act("slack/close", **{"as": BEN, "view": view["id"]})
        assert (await visitor.look(**{"as": BEN}))["slack"]["view"] is None
