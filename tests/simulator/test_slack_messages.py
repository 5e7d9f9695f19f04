"""Posting, editing and removing messages, with everything that Slack refuses on the way."""

from datetime import timedelta

from integrations.simulator.slack.installation import SCOPES, Installation
from integrations.simulator.slack.records import RecordKind
from tests.simulator.slack_room import CARD, a_room, refusal

RICH = [CARD[1]]
PLAIN = [{"type": "section", "text": {"type": "plain_text", "text": "no rich text"}}]


async def test_a_post_is_kept_with_ids_and_metadata():
    async with a_room() as room:
        metadata = {"event_type": "ticket_card", "event_payload": {"outbox_id": "7"}}
        answer = await room.client.chat_postMessage(
            channel=room.channel.id, text="card", blocks=CARD, metadata=metadata, unfurl_links=False, team_id="T1"
        )
        seconds, _, fraction = answer["ts"].partition(".")
        assert (len(seconds), len(fraction)) == (10, 6)
        assert all(block["block_id"] for block in answer["message"]["blocks"])
        assert answer["message"]["bot_id"] == room.server.bot_id
        found = await room.client.conversations_history(channel=room.channel.id)
        assert "metadata" not in found["messages"][0]
        found = await room.client.conversations_history(channel=room.channel.id, include_all_metadata=True)
        assert found["messages"][0]["metadata"] == metadata
        record = room.server.records[-1]
        assert (record.kind, record.channel, record.ts) == (RecordKind.POSTED, room.channel.id, answer["ts"])


async def test_timestamps_are_unique_even_when_the_clock_is_moved_back():
    async with a_room() as room:
        seen = set()
        for step in range(6):
            room.clock.move(timedelta(microseconds=-3) if step % 2 else timedelta())
            seen.add((await room.client.chat_postMessage(channel=room.channel.id, text="x"))["ts"])
        assert len(seen) == 6


async def test_a_post_is_refused_with_slacks_codes():
    async with a_room() as room:
        post = room.client.chat_postMessage
        hidden = room.server.workspace.add_channel("secret", room.ann.id, private=True, with_bot=False)
        old = room.server.workspace.add_channel("old", room.ann.id)
        old.archived = True
        here = room.channel.id
        assert (await refusal(post(channel="C0NOWHERE", text="x")))[0] == "channel_not_found"
        assert (await refusal(post(channel=hidden.id, text="x")))[0] == "channel_not_found"
        assert (await refusal(post(channel=old.id, text="x")))[0] == "is_archived"
        assert (await refusal(room.client.api_call("chat.postMessage", json={"channel": here})))[0] == "no_text"
        assert (await refusal(post(channel=here, text="x", metadata={"event_type": 1})))[0] == "invalid_metadata_format"
        large = {"event_type": "card", "event_payload": {"x": "x" * 9000}}
        assert (await refusal(post(channel=here, text="x", metadata=large)))[0] == "metadata_too_large"
        both = {"channel": here, "text": "x", "markdown_text": "x"}
        assert (await refusal(room.client.api_call("chat.postMessage", json=both)))[0] == "markdown_text_conflict"
        code, messages = await refusal(post(channel=here, text="x", blocks=[{"type": "header"}]))
        assert (code, messages) == ("invalid_blocks", ["[ERROR] missing required field: text [json-pointer:/blocks/0]"])
        wrong = {"channel": here, "blocks": "{not json"}
        assert (await refusal(room.client.api_call("chat.postMessage", json=wrong)))[0] == "invalid_blocks_format"
        code, messages = await refusal(room.client.api_call("chat.postMessage", json={"text": "x"}))
        assert (code, messages) == ("invalid_arguments", ["[ERROR] missing required field: channel"])
        assert room.server.messages(here) == []
        assert {record.kind for record in room.server.records} == {RecordKind.REFUSED}


async def test_a_public_channel_takes_strangers_only_with_the_scope_for_it():
    lean = Installation(scopes=SCOPES - {"chat:write.public"})
    async with a_room(installation=lean) as room:
        other = room.server.workspace.add_channel("other", room.ann.id, with_bot=False)
        assert (await refusal(room.client.chat_postMessage(channel=other.id, text="x")))[0] == "not_in_channel"
    async with a_room() as room:
        other = room.server.workspace.add_channel("other", room.ann.id, with_bot=False)
        await room.client.chat_postMessage(channel=other.id, text="x")
        assert (await refusal(room.client.conversations_history(channel=other.id)))[0] == "not_in_channel"


