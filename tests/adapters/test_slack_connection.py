"""The connection: up whatever Slack does, renewed before it is lost, and quiet in the log."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from bot.ports.chat import (
    FormErrors,
    Interaction,
    Nothing,
)
from bot.ports.failures import Misconfigured
from bot.ports.vault import Secret
from bot.views.acts import ActName
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind
from integrations.slack import sockets
from integrations.slack.calls import SlackCalls
from integrations.slack.connection import SlackConnection
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import QUICK, Desk, Inbox, a_card, a_desk, press, serving, until
from tests.golden.sample_views import NEW_CARD, line

CARD = SlackRenderer().render(NEW_CARD)
DONE = Notice(Tone.GOOD, (line("You have it."),))


def heard(desk: Desk, kind: type[Interaction]) -> Interaction:
    (interaction,) = [entry for entry in desk.inbox.heard if isinstance(entry, kind)]
    return interaction


async def test_it_connects_although_slack_is_down_at_start() -> None:
    async with a_desk() as desk:
        desk.faults.order("slack:auth.test", Fault(FaultKind.ERROR, code="service_unavailable"), times=2)
        desk.faults.order("slack:apps.connections.open", Fault(FaultKind.ERROR, code="internal_error"), times=2)
        async with serving(desk):
            await press(desk, await a_card(desk), ActName.TAKE)


@pytest.mark.parametrize("place", ["slack:auth.test", "slack:apps.connections.open"])
async def test_refused_tokens_end_it_with_what_to_do(place: str) -> None:
    async with a_desk() as desk:
        desk.faults.order(place, Fault(FaultKind.ERROR, code="invalid_auth"), times=10)
        with pytest.raises(Misconfigured, match="token"):
            await asyncio.wait_for(desk.slack.serve(desk.inbox), 5)
        assert desk.slack.connected_since is None


async def test_a_refresh_opens_the_new_connection_before_it_leaves_the_old() -> None:
    async with a_desk() as desk, serving(desk, connections=2):
        card = await a_card(desk)
        before = set(map(id, desk.server.socket.connections))
        first = desk.server.socket.connections[0]
        await desk.server.socket._tell_to_leave(first, "refresh_requested")
        desk.server.socket._leave(first)
        for _ in range(5):
            await press(desk, card, ActName.TAKE)
        await until(
            lambda: (
                len(desk.server.socket.connections) == 2
                and len(before & set(map(id, desk.server.socket.connections))) == 1
            )
        )


async def test_what_is_in_hand_at_a_refresh_is_still_acknowledged() -> None:
    async with a_desk() as desk:
        desk.slack = SlackConnection(desk.calls, desk.clock, sockets=1, patience=QUICK)
        async with serving(desk, connections=1):
            card = await a_card(desk)

            async def slowly(interaction: Interaction) -> Nothing:
                await asyncio.sleep(0.4)
                return Nothing()

            desk.inbox.receiving = slowly
            pressing = asyncio.ensure_future(press(desk, card, ActName.TAKE))
            await until(lambda: desk.inbox.heard)
            await desk.server.socket.refresh()
            await pressing


async def test_cut_connections_come_back() -> None:
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        before = list(desk.server.socket.connections)
        desk.server.socket.cut()
        await until(
            lambda: (
                len(desk.server.socket.connections) == 2
                and not any(entry in before for entry in desk.server.socket.connections)
            )
        )
        await press(desk, card, ActName.TAKE)


async def test_it_says_since_when_it_is_connected() -> None:
    async with a_desk() as desk:

        def since() -> datetime | None:
            return desk.slack.connected_since

        assert since() is None
        started = desk.clock.now()
        async with serving(desk):
            at = since()
            assert at is not None
            assert timedelta() <= at - started < timedelta(seconds=5)
        assert since() is None


async def test_a_server_that_greets_nobody_is_left_and_tried_again() -> None:
    connected: list[str] = []

    async def api(request: web.Request) -> web.Response:
        port = request.url.port
        return web.json_response({"ok": True, "team_id": "T1", "user_id": "U0", "url": f"ws://127.0.0.1:{port}/link"})

    async def link(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connected.append("silent")
        async for _frame in socket:
            continue
        return socket

    application = web.Application()
    application.router.add_post("/api/{method}", api)
    application.router.add_get("/link", link)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        calls = SlackCalls(Secret("xoxb-1"), Secret("xapp-1"), f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
        slack = SlackConnection(calls, MovableClock(rate=10), sockets=1, patience=replace(QUICK, hello=0.1))
        serve = asyncio.ensure_future(slack.serve(Inbox()))
        await until(lambda: len(connected) >= 2)
        assert slack.connected_since is None
        serve.cancel()
        await asyncio.gather(serve, return_exceptions=True)
    finally:
        await runner.cleanup()


async def test_an_unreachable_slack_is_tried_for_ever() -> None:
    calls = SlackCalls(Secret("xoxb-1"), Secret("xapp-1"), "http://127.0.0.1:9/api/")
    serve = asyncio.ensure_future(SlackConnection(calls, MovableClock(rate=50), patience=QUICK).serve(Inbox()))
    await asyncio.sleep(0.2)
    assert not serve.done()
    serve.cancel()
    await asyncio.gather(serve, return_exceptions=True)


async def test_no_log_line_holds_what_people_wrote(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_desk() as desk, serving(desk):
        card = await a_card(desk)
        await desk.ann.say(desk.channel.id, "Zanzibar is the secret word", card.id)
        await until(lambda: desk.inbox.heard)
        desk.inbox.answer = FormErrors({"": "Zanzibar"})
        await press(desk, card, ActName.TAKE)
    assert "Zanzibar" not in caplog.text
    assert "xoxb-" not in caplog.text


async def test_at_the_end_every_connection_is_closed_though_one_takes_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that ends first must not have the other's closing cut short."""
    opened: list[sockets.Socket] = []

    class Watched(sockets.Socket):
        async def connect(self) -> None:
            opened.append(self)
            await super().connect()

    monkeypatch.setattr(sockets, "Socket", Watched)
    async with a_desk() as desk:

        async def slowly(interaction: Interaction) -> Nothing:
            await asyncio.sleep(0.3)
            return Nothing()

        desk.inbox.receiving = slowly
        async with serving(desk):
            pressed = asyncio.create_task(press(desk, await a_card(desk), ActName.TAKE))
            await until(lambda: desk.inbox.heard)
        await pressed
        assert len(opened) == 2
        assert all(socket.aiohttp_client_session.closed for socket in opened)
