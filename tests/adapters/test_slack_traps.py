"""What Slack does that nobody would expect, as far as no other test of the adapter is about it."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.ports.chat import Intent, OnlyYou
from bot.ports.vault import Secret
from bot.views.acts import ActName
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind
from integrations.slack.calls import SlackCalls
from integrations.slack.connection import SlackConnection
from integrations.slack.json_values import JsonObject
from integrations.slack.manifest import slack_manifest
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import QUICK, Desk, Inbox, a_card, a_desk, press, serving, told, until
from tests.golden.sample_views import MESSAGES, NEW_CARD, line

CARD = SlackRenderer().render(NEW_CARD)
DONE = Notice(Tone.GOOD, (line("You have it."),))


def event(**content: object) -> JsonObject:
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": content}


@pytest.mark.parametrize(
    "payload",
    [
        event(
            type="reaction_added", user="U1", reaction="eyes", item={"type": "message", "channel": "C1", "ts": "1.1"}
        ),
        event(type="channel_archive", channel="C1", user="U1"),
        event(type="message", channel="C1", user="U1", ts="1.1", text="chatter"),
        event(type="message", channel="C1", subtype="message_changed", hidden=True, ts="1.1"),
        event(type="something_of_next_year"),
        event(),
    ],
)
async def test_an_event_that_means_nothing_to_us_is_acknowledged_so_that_slack_does_not_send_it_again(
    payload: JsonObject,
) -> None:
    async with a_desk(rate=5) as desk, serving(desk):
        # Raises where nothing is acknowledged within Slack's three seconds.
        await desk.server.socket.ask("events_api", payload)
        assert desk.inbox.heard == []


async def test_a_connection_on_which_nothing_answers_any_more_is_left_for_a_new_one() -> None:
    connected: list[web.WebSocketResponse] = []

    async def api(request: web.Request) -> web.Response:
        port = request.url.port
        return web.json_response({"ok": True, "team_id": "T1", "user_id": "U0", "url": f"ws://127.0.0.1:{port}/link"})

    async def link(request: web.Request) -> web.WebSocketResponse:
        # The network in between has died without a word: the socket stays open and no ping is answered.
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        connected.append(socket)
        async for frame in socket:
            assert frame.type is aiohttp.WSMsgType.PING
        return socket

    application = web.Application()
    application.router.add_post("/api/{method}", api)
    application.router.add_get("/link", link)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        calls = SlackCalls(Secret("xoxb-1"), Secret("xapp-1"), f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
        slack = SlackConnection(calls, MovableClock(rate=10), sockets=1, patience=replace(QUICK, heartbeat=0.1))
        serve = asyncio.ensure_future(slack.serve(Inbox()))
        await until(lambda: len(connected) >= 2)
        serve.cancel()
        await asyncio.gather(serve, return_exceptions=True)
    finally:
        await runner.cleanup()


def noted_calls(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, JsonObject]]:
    """Every call from now on, with its arguments."""
    noted: list[tuple[str, JsonObject]] = []
    call = desk.calls._call

    async def noting(client: object, method: str, arguments: JsonObject, *, repeatable: bool) -> JsonObject:
        noted.append((method, arguments))
        return await call(client, method, arguments, repeatable=repeatable)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.calls, "_call", noting)
    return noted


async def test_no_post_has_links_unfurled_names_linked_or_text_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk() as desk:
        noted = noted_calls(desk, monkeypatch)
        root = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        letter = SlackRenderer().render(MESSAGES["thread-buyer"])
        await desk.slack.post(desk.channel.id, letter, Intent("letter"), thread=root.id)
        await desk.slack.tell("", desk.user, DONE)
        posts = [arguments for method, arguments in noted if method == "chat.postMessage"]
        assert len(posts) == 3
        for arguments in posts:
            assert arguments["unfurl_links"] is arguments["unfurl_media"] is False
            assert not {"parse", "link_names", "mrkdwn", "markdown_text"} & arguments.keys()


async def test_the_history_is_read_only_to_find_a_post_whose_answer_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk() as desk:
        noted = noted_calls(desk, monkeypatch)
        tried = desk.clock.now()
        root = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        await desk.slack.update(root, SlackRenderer().render(replace(NEW_CARD, title="#1042 again")))
        assert {method for method, _arguments in noted} == {"chat.postMessage", "chat.update"}
        await desk.slack.post(desk.channel.id, CARD, Intent("card", tried))
        assert noted[-1][0] == "conversations.history"


async def test_a_spent_answer_address_does_not_leave_the_person_without_an_answer() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        # Five uses within half an hour, then Slack knows the address no longer.
        desk.faults.order("slack:response_url", Fault(FaultKind.STATUS, status=404))
        desk.inbox.answer = OnlyYou(DONE)
        await press(desk, card, ActName.TAKE)
        await until(lambda: told(desk) == ["You have it."])


async def test_the_timestamp_of_a_message_stays_the_text_that_slack_gave() -> None:
    async with a_desk() as desk:
        posted = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        assert re.fullmatch(r"\d+\.\d{6}", posted.id)
        # As a number it would lose its last digits, and the update would find no message.
        await desk.slack.update(posted, SlackRenderer().render(replace(NEW_CARD, title="#1042 again")))


async def test_a_message_is_kept_under_the_channel_that_slack_answers_with(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk() as desk:
        answer: JsonObject = {"ok": True, "channel": "D77", "ts": "1700000000.000100", "message": {}}

        async def elsewhere(*_given: object, **_named: object) -> JsonObject:
            return answer

        monkeypatch.setattr(desk.calls, "_call", elsewhere)
        assert (await desk.slack.post("U1", CARD, Intent("card"))).channel == "D77"


def test_a_command_is_delivered_with_its_mentions_resolved() -> None:
    features = slack_manifest()["features"]
    assert isinstance(features, dict)
    (command,) = features["slash_commands"]
    assert command["should_escape"] is True


def test_blocks_are_never_built_from_the_sdks_models() -> None:
    """They check only some limits and drop kinds of blocks that they do not know yet without raising."""
    folder = Path(__file__).resolve().parents[2] / "integrations/slack"
    assert not [module.name for module in folder.rglob("*.py") if "slack_sdk.models" in module.read_text()]
