"""Trouble on order: cut connections, errors, hanging calls, each before or after the effect."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.simulator.faults import Fault, FaultKind
from tests.simulator.slack_room import a_room, refusal

POST = "slack:chat.postMessage"


async def post(room):
    return await room.client.chat_postMessage(channel=room.channel.id, text="x")


def posted(room):
    return len(room.server.messages(room.channel.id))


async def test_a_cut_before_the_effect_posts_nothing_and_one_after_it_posts():
    async with a_room() as room:
        room.faults.order(POST, Fault(FaultKind.DROP_BEFORE))
        with pytest.raises(aiohttp.ClientError):
            await post(room)
        assert posted(room) == 0
        room.faults.order(POST, Fault(FaultKind.DROP_AFTER))
        with pytest.raises(aiohttp.ClientError):
            await post(room)
        assert posted(room) == 1


async def test_the_sdks_own_retry_posts_twice_after_a_cut():
    async with a_room() as room:
        room.faults.order(POST, Fault(FaultKind.DROP_AFTER))
        careless = AsyncWebClient(token=room.server.bot_token, base_url=room.server.api_url)
        await careless.chat_postMessage(channel=room.channel.id, text="x")
        assert posted(room) == 2


async def test_a_status_an_error_and_a_429_have_no_effect():
    async with a_room() as room:
        room.faults.order(POST, Fault(FaultKind.STATUS, status=503))
        room.faults.order(POST, Fault(FaultKind.ERROR, code="fatal_error"))
        room.faults.order(POST, Fault(FaultKind.STATUS, status=429, retry_after=7))
        with pytest.raises((SlackApiError, aiohttp.ClientError)):
            await post(room)
        assert (await refusal(post(room)))[0] == "fatal_error"
        with pytest.raises(SlackApiError) as refused:
            await post(room)
        assert refused.value.response.headers["Retry-After"] == "7"
        assert posted(room) == 0
        await post(room)
        assert posted(room) == 1


async def test_a_delay_runs_on_the_movable_clock():
    async with a_room() as room:
        room.faults.order(POST, Fault(FaultKind.DELAY, seconds=3600))
        waiting = asyncio.ensure_future(post(room))
        await asyncio.sleep(0.05)
        assert posted(room) == 0
        room.clock.move(timedelta(hours=1))
        await waiting
        assert posted(room) == 1


async def test_a_call_that_hangs_is_ended_by_the_callers_patience():
    async with a_room() as room:
        room.faults.order(POST, Fault(FaultKind.HANG))
        room.client.timeout = 0.1
        with pytest.raises(TimeoutError):
            await post(room)
        assert posted(room) == 0


async def test_patterns_reach_every_method():
    async with a_room() as room:
        room.faults.order("slack:*", Fault(FaultKind.ERROR, code="internal_error"), times=2)
        assert (await refusal(room.client.auth_test()))[0] == "internal_error"
        assert (await refusal(room.client.users_info(user=room.ann.id)))[0] == "internal_error"
        await room.client.auth_test()


async def test_slack_may_be_away_and_come_back_with_everything():
    async with a_room() as room:
        await post(room)
        port = int(room.server.api_url.split(":")[2].split("/")[0])
        await room.server.stop()
        with pytest.raises(aiohttp.ClientError):
            await post(room)
        await room.server.start(port=port)
        await post(room)
        assert posted(room) == 2


async def test_an_upload_and_a_response_can_be_cut_too():
    async with a_room() as room, aiohttp.ClientSession() as session:
        slot = await room.client.files_getUploadURLExternal(filename="a.txt", length=4)
        room.faults.order("slack:upload", Fault(FaultKind.DROP_BEFORE))
        with pytest.raises(aiohttp.ClientError):
            await session.post(slot["upload_url"], data=b"four")
        complete = room.client.files_completeUploadExternal(files=[{"id": slot["file_id"]}])
        assert (await refusal(complete))[0] == "file_not_found"