async def test_an_unknown_thread_lands_at_top_level_with_ok():
    async with a_room() as room:
        answer = await room.client.chat_postMessage(channel=room.channel.id, text="x", thread_ts="1700000000.000001")
        assert answer["ok"]
        assert "thread_ts" not in answer["message"]
        assert len(room.server.messages(room.channel.id)) == 1


async def test_a_thread_hangs_on_its_root():
    async with a_room() as room:
        here = room.channel.id
        root = await room.client.chat_postMessage(channel=here, text="root")
        reply = await room.client.chat_postMessage(channel=here, text="reply", thread_ts=root["ts"])
        assert reply["message"]["thread_ts"] == root["ts"]
        nested = room.client.chat_postMessage(channel=here, text="x", thread_ts=reply["ts"])
        assert (await refusal(nested))[0] == "cannot_reply_to_message"
        assert [message.content.text for message in room.server.messages(here)] == ["root"]
        answer = await room.client.conversations_replies(channel=here, ts=root["ts"])
        assert [message["text"] for message in answer["messages"]] == ["root", "reply"]
        assert answer["messages"][0]["reply_count"] == 1
        await room.client.chat_postMessage(channel=here, text="seen by all", thread_ts=root["ts"], reply_broadcast=True)
        assert [message.content.text for message in room.server.messages(here)] == ["root", "seen by all"]


async def test_a_deleted_root_leaves_a_tombstone_only_if_it_had_replies():
    async with a_room() as room:
        here = room.channel.id
        root = await room.client.chat_postMessage(channel=here, text="root")
        reply = await room.client.chat_postMessage(channel=here, text="reply", thread_ts=root["ts"])
        await room.client.chat_delete(channel=here, ts=root["ts"])
        assert room.server.thread(here, root["ts"])[0].subtype == "tombstone"
        update = room.client.chat_update(channel=here, ts=root["ts"], text="x")
        assert (await refusal(update))[0] == "cant_update_message"
        await room.client.chat_delete(channel=here, ts=reply["ts"])
        assert len(room.server.thread(here, root["ts"])) == 1
        assert (await refusal(room.client.chat_delete(channel=here, ts=reply["ts"])))[0] == "message_not_found"


async def test_an_update_replaces_what_is_given_and_keeps_metadata():
    async with a_room() as room:
        here = room.channel.id
        metadata = {"event_type": "card", "event_payload": {"id": "7"}}
        posted = await room.client.chat_postMessage(channel=here, text="old", blocks=CARD, metadata=metadata)
        answer = await room.client.chat_update(channel=here, ts=posted["ts"], text="new", blocks=RICH)
        assert answer["text"] == "new"
        assert answer["message"]["metadata"] == metadata
        assert answer["message"]["edited"]["user"] == room.server.bot_user_id
        await room.client.chat_update(channel=here, ts=posted["ts"], text="bare")
        assert room.server.messages(here)[0].content.blocks == []


async def test_an_update_is_refused_with_slacks_codes():
    async with a_room() as room:
        here = room.channel.id
        update = room.client.chat_update
        posted = await room.client.chat_postMessage(channel=here, text="x", blocks=RICH)
        hers = await room.server.person(room.ann.id).say(here, "hers")
        ts = posted["ts"]
        assert (await refusal(update(channel=here, ts=ts, text="x", blocks=PLAIN)))[0] == "block_mismatch"
        assert (await refusal(update(channel=here, ts=ts, text="x" * 4001)))[0] == "msg_too_long"
        assert (await refusal(update(channel=here, ts=hers.ts, text="x")))[0] == "cant_update_message"
        assert (await refusal(update(channel=here, ts="1.000001", text="x")))[0] == "message_not_found"
        assert (await refusal(room.client.chat_delete(channel=here, ts=hers.ts)))[0] == "cant_delete_message"


