"""Posting once, changing, removing, telling one person: against the stand-in and its faults."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.people import ChatUser, Platform
from bot.ports.chat import Intent, MessageGone, MessageRef
from bot.ports.failures import Misconfigured, Permanent, Transient, Uncertain
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.records import RecordKind
from integrations.slack.connection import SlackConnection
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import Desk, a_desk
from tests.golden.sample_views import CARDS, MESSAGES, NEW_CARD, line

RENDERER = SlackRenderer()
CARD = RENDERER.render(NEW_CARD)
CHANGED = RENDERER.render(CARDS["card-replied"])
LETTER = RENDERER.render(MESSAGES["thread-buyer"])


def posts(desk: Desk) -> list[str]:
    return [record.ts for record in desk.server.records if record.kind is RecordKind.POSTED]


async def test_a_card_is_posted_with_its_key_and_without_unfurling() -> None:
    async with a_desk() as desk:
        posted = await desk.slack.post(desk.channel.id, CARD, Intent("ticket:1042:card"))
        (message,) = desk.server.messages(desk.channel.id)
        assert posted == MessageRef(desk.channel.id, message.ts)
        assert message.metadata == {
            "event_type": "relaydesk_message",
            "event_payload": {"key": "ticket:1042:card"},
        }
        assert message.content.blocks[0]["type"] == "header"


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.HANG])
async def test_a_lost_answer_is_uncertain_and_the_sdk_does_not_post_again(kind: FaultKind) -> None:
    async with a_desk() as desk:
        desk.faults.order("slack:chat.postMessage", Fault(kind))
        with pytest.raises(Uncertain):
            await desk.slack.post(desk.channel.id, CARD, Intent("k"))
        assert len(posts(desk)) == (1 if kind is FaultKind.DROP_AFTER else 0)


async def test_what_landed_is_found_again_and_not_posted_twice() -> None:
    async with a_desk() as desk:
        tried = desk.clock.now()
        desk.faults.order("slack:chat.postMessage", Fault(FaultKind.DROP_AFTER))
        with pytest.raises(Uncertain):
            await desk.slack.post(desk.channel.id, CARD, Intent("k"))
        found = await desk.slack.post(desk.channel.id, CARD, Intent("k", tried))
        assert [found.id] == posts(desk)


async def test_what_did_not_land_is_posted_once_looked_for() -> None:
    async with a_desk() as desk:
        tried = desk.clock.now()
        await desk.slack.post(desk.channel.id, CARD, Intent("another"))
        desk.faults.order("slack:chat.postMessage", Fault(FaultKind.DROP_BEFORE))
        with pytest.raises(Uncertain):
            await desk.slack.post(desk.channel.id, CARD, Intent("k"))
        posted = await desk.slack.post(desk.channel.id, CARD, Intent("k", tried))
        assert posts(desk)[-1] == posted.id
        assert len(posts(desk)) == 2


async def test_a_twin_is_found_behind_hundreds_of_other_messages() -> None:
    async with a_desk() as desk:
        tried = desk.clock.now()
        first = await desk.slack.post(desk.channel.id, CARD, Intent("k"))
        for number in range(210):
            await desk.ann.say(desk.channel.id, f"chatter {number}")
        found = await desk.slack.post(desk.channel.id, CARD, Intent("k", tried))
        assert found == first


async def test_somebody_elses_message_with_our_mark_is_not_ours() -> None:
    async with a_desk() as desk:
        tried = desk.clock.now()
        message = await desk.ann.say(desk.channel.id, "look what I can do")
        message.metadata = {"event_type": "relaydesk_message", "event_payload": {"key": "k"}}
        posted = await desk.slack.post(desk.channel.id, CARD, Intent("k", tried))
        assert posted.id != message.ts


async def test_the_search_waits_until_slack_can_have_shown_the_message() -> None:
    async with a_desk() as desk:
        patient = SlackConnection(desk.calls, desk.clock, settle=timedelta(seconds=5))
        with pytest.raises(Transient) as early:
            await patient.post(desk.channel.id, CARD, Intent("k", desk.clock.now()))
        assert early.value.retry_after == pytest.approx(5, abs=0.5)
        desk.clock.move(timedelta(seconds=6))
        await patient.post(desk.channel.id, CARD, Intent("k", desk.clock.now() - timedelta(seconds=6)))


async def test_a_failing_search_posts_nothing() -> None:
    async with a_desk() as desk:
        desk.faults.order("slack:conversations.history", Fault(FaultKind.STATUS, status=503), times=2)
        with pytest.raises(Transient):
            await desk.slack.post(desk.channel.id, CARD, Intent("k", desk.clock.now()))
        assert posts(desk) == []


async def test_a_thread_message_lands_in_its_thread_and_is_found_there() -> None:
    async with a_desk() as desk:
        root = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        tried = desk.clock.now()
        first = await desk.slack.post(desk.channel.id, LETTER, Intent("letter"), thread=root.id)
        assert first.thread == root.id
        assert await desk.slack.post(desk.channel.id, LETTER, Intent("letter", tried), thread=root.id) == first
        assert len(desk.server.thread(desk.channel.id, root.id)) == 2


async def test_a_post_under_a_vanished_root_leaves_nothing_in_the_channel() -> None:
    async with a_desk() as desk:
        with pytest.raises(MessageGone):
            await desk.slack.post(desk.channel.id, LETTER, Intent("letter"), thread="1700000000.000100")
        # The stand-in, as slack.com, said ok and put it at top level.
        assert len(posts(desk)) == 1
        assert desk.server.messages(desk.channel.id) == []


async def test_looking_into_a_vanished_thread_says_that_it_is_gone() -> None:
    async with a_desk() as desk:
        with pytest.raises(MessageGone):
            await desk.slack.post(
                desk.channel.id, LETTER, Intent("letter", desk.clock.now()), thread="1700000000.000100"
            )
        assert posts(desk) == []


async def test_an_update_resends_text_and_blocks() -> None:
    async with a_desk() as desk:
        posted = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        await desk.slack.update(posted, CHANGED)
        (message,) = desk.server.messages(desk.channel.id)
        assert message.content.blocks
        assert message.content.text.startswith("#1042")
        # The key survives, so that a later search still finds the card.
        assert message.metadata


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"])
async def test_a_card_that_can_no_longer_be_changed_is_gone(code: str) -> None:
    async with a_desk() as desk:
        posted = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        desk.faults.order("slack:chat.update", Fault(FaultKind.ERROR, code=code))
        with pytest.raises(MessageGone):
            await desk.slack.update(posted, CHANGED)


async def test_a_lost_update_may_simply_be_repeated() -> None:
    async with a_desk() as desk:
        posted = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        desk.faults.order("slack:chat.update", Fault(FaultKind.DROP_AFTER))
        with pytest.raises(Transient):
            await desk.slack.update(posted, CHANGED)
        await desk.slack.update(posted, CHANGED)


async def test_removing_what_is_already_gone_is_no_failure() -> None:
    async with a_desk() as desk:
        posted = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        await desk.slack.remove(posted)
        await desk.slack.remove(posted)
        assert desk.server.messages(desk.channel.id) == []


async def test_too_many_posts_carry_slacks_wish_and_post_nothing() -> None:
    async with a_desk(limits=True) as desk:
        burst = [desk.slack.post(desk.channel.id, CARD, Intent(f"k{number}")) for number in range(6)]
        with pytest.raises(Transient) as limited:
            await asyncio.gather(*burst)
        assert limited.value.retry_after is not None
        assert limited.value.retry_after >= 1


async def test_a_channel_without_the_bot_is_something_to_set_up() -> None:
    async with a_desk() as desk:
        other = desk.server.workspace.add_channel("elsewhere", desk.ann.user.id, with_bot=False)
        with pytest.raises(Misconfigured, match="invite it"):
            await desk.slack.post(other.id, CARD, Intent("k"))


async def test_a_refused_payload_is_permanent_and_says_where() -> None:
    async with a_desk() as desk:
        desk.faults.order("slack:chat.postMessage", Fault(FaultKind.ERROR, code="invalid_blocks"))
        with pytest.raises(Permanent, match="invalid_blocks"):
            await desk.slack.post(desk.channel.id, CARD, Intent("k"))


async def test_only_ann_sees_what_ann_is_told() -> None:
    async with a_desk() as desk:
        root = await desk.slack.post(desk.channel.id, CARD, Intent("card"))
        await desk.slack.tell(desk.channel.id, desk.user, Notice(Tone.INFO, (line("for you"),)), thread=root.id)
        (seen,) = desk.server.ephemerals(desk.ann.user.id)
        assert seen.thread_ts == root.id
        assert seen.content.text == "for you"


async def test_whom_no_only_you_message_reaches_gets_a_direct_one() -> None:
    async with a_desk() as desk:
        eve = desk.server.workspace.add_user("Eve Elsewhere")
        await desk.slack.tell(desk.channel.id, ChatUser(Platform.SLACK, eve.id), Notice(Tone.BAD, (line("no"),)))
        direct = desk.server.workspace.direct_with(eve.id)
        assert [message.content.text for message in desk.server.messages(direct.id)] == ["no"]


async def test_check_says_who_we_are() -> None:
    async with a_desk() as desk:
        assert "Acme Support" in await desk.slack.check()
        desk.faults.order("slack:auth.test", Fault(FaultKind.ERROR, code="token_revoked"))
        with pytest.raises(Misconfigured):
            await desk.slack.check()
