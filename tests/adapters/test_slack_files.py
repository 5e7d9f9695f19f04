"""Files into threads, once, and agents' files out, without the token ever leaving Slack."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot.domain.mails import Attachment
from bot.domain.replies import ReplyFile
from bot.ports.chat import Intent, MessageGone
from bot.ports.failures import Misconfigured, Permanent, Transient, Uncertain
from bot.ports.vault import Secret
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.people.typing import FileToSend
from integrations.slack.attached import reply_files
from integrations.slack.calls import SlackCalls
from integrations.slack.files import SlackFiles
from integrations.slack.render import SlackRenderer
from tests.adapters.slack_desk import Desk, a_desk, until
from tests.golden.sample_views import NEW_CARD

PHOTO = Attachment("photo.png", "image/png", b"\x89PNG" * 100)


async def a_thread(desk: Desk) -> str:
    return (await desk.slack.post(desk.channel.id, SlackRenderer().render(NEW_CARD), Intent("card"))).id


def files_of(desk: Desk) -> SlackFiles:
    return SlackFiles(desk.calls, desk.clock, settle=timedelta())


def shared(desk: Desk, root: str) -> list[str]:
    return [file.name for message in desk.server.thread(desk.channel.id, root) for file in message.files]


async def test_a_file_goes_into_the_thread_and_nowhere_else() -> None:
    async with a_desk() as desk:
        root = await a_thread(desk)
        identity = await files_of(desk).send(desk.channel.id, root, PHOTO, Intent("file:5:0"))
        await until(lambda: shared(desk, root))
        assert identity in desk.server.workspace.files
        assert desk.server.workspace.files[identity].content == PHOTO.content
        assert len(desk.server.messages(desk.channel.id)) == 1


async def test_a_file_whose_answer_was_lost_is_found_again() -> None:
    async with a_desk() as desk:
        root = await a_thread(desk)
        tried = desk.clock.now()
        desk.faults.order("slack:files.completeUploadExternal", Fault(FaultKind.DROP_AFTER))
        with pytest.raises(Uncertain):
            await files_of(desk).send(desk.channel.id, root, PHOTO, Intent("file:5:0"))
        await until(lambda: shared(desk, root))
        await files_of(desk).send(desk.channel.id, root, PHOTO, Intent("file:5:0", tried))
        other = Attachment("photo.png", "image/png", b"another picture")
        await files_of(desk).send(desk.channel.id, root, other, Intent("file:5:1", tried))
        await until(lambda: len(shared(desk, root)) == 2)


async def test_an_upload_that_broke_before_anybody_saw_it_may_be_repeated() -> None:
    async with a_desk() as desk:
        root = await a_thread(desk)
        desk.faults.order("slack:upload", Fault(FaultKind.DROP_BEFORE))
        with pytest.raises(Transient):
            await files_of(desk).send(desk.channel.id, root, PHOTO, Intent("file:5:0"))
        assert shared(desk, root) == []


async def test_a_file_for_a_vanished_thread_is_not_shown_to_the_channel() -> None:
    async with a_desk() as desk:
        with pytest.raises(MessageGone):
            await files_of(desk).send(desk.channel.id, "1700000000.000100", PHOTO, Intent("file:5:0"))
        assert desk.server.messages(desk.channel.id) == []


async def attached(desk: Desk, name: str, content: bytes, mimetype: str = "application/pdf") -> ReplyFile:
    root = await a_thread(desk)
    message = await desk.ann.say(desk.channel.id, "here", root, [FileToSend(name, content, mimetype)])
    (file,) = reply_files(message.as_json()["files"])
    return file


async def test_an_agents_file_is_fetched() -> None:
    async with a_desk() as desk:
        file = await attached(desk, "manual.pdf", b"%PDF-1.7")
        assert await files_of(desk).fetch(file, most=1000) == Attachment("manual.pdf", "application/pdf", b"%PDF-1.7")


async def test_a_file_that_is_too_large_is_refused_before_and_while_it_is_read() -> None:
    async with a_desk() as desk:
        file = await attached(desk, "film.mp4", b"x" * 5000, "video/mp4")
        with pytest.raises(Permanent, match="larger"):
            await files_of(desk).fetch(file, most=100)


async def test_a_deleted_file_is_gone() -> None:
    async with a_desk() as desk:
        with pytest.raises(Permanent, match="deleted"):
            await files_of(desk).fetch(ReplyFile("a.pdf", "application/pdf", 1, "F404"), most=100)


async def test_a_page_to_sign_in_is_a_missing_right_and_no_file() -> None:
    async with a_desk() as desk:
        file = await attached(desk, "manual.pdf", b"%PDF-1.7")
        # The stand-in, as Slack, shows the page with status 200 to a token that may not read the file.
        desk.calls.bot_token = Secret("xoxb-somebody-elses")
        with pytest.raises(Misconfigured, match="files:read"):
            await files_of(desk).fetch(file, most=1000)


async def test_a_strangers_file_comes_as_a_stub_and_is_looked_up() -> None:
    async with a_desk() as desk:
        file = await attached(desk, "manual.pdf", b"%PDF-1.7")
        desk.server.workspace.files[file.chat_file].foreign = True
        stub = ReplyFile("file", "application/octet-stream", 0, file.chat_file)
        fetched = await files_of(desk).fetch(stub, most=1000)
        assert (fetched.name, fetched.content_type) == ("manual.pdf", "application/pdf")


@pytest.fixture
async def elsewhere() -> AsyncIterator[tuple[str, list[str]]]:
    """Another host, which notes every Authorization header that reaches it."""
    seen: list[str] = []

    async def serve(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization", ""))
        return web.Response(body=b"stolen")

    runner = web.AppRunner(application := web.Application(), access_log=None)
    application.router.add_route("*", "/{path:.*}", serve)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}", seen
    await runner.cleanup()


@pytest.mark.parametrize("external", [True, False])
async def test_the_token_never_goes_to_another_host(elsewhere: tuple[str, list[str]], external: bool) -> None:
    address, seen = elsewhere

    async def info(request: web.Request) -> web.Response:
        file = {"id": "F1", "name": "a.pdf", "size": 3, "is_external": external, "url_private": f"{address}/a.pdf"}
        return web.json_response({"ok": True, "file": file})

    runner = web.AppRunner(application := web.Application(), access_log=None)
    application.router.add_route("*", "/api/files.info", info)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        calls = SlackCalls(Secret("xoxb-1"), Secret("xapp-1"), f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
        with pytest.raises(Permanent, match="outside Slack"):
            await SlackFiles(calls, MovableClock()).fetch(ReplyFile("a.pdf", "application/pdf", 3, "F1"), most=100)
    finally:
        await runner.cleanup()
    assert seen == []


async def test_a_size_that_slack_understated_is_still_a_limit() -> None:
    async def info(request: web.Request) -> web.Response:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/files/a.pdf"
        return web.json_response({"ok": True, "file": {"id": "F1", "name": "a.pdf", "size": 3, "url_private": url}})

    async def content(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 100_000, content_type="application/pdf")

    runner = web.AppRunner(application := web.Application(), access_log=None)
    application.router.add_route("*", "/api/files.info", info)
    application.router.add_get("/files/a.pdf", content)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        calls = SlackCalls(Secret("xoxb-1"), Secret("xapp-1"), f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
        with pytest.raises(Permanent, match="larger"):
            await SlackFiles(calls, MovableClock()).fetch(ReplyFile("a.pdf", "application/pdf", 3, "F1"), most=1000)
    finally:
        await runner.cleanup()
