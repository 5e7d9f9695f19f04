"""Uploads in three steps, files that are not ready yet, and downloads without the right token."""

import aiohttp
import pytest

from integrations.simulator.slack.people.typing import FileToSend
from integrations.simulator.slack.records import RecordKind
from integrations.simulator.slack.users import UserKind
from tests.simulator.slack_room import a_room, refusal, until


def picture_of(file_id):
    return [{"type": "image", "alt_text": "from the buyer", "slack_file": {"id": file_id}}]


async def test_a_file_is_seen_only_after_slack_has_worked_on_it():
    async with a_room(processing=30, rate=100) as room:
        here = room.channel.id
        answer = await room.client.files_upload_v2(channel=here, content=b"data", filename="a.png")
        file_id = answer["file"]["id"]
        assert room.server.messages(here) == []
        early = room.client.chat_postMessage(channel=here, text="x", blocks=picture_of(file_id))
        code, messages = await refusal(early)
        assert (code, "invalid slack file" in messages[0]) == ("invalid_blocks", True)
        await until(lambda: room.server.messages(here))
        await room.client.chat_postMessage(channel=here, text="x", blocks=picture_of(file_id))
        info = (await room.client.files_info(file=file_id))["file"]
        assert info["mimetype"] == "image/png"
        assert info["shares"]["public"][here][0]["ts"] == room.server.messages(here)[0].ts


async def test_a_file_must_have_been_sent_whole():
    async with a_room() as room, aiohttp.ClientSession() as session:
        slot = await room.client.files_getUploadURLExternal(filename="a.txt", length=4)
        complete = room.client.files_completeUploadExternal
        assert (await refusal(complete(files=[{"id": slot["file_id"]}])))[0] == "file_not_found"
        async with session.post(slot["upload_url"], data=b"too long") as answer:
            assert answer.status == 400
        async with session.post(slot["upload_url"], data=b"four") as answer:
            assert await answer.text() == "OK - 4"
        await complete(files=[{"id": slot["file_id"]}], channel_id=room.channel.id, initial_comment="look")
        await until(lambda: room.server.messages(room.channel.id))
        assert room.server.messages(room.channel.id)[0].content.text == "look"
        assert room.server.records[-1].kind is RecordKind.FILE_UPLOADED
        assert (await refusal(complete(files=[{"id": slot["file_id"]}])))[0] == "file_not_found"


async def test_a_slot_is_asked_for_by_form_and_within_the_size():
    async with a_room() as room:
        as_json = room.client.api_call("files.getUploadURLExternal", json={"filename": "a.txt", "length": 4})
        assert (await refusal(as_json))[0] == "invalid_arguments"
        large = room.client.files_getUploadURLExternal(filename="a.txt", length=10**10)
        assert (await refusal(large))[0] == "file_upload_size_restricted"


async def test_files_go_only_where_the_application_is():
    async with a_room() as room:
        away = room.server.workspace.add_channel("away", room.ann.id, with_bot=False)
        upload = room.client.files_upload_v2(channel=away.id, content=b"data", filename="a.png")
        assert (await refusal(upload))[0] == "not_in_channel"


async def test_a_persons_file_is_fetched_with_the_token_and_else_is_a_sign_in_page():
    async with a_room() as room, aiohttp.ClientSession() as session:
        sent = FileToSend("Bericht März.pdf", b"%PDF", "application/pdf")
        said = await room.server.person(room.ann.id).say(room.channel.id, "see this", files=[sent])
        shown = said.as_json()["files"][0]
        assert said.subtype == "file_share"
        async with session.get(shown["url_private"]) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
        token = {"Authorization": f"Bearer {room.server.bot_token}"}
        async with session.get(shown["url_private_download"], headers=token) as answer:
            assert (await answer.read(), answer.content_type) == (b"%PDF", "application/pdf")


async def test_a_strangers_file_is_a_stub_until_it_is_asked_for():
    async with a_room() as room:
        eve = room.server.workspace.add_user("Eve", kind=UserKind.STRANGER)
        shared = room.server.workspace.add_channel("shared", room.ann.id, eve.id)
        said = await room.server.person(eve.id).say(shared.id, "", files=[FileToSend("a.txt", b"x", "text/plain")])
        stub = said.as_json()["files"][0]
        assert stub["file_access"] == "check_file_info"
        assert "url_private" not in stub
        assert (await room.client.files_info(file=stub["id"]))["file"]["url_private"]


@pytest.mark.parametrize("thread", ["root", "reply"])
async def test_a_file_named_to_a_thread_lands_in_it(thread):
    async with a_room() as room:
        here = room.channel.id
        root = await room.client.chat_postMessage(channel=here, text="root")
        reply = await room.client.chat_postMessage(channel=here, text="reply", thread_ts=root["ts"])
        ts = {"root": root, "reply": reply}[thread]["ts"]
        await room.client.files_upload_v2(channel=here, content=b"data", filename="a.png", thread_ts=ts)
        await until(lambda: len(room.server.thread(here, root["ts"])) == 3)
