"""Slack's limits, on the clock that the demo may move."""

from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError

from integrations.simulator.clock import MovableClock
from integrations.simulator.slack.errors import RateLimitedError
from integrations.simulator.slack.rates import Rates, Tier
from integrations.simulator.slack.records import RecordKind
from tests.simulator.slack_room import a_room


def admitted(rates, channel="C1"):
    try:
        rates.admit("chat.postMessage", Tier.SPECIAL)
        rates.admit_post("chat.postMessage", channel)
    except RateLimitedError:
        return False
    return True


def test_a_channel_takes_a_short_burst_and_then_exactly_one_a_second():
    clock = MovableClock(rate=1e-9)
    rates = Rates(clock, post_burst=3)
    taken = [admitted(rates) for _ in range(5)]
    assert taken == [True, True, True, False, False]
    count = 0
    for _ in range(400):
        clock.move(timedelta(seconds=0.25))
        count += admitted(rates)
    assert count == 100


def test_channels_have_a_second_each_of_their_own():
    rates = Rates(MovableClock(rate=1e-9), post_burst=1)
    assert [admitted(rates, "C1"), admitted(rates, "C1"), admitted(rates, "C2")] == [True, False, True]


def test_a_clock_that_is_moved_back_does_not_block_for_ever():
    clock = MovableClock(rate=1e-9)
    rates = Rates(clock, post_burst=1)
    assert admitted(rates)
    clock.move(timedelta(hours=-5))
    assert admitted(rates)


async def test_a_tier_refuses_with_429_and_says_when_to_come_back():
    async with a_room(limits=True) as room:
        for _ in range(20):
            await room.client.conversations_list()
        with pytest.raises(SlackApiError) as refused:
            await room.client.conversations_list()
        answer = refused.value.response
        assert answer.status_code == 429
        assert answer["error"] == "ratelimited"
        wait = int(answer.headers["Retry-After"])
        assert 50 < wait <= 60
        record = room.server.records[-1]
        assert (record.kind, record.method) == (RecordKind.REFUSED, "conversations.list")
        room.clock.move(timedelta(seconds=wait))
        await room.client.conversations_list()


async def test_a_post_too_many_is_refused_and_not_posted():
    async with a_room(limits=True) as room:
        for _ in range(3):
            await room.client.chat_postMessage(channel=room.channel.id, text="x")
        with pytest.raises(SlackApiError) as refused:
            await room.client.chat_postMessage(channel=room.channel.id, text="one too many")
        assert refused.value.response.headers["Retry-After"] == "1"
        assert len(room.server.messages(room.channel.id)) == 3
