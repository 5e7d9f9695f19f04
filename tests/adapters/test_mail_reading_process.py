"""The reading process: whatever one letter does to it, the others are read."""

import asyncio
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.letters import NotForUs, ReadMail, Unreadable
from bot.ports.failures import Transient
from integrations.mail.reading_process import ReadingProcess
from tests.adapters.reading_functions import parse_or_misbehave, recognise_nobody


def letter(subject: str, sender: str = "Ann <c-AB12@relay.walmart.com>") -> bytes:
    return f"From: {sender}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\nhello\r\n".encode()


@pytest.fixture
async def reader() -> AsyncIterator[ReadingProcess]:
    process = ReadingProcess(parse_or_misbehave, recognise_nobody, seconds=1.0)
    yield process
    await process.close()


def outcome(results: tuple[ReadMail, ...]) -> list[str]:
    return [result.mail.subject if result.mail else "unreadable" for result in results]


async def test_letters_are_read_in_order_with_mailbox_and_server(reader: ReadingProcess) -> None:
    results = await reader.read([letter("1"), letter("2"), letter("3")], "me@x", "mx.x")
    assert outcome(results) == ["1", "2", "3"]
    reading = results[0].reading
    assert isinstance(reading, NotForUs)
    assert reading.reason.startswith("me@x mx.x")
    assert await reader.read([], "me@x", "") == ()


@pytest.mark.parametrize("deed", ["HANG", "SPIN", "CRASH", "GREEDY", "RAISE", "CONFUSE"])
async def test_a_letter_that_kills_its_reader_is_unreadable_and_the_rest_goes_on(
    reader: ReadingProcess, deed: str
) -> None:
    async with asyncio.timeout(20):
        results = await reader.read([letter("1"), letter(deed), letter("3")], "me@x", "")
    assert outcome(results) == ["1", "unreadable", "3"]
    reading = results[1].reading
    assert isinstance(reading, Unreadable)
    assert reading.relay_address == "c-ab12@relay.walmart.com"
    assert "raw mail is kept" in reading.reason
    assert outcome(await reader.read([letter("4")], "me@x", "")) == ["4"]


async def test_many_that_kill_it_in_one_batch(reader: ReadingProcess) -> None:
    async with asyncio.timeout(40):
        results = await reader.read([letter("CRASH"), letter("HANG"), letter("CRASH"), letter("4")], "me@x", "")
    assert outcome(results) == ["unreadable", "unreadable", "unreadable", "4"]


async def test_a_letter_that_died_of_anothers_memory_gets_a_second_chance(reader: ReadingProcess) -> None:
    assert outcome(await reader.read([letter("1"), letter("ONCE upon"), letter("3")], "me@x", "")) == [
        "1",
        "ONCE upon",
        "3",
    ]


async def test_the_child_sees_no_secret_of_the_environment(
    reader: ReadingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAYDESK_SECRET_KEYS", "key")
    (result,) = await reader.read([letter("1")], "me@x", "")
    assert isinstance(result.reading, NotForUs)
    assert "RELAYDESK" not in result.reading.reason


async def test_large_letters_go_in_portions() -> None:
    reader = ReadingProcess(parse_or_misbehave, recognise_nobody)
    big = letter("big") + b"x" * 9_000_000
    assert outcome(await reader.read([big] * 4, "me@x", "")) == ["big"] * 4
    await reader.close()


async def test_a_cancelled_reading_stops_and_the_next_one_works(reader: ReadingProcess) -> None:
    await reader.read([letter("1")], "me@x", "")
    reading = asyncio.create_task(reader.read([letter("HANG"), letter("2")], "me@x", ""))
    await asyncio.sleep(0.2)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert outcome(await reader.read([letter("3")], "me@x", "")) == ["3"]


async def test_two_processes_read_two_mailboxes_at_once() -> None:
    reader = ReadingProcess(parse_or_misbehave, recognise_nobody, processes=2, seconds=1.0)
    slow = asyncio.create_task(reader.read([letter("HANG")], "me@x", ""))
    await asyncio.sleep(0.1)
    assert outcome(await reader.read([letter("1")], "you@x", "")) == ["1"]
    assert not slow.done()
    assert outcome(await slow) == ["unreadable"]
    await reader.close()


async def test_closing_ends_a_reading_and_leaves_no_process() -> None:
    reader = ReadingProcess(parse_or_misbehave, recognise_nobody, seconds=30)
    reading = asyncio.create_task(reader.read([letter("HANG")], "me@x", ""))
    await asyncio.sleep(0.5)
    started = time.monotonic()
    await reader.close()
    assert time.monotonic() - started < 5
    with pytest.raises(Transient):
        await reading


async def test_a_reader_that_cannot_start_blames_no_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    reader = ReadingProcess(parse_or_misbehave, recognise_nobody)
    with pytest.raises(Transient):
        await reader.read([letter("1")], "me@x", "")
    await reader.close()


def test_a_dead_application_takes_its_reader_with_it() -> None:
    script = textwrap.dedent("""
        import asyncio, os
        from integrations.mail.reading_process import ReadingProcess
        from tests.adapters.reading_functions import parse_or_misbehave, recognise_nobody

        async def main():
            reader = ReadingProcess(parse_or_misbehave, recognise_nobody)
            await reader.read([b"From: a@b.c\\r\\n\\r\\nhi"], "", "")
            print(reader._workers[0]._child.pid, flush=True)
            os.kill(os.getpid(), 9)

        asyncio.run(main())
    """)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30, check=False)
    pid = int(ended.stdout)
    for _ in range(100):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return
        if stat.split(")")[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the reader outlived its application")