async def test_a_long_text_is_split_and_a_very_long_one_cut():
    async with a_room() as room:
        await room.client.chat_postMessage(channel=room.channel.id, text="x" * 4040)
        assert len(room.server.messages(room.channel.id)) == 1
        await room.client.chat_postMessage(channel=room.channel.id, text="x" * 4041)
        assert len(room.server.messages(room.channel.id)) == 3
        await room.client.chat_postMessage(channel=room.channel.id, text="x" * 50_000, blocks=RICH)
        assert len(room.server.messages(room.channel.id)[-1].content.text) == 40_000


async def test_an_only_you_message_is_for_members_and_in_no_history():
    async with a_room() as room:
        here = room.channel.id
        carl = room.server.workspace.add_user("Carl")
        ephemeral = room.client.chat_postEphemeral
        assert (await refusal(ephemeral(channel=here, user=carl.id, text="x")))[0] == "user_not_in_channel"
        answer = await ephemeral(channel=here, user=room.ann.id, text="only you")
        assert room.server.ephemerals(room.ann.id)[0].ts == answer["message_ts"]
        assert room.server.messages(here) == []
        update = room.client.chat_update(channel=here, ts=answer["message_ts"], text="x")
        assert (await refusal(update))[0] == "message_not_found"


async def test_a_person_can_be_written_to():
    async with a_room() as room:
        answer = await room.client.chat_postMessage(channel=room.ann.id, text="hello")
        opened = await room.client.conversations_open(users=room.ann.id)
        assert answer["channel"] == opened["channel"]["id"]
        assert answer["channel"].startswith("D")


async def test_history_has_a_range_and_pages():
    async with a_room() as room:
        here = room.channel.id
        stamps = [(await room.client.chat_postMessage(channel=here, text=str(n)))["ts"] for n in range(5)]
        history = room.client.conversations_history
        newer = await history(channel=here, oldest=stamps[2])
        assert [message["text"] for message in newer["messages"]] == ["4", "3"]
        inclusive = await history(channel=here, oldest=stamps[2], latest=stamps[3], inclusive=True)
        assert [message["text"] for message in inclusive["messages"]] == ["3", "2"]
        page = await history(channel=here, limit=2)
        rest = await history(channel=here, limit=3, cursor=page["response_metadata"]["next_cursor"])
        assert [message["text"] for message in rest["messages"]] == ["2", "1", "0"]
        assert (await refusal(history(channel=here, cursor="nonsense")))[0] == "invalid_cursor"
        assert (await refusal(history(channel=here, oldest="yesterday")))[0] == "invalid_ts_oldest"
        gone = room.client.conversations_replies(channel=here, ts="1.000001")
        assert (await refusal(gone))[0] == "thread_not_found"


async def test_a_permalink_names_the_message_and_its_thread():
    async with a_room() as room:
        here = room.channel.id
        root = await room.client.chat_postMessage(channel=here, text="root")
        reply = await room.client.chat_postMessage(channel=here, text="reply", thread_ts=root["ts"])
        link = (await room.client.chat_getPermalink(channel=here, message_ts=reply["ts"]))["permalink"]
        assert link.endswith(f"/p{reply['ts'].replace('.', '')}?thread_ts={root['ts']}&cid={here}")


async def test_reactions_are_added_once_and_taken_back():
    async with a_room() as room:
        here = room.channel.id
        posted = await room.client.chat_postMessage(channel=here, text="x")
        add, remove = room.client.reactions_add, room.client.reactions_remove
        await add(channel=here, timestamp=posted["ts"], name="eyes")
        assert (await refusal(add(channel=here, timestamp=posted["ts"], name="eyes")))[0] == "already_reacted"
        assert (await refusal(add(channel=here, timestamp=posted["ts"], name="No Way")))[0] == "invalid_name"
        found = await room.client.reactions_get(channel=here, timestamp=posted["ts"])
        assert found["message"]["reactions"] == [{"name": "eyes", "users": [room.server.bot_user_id], "count": 1}]
        await remove(channel=here, timestamp=posted["ts"], name="eyes")
        assert (await refusal(remove(channel=here, timestamp=posted["ts"], name="eyes")))[0] == "no_reaction"
