"""Socket Mode seen from a bare connection: what is sent, what is sent again, and what is lost."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.records import RecordKind
from integrations.simulator.slack.users import UserKind
from tests.simulator.slack_room import CARD, a_room, refusal, until


class Link:
    """A connection that answers only when it is told to."""

    def __init__(self, socket):
        self.socket = socket

    async def read(self, seconds=3.0):
        return await self.socket.receive_json(timeout=seconds)

    async def acknowledge(self, envelope, payload=None):
        answer = {"envelope_id": envelope["envelope_id"]}
        await self.socket.send_json(answer | ({"payload": payload} if payload else {}))


@asynccontextmanager
async def a_link(room):
    opened = await room.client.apps_connections_open(app_token=room.server.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        link = Link(socket)
        link.hello = await link.read()
        yield link


async def moved(room, **step):
    """Let those who sleep go to sleep, then move the clock."""
    await asyncio.sleep(0.02)
    room.clock.move(timedelta(**step))


async def a_card(room):
    posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)
    return posted["ts"]


async def test_an_address_needs_the_app_token_and_serves_once():
    async with a_room() as room:
        open_with = room.client.apps_connections_open
        assert (await refusal(open_with(app_token="xapp-wrong")))[0] == "invalid_auth"
        assert (await refusal(open_with(app_token=room.server.bot_token)))[0] == "not_allowed_token_type"
        url = (await open_with(app_token=room.server.app_token))["url"]
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url):
                pass
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)


async def test_hello_says_how_long_the_connection_may_last():
    async with a_room() as room, a_link(room) as link:
        assert link.hello["type"] == "hello"
        assert link.hello["num_connections"] == 1
        assert link.hello["debug_info"]["approximate_connection_time"] == 18_060
        assert link.hello["connection_info"] == {"app_id": room.server.installation.app_id}


async def test_a_ping_is_answered_with_its_own_words():
    async with a_room() as room:
        opened = await room.client.apps_connections_open(app_token=room.server.app_token)
        async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"], autoping=False) as socket:
            await socket.receive_json()
            await socket.ping(b"sdk-ping-pong:1")
            frame = await socket.receive(timeout=3)
            assert (frame.type, frame.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_the_eleventh_connection_is_sent_away():
    async with a_room() as room, asyncio.timeout(10), aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(11):
            opened = await room.client.apps_connections_open(app_token=room.server.app_token)
            sockets.append(await session.ws_connect(opened["url"]))
        last = await sockets[-1].receive_json()
        assert (last["type"], last["reason"]) == ("disconnect", "too_many_websockets")
        for socket in sockets:
            await socket.close()


async def test_an_event_that_is_not_acknowledged_comes_again_with_the_same_event_id():
    async with a_room() as room, a_link(room) as link:
        await room.server.person(room.ann.id).say(room.channel.id, "hello")
        first = await link.read()
        assert (first["type"], first["retry_attempt"]) == ("events_api", 0)
        await moved(room, seconds=3)
        again = await link.read()
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
        assert again["envelope_id"] != first["envelope_id"]
        assert again["payload"]["event_id"] == first["payload"]["event_id"]
        await moved(room, seconds=3)
        await moved(room, seconds=60)
        third = await link.read()
        assert third["retry_attempt"] == 2
        await link.acknowledge(third)
        await moved(room, minutes=10)
        with pytest.raises(TimeoutError):
            await link.read(0.1)


async def test_an_event_is_given_up_after_the_third_redelivery():
    async with a_room() as room:
        await room.server.person(room.ann.id).say(room.channel.id, "nobody is connected")
        for step in (60, 300):
            await moved(room, seconds=step)
        await until(lambda: room.server.records[-1].kind is RecordKind.UNDELIVERED)


async def test_a_late_acknowledgement_of_a_click_is_worth_nothing():
    async with a_room() as room, a_link(room) as link:
        ts = await a_card(room)
        await link.acknowledge(await link.read())
        click = asyncio.ensure_future(room.server.person(room.ann.id).press(room.channel.id, ts, "reply"))
        envelope = await link.read()
        assert envelope["accepts_response_payload"] is True
        await moved(room, seconds=3.1)
        outcome = await click
        await link.acknowledge(envelope)
        assert not outcome.acknowledged
        assert outcome.warning
        warned = room.server.records[-1]
        assert (warned.kind, warned.user) == (RecordKind.WARNED, room.ann.id)
        with pytest.raises(TimeoutError):
            await link.read(0.1)


async def test_a_click_with_nobody_connected_warns_at_once():
    async with a_room() as room:
        outcome = await room.server.person(room.ann.id).press(room.channel.id, await a_card(room), "reply")
        assert not outcome.acknowledged


async def test_payloads_take_turns_between_connections():
    async with a_room() as room, a_link(room) as one, a_link(room) as two:
        for word in ("first", "second"):
            await room.server.person(room.ann.id).say(room.channel.id, word)
        got = [(await link.read())["payload"]["event"]["text"] for link in (one, two)]
        assert sorted(got) == ["first", "second"]


async def test_a_repeated_click_is_the_same_act_in_another_envelope():
    async with a_room() as room, a_link(room) as link:
        ts = await a_card(room)
        await link.acknowledge(await link.read())
        room.server.socket.repeat_next()
        click = asyncio.ensure_future(room.server.person(room.ann.id).press(room.channel.id, ts, "reply"))
        envelopes = [await link.read(), await link.read()]
        for envelope in envelopes:
            await link.acknowledge(envelope)
        assert (await click).acknowledged
        first, second = (envelope["payload"]["actions"][0]["action_ts"] for envelope in envelopes)
        assert first == second
        assert envelopes[0]["envelope_id"] != envelopes[1]["envelope_id"]


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.HANG, FaultKind.DISCONNECT])
async def test_a_lost_click_is_a_warning_whatever_lost_it(kind):
    async with a_room() as room, a_link(room) as link:
        ts = await a_card(room)
        await link.acknowledge(await link.read())
        room.faults.order("slack:socket", Fault(kind))
        click = asyncio.ensure_future(room.server.person(room.ann.id).press(room.channel.id, ts, "reply"))
        if kind in {FaultKind.DROP_AFTER, FaultKind.HANG}:
            await link.acknowledge(await link.read())
        if kind is FaultKind.DISCONNECT:
            assert (await link.read())["reason"] == "refresh_requested"
        await moved(room, seconds=3.1)
        assert not (await click).acknowledged
        if kind is FaultKind.DROP_AFTER:
            await until(lambda: not room.server.socket.connections)


async def test_a_delayed_click_arrives_after_its_trigger_has_expired():
    async with a_room() as room, a_link(room) as link:
        ts = await a_card(room)
        await link.acknowledge(await link.read())
        room.faults.order("slack:socket", Fault(FaultKind.DELAY, seconds=4))
        click = asyncio.ensure_future(room.server.person(room.ann.id).press(room.channel.id, ts, "reply"))
        await moved(room, seconds=4)
        envelope = await link.read()
        await link.acknowledge(envelope)
        assert (await click).acknowledged
        modal = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [{"type": "divider"}]}
        late = room.client.views_open(trigger_id=envelope["payload"]["trigger_id"], view=modal)
        assert (await refusal(late))[0] == "expired_trigger_id"


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_a_connection_that_must_go_gets_nothing_more_and_is_closed(reason):
    async with a_room() as room, a_link(room) as link:
        await room.server.socket.refresh(reason)
        told = await link.read()
        assert (told["type"], told["reason"]) == ("disconnect", reason)
        outcome = await room.server.person(room.ann.id).press(room.channel.id, await a_card(room), "reply")
        assert not outcome.acknowledged
        await moved(room, seconds=10)
        assert (await link.socket.receive(timeout=3)).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def test_a_warning_leaves_the_connection_in_use():
    async with a_room() as room, a_link(room) as link:
        await room.server.socket.refresh("warning")
        assert (await link.read())["reason"] == "warning"
        await room.server.person(room.ann.id).say(room.channel.id, "still here")
        assert (await link.read())["type"] == "events_api"


async def test_nonsense_on_the_wire_is_survived():
    async with a_room() as room, a_link(room) as link:
        await link.socket.send_str("not json")
        await link.socket.send_str('{"envelope_id": "unknown"}')
        await room.server.person(room.ann.id).say(room.channel.id, "hello")
        assert (await link.read())["type"] == "events_api"


async def test_events_have_the_wrapping_that_bolt_reads():
    async with a_room() as room, a_link(room) as link:
        ann = room.server.person(room.ann.id)
        mention = f"<@{room.server.bot_user_id}> help"
        said = await ann.say(room.channel.id, mention)
        both = [await link.read(), await link.read()]
        kinds = {envelope["payload"]["event"]["type"]: envelope["payload"] for envelope in both}
        assert set(kinds) == {"message", "app_mention"}
        assert kinds["message"]["event_id"] != kinds["app_mention"]["event_id"]
        assert kinds["message"]["authorizations"][0]["user_id"] == room.server.bot_user_id
        assert {payload["event"]["ts"] for payload in kinds.values()} == {said.ts}
        for envelope in both:
            await link.acknowledge(envelope)
        await ann.edit(room.channel.id, said.ts, "never mind")
        changed = (await link.read())["payload"]["event"]
        assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "never mind")
        assert changed["previous_message"]["text"] == mention
        await ann.delete(room.channel.id, said.ts)
        deleted = (await link.read())["payload"]["event"]
        assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", said.ts)


async def test_the_application_hears_its_own_messages_too():
    async with a_room() as room, a_link(room) as link:
        await a_card(room)
        event = (await link.read())["payload"]["event"]
        assert (event["bot_id"], event["user"]) == (room.server.bot_id, room.server.bot_user_id)


async def test_nothing_is_heard_from_channels_without_the_application():
    async with a_room() as room, a_link(room) as link:
        away = room.server.workspace.add_channel("away", room.ann.id, with_bot=False)
        await room.server.person(room.ann.id).say(away.id, "private matters")
        with pytest.raises(TimeoutError):
            await link.read(0.1)


async def test_a_stranger_is_marked_in_events():
    async with a_room() as room, a_link(room) as link:
        eve = room.server.workspace.add_user("Eve", kind=UserKind.STRANGER)
        shared = room.server.workspace.add_channel("shared", room.ann.id, eve.id)
        await room.server.person(eve.id).say(shared.id, "hello")
        payload = (await link.read())["payload"]
        assert payload["is_ext_shared_channel"] is True
        assert payload["event"]["user_team"] == eve.team_id != room.server.team_id


async def test_a_cut_connection_ends_without_a_word():
    async with a_room() as room, a_link(room) as link:
        room.server.socket.cut()
        frame = await link.socket.receive(timeout=3)
        assert frame.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
        await until(lambda: not room.server.socket.connections)
