"""Every way in which real IMAP servers fail, ordered from the stand-in and seen by a client."""

import asyncio
import time

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from integrations.simulator.faults import Fault, FaultKind
from tests.simulator.mail_world import CARE, PASSWORD, World, mail_world, visit

GONE = (IMAPClient.AbortError, OSError)


def idle_once(world: World, seconds: float = 1) -> list[object]:
    client = world.reader()
    try:
        client.idle()
        news = list(client.idle_check(timeout=seconds))
        client.idle_done()
        return news
    finally:
        client.shutdown()


@pytest.mark.parametrize("kind", [FaultKind.DISCONNECT, FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE])
async def test_a_server_that_ends_the_connection_while_the_client_idles(kind: FaultKind) -> None:
    async with mail_world() as world:
        world.faults.order("imap:IDLE", Fault(kind))

        def look() -> None:
            with pytest.raises(GONE):
                idle_once(world)

        await visit(look)
        assert await visit(lambda: idle_once(world, 0.05)) == []


async def test_a_black_hole_neither_pushes_nor_answers() -> None:
    async with mail_world() as world:
        world.faults.order("imap:IDLE", Fault(FaultKind.HANG))
        loop = asyncio.get_running_loop()

        def look() -> None:
            client = world.reader()
            client.idle()
            loop.call_soon_threadsafe(world.deliver)
            assert client.idle_check(timeout=0.2) == []
            with pytest.raises(OSError, match="timed out"):
                client.idle_done()
            client.shutdown()

        await visit(look)


async def test_a_push_that_is_missed_is_made_up_for_when_idling_ends() -> None:
    async with mail_world() as world:
        world.faults.order("imap:IDLE", Fault(FaultKind.DELAY))
        loop = asyncio.get_running_loop()

        def look() -> list[int]:
            with world.reader() as client:
                client.idle()
                loop.call_soon_threadsafe(world.deliver)
                assert client.idle_check(timeout=0.2) == []
                client.idle_done()
                return list(client.search("ALL"))

        assert await visit(look) == [1]


def fetch(world: World) -> object:
    client = world.reader()
    try:
        return client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"]
    finally:
        client.shutdown()


@pytest.mark.parametrize("kind", [FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE, FaultKind.DISCONNECT])
async def test_a_fetch_that_is_cut_off_fails_once_and_then_works(kind: FaultKind) -> None:
    async with mail_world() as world:
        world.deliver(b"From: a@example.org\r\n\r\n" + b"x" * 200_000)
        world.faults.order("imap:FETCH", Fault(kind))

        def look() -> None:
            with pytest.raises(GONE):
                fetch(world)

        await visit(look)
        body = await visit(lambda: fetch(world))
        assert isinstance(body, bytes)
        assert len(body) > 200_000


async def test_a_fetch_may_answer_nil_in_place_of_a_body() -> None:
    async with mail_world() as world:
        world.deliver()
        world.faults.order("imap:FETCH", Fault(FaultKind.ERROR, code="NIL"))
        assert await visit(lambda: fetch(world)) is None
        assert await visit(lambda: fetch(world)) is not None


@pytest.mark.parametrize("code", ["UNAVAILABLE", "BAD", ""])
async def test_a_command_may_be_refused(code: str) -> None:
    async with mail_world() as world:
        world.deliver()
        world.faults.order("imap:FETCH", Fault(FaultKind.ERROR, code=code))

        def look() -> None:
            with pytest.raises(IMAPClientError, match=code or "Ordered"):
                fetch(world)

        await visit(look)


async def test_a_login_may_be_refused_with_the_right_password() -> None:
    async with mail_world() as world:
        world.faults.order("imap:LOGIN", Fault(FaultKind.ERROR, code="AUTHENTICATIONFAILED"))

        def look() -> None:
            client = world.stranger()
            with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
                client.login(CARE, PASSWORD)
            client.login(CARE, PASSWORD)
            client.logout()

        await visit(look)


async def test_a_slow_answer_takes_the_simulators_time() -> None:
    async with mail_world() as world:
        world.deliver()
        world.faults.order("imap:FETCH", Fault(FaultKind.DELAY, seconds=0.2))
        started = time.monotonic()
        await visit(lambda: fetch(world))
        assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.DELAY])
async def test_a_server_that_does_not_even_greet(kind: FaultKind) -> None:
    async with mail_world() as world:
        world.faults.order("imap:CONNECT", Fault(kind))

        def look() -> None:
            with pytest.raises((IMAPClient.Error, OSError)):
                IMAPClient("127.0.0.1", world.server.imap_port, ssl=False, timeout=0.2)

        await visit(look)


@pytest.mark.parametrize("with_bye", [True, False])
async def test_a_restart_ends_every_connection(with_bye: bool) -> None:
    async with mail_world() as world:
        client = await visit(world.reader)
        await world.server.disconnect_readers(with_bye=with_bye)

        def look() -> None:
            with pytest.raises(GONE):
                client.noop()
            client.shutdown()

        await visit(look)


@pytest.mark.parametrize(
    "line", [b"a", b"a FETCH (", b"a FETCH 1:x FLAGS", b"a LOGIN {99999999999}", b"a STORE 1", b"\xff\xfe \x00 ("]
)
async def test_nonsense_is_answered_with_bad_and_the_server_goes_on(line: bytes) -> None:
    async with mail_world() as world:
        world.deliver()
        reader, writer = await asyncio.open_connection("127.0.0.1", world.server.imap_port)
        await reader.readline()
        writer.write(
            b'i LOGIN care@bison.example "pass \\"word\\"\\\\"\r\ns SELECT INBOX\r\n' + line + b"\r\nz NOOP\r\n"
        )
        answers = await asyncio.wait_for(reader.readuntil(b"z OK NOOP completed\r\n"), timeout=2)
        assert b" BAD " in answers
        writer.close()
        await writer.wait_closed()
