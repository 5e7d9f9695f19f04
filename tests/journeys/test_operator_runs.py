"""`relaydesk run` as a process: alone in its directory, watched from outside, set up while it runs, and stopped."""

import asyncio
import json
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot import app
from bot.ports.failures import Misconfigured
from bot.settings import HttpSettings, Settings, SlackSettings, WalmartSettings
from integrations.simulator.faults import Fault, FaultKind
from tests.journeys.operator_at_work import Operator, an_operator, free_port
from tests.journeys.shop import SHORT, Shop, shop, until, until_true


@pytest.fixture
async def operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Operator]:
    async with an_operator(tmp_path / "desk", monkeypatch, capsys) as at_work:
        yield at_work


async def test_what_is_added_beside_a_running_desk_is_served_within_a_tick(operator: Operator) -> None:
    async with operator.starts() as desk:
        await desk.healthy()
        await operator.sets_up()
        operator.buyer_asks("Where is my parcel?")
        await operator.card("Where is my parcel?")
        said = await desk.stopped()
    assert said.status == 0
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert (lines[0]["event"], lines[-1]["event"]) == ("running", "stopped")
    assert said.out == ""


async def test_a_second_desk_on_the_directory_is_refused_and_commands_work_beside_it(operator: Operator) -> None:
    await operator.sets_up()
    async with operator.starts() as desk:
        await desk.healthy()
        async with operator.starts() as second:
            refused = await second.ended()
        assert refused.status == 1
        assert f"Another RelayDesk (process {desk.process.pid}) is working in" in refused.err
        assert "Traceback" not in refused.err
        for command in ("doctor", "migrate"):
            assert (await operator.types(command)).status == 0
        assert (await desk.stopped()).status == 0


async def test_reread_beside_a_running_desk_reads_kept_mail_again(operator: Operator) -> None:
    await operator.sets_up()
    async with operator.starts() as desk:
        operator.buyer_asks("Where is my parcel?")
        await operator.card("Where is my parcel?")
        said = await operator.types("reread")
        assert said.out.startswith("1 mail of the last 30 days will be read again: within 0.3 seconds")
        await until_true(lambda: _nothing_unread(operator), "the mail that is read again", within=10)
        assert len(operator.hands.cards()) == 1
        assert (await desk.stopped()).status == 0


async def _nothing_unread(operator: Operator) -> bool:
    from bot.ports.mail_records import InboundState

    settings = Settings(data_dir=operator.directory)
    async with app.assembled(settings, alone=False) as parts:
        counts = await parts.adapters.store.read(lambda snapshot: snapshot.inbound.counts())
    return counts == {InboundState.TICKETED: 1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_reply_that_is_being_sent_when_the_desk_is_stopped_is_sent_to_its_end(
    operator: Operator, number: signal.Signals
) -> None:
    await operator.sets_up()
    async with operator.starts() as desk:
        operator.buyer_asks("Where is my parcel?")
        card = await operator.card("Where is my parcel?")
        operator.world.faults.order("smtp:DATA", Fault(FaultKind.DELAY, seconds=1.0))
        await operator.hands.reply(card, "It is on its way.")
        await until(lambda: not operator.world.faults.ordered, "the mail to be handed over")
        assert not operator.world.mail.records.replies
        desk.process.send_signal(number)
        said = await desk.ended()
    assert said.status == 0
    assert "Unclosed" not in said.err
    assert "Traceback" not in said.err
    assert len(operator.world.mail.records.replies) == 1
    async with operator.starts() as desk:
        await until(lambda: bool(operator.hands.cards_with("Walmart reply sent")), "the card that tells", within=15)
        await desk.stopped()
    assert len(operator.world.mail.records.submissions) == 1


async def test_work_that_does_not_end_is_left_after_the_time_for_it(operator: Operator) -> None:
    await operator.sets_up()
    async with operator.starts(RELAYDESK_WAITS__STOP="0.3") as desk:
        operator.buyer_asks("Where is my parcel?")
        card = await operator.card("Where is my parcel?")
        operator.world.faults.order("smtp:END-OF-DATA", Fault(FaultKind.HANG))
        await operator.hands.reply(card, "It is on its way.")
        await until(lambda: not operator.world.faults.ordered, "the mail to be handed over")
        said = await desk.stopped(within=8)
    assert said.status == 0
    assert "stopped in the middle of work" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("after", [0.0, 0.6, 0.9, 1.2])
async def test_a_desk_that_is_stopped_while_it_starts_leaves_a_directory_that_works(
    operator: Operator, after: float
) -> None:
    async with operator.starts() as desk:
        await asyncio.sleep(after)
        said = await desk.stopped()
    # Before Python has begun to run our code the signal ends it at once, which is as good: nothing was begun.
    assert said.status in {0, -signal.SIGTERM}
    assert "Traceback" not in said.err
    assert (await operator.types("migrate")).status == 0


# --- /healthz, in this process ---------------------------------------------------------------------------------------


async def test_a_taken_port_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured, match=rf"port {port}: Address already in use.*RELAYDESK_HTTP__PORT"):
            await app.run(Settings(data_dir=tmp_path, http=HttpSettings(port=port)), stop=asyncio.Event())


async def test_port_0_is_off(tmp_path: Path) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(
        app.run(Settings(data_dir=tmp_path, http=HttpSettings(port=0), waits=SHORT), stop=stop)
    )
    await until((tmp_path / "relaydesk.db").exists, "the desk to start")
    stop.set()
    await running


async def _health(port: int) -> tuple[int, dict[str, dict[str, dict[str, str]]]]:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/healthz")
    assert answer.headers["content-type"].startswith("application/json")
    return answer.status_code, answer.json()


async def test_the_desk_is_up_and_takes_mail_in_while_slack_does_not_answer(tmp_path: Path) -> None:
    async with shop(tmp_path) as acme:
        acme.faults.order("slack:*", Fault(FaultKind.STATUS, status=503), times=100_000)
        port, stop = free_port(), asyncio.Event()
        settings = Settings(
            data_dir=tmp_path,
            http=HttpSettings(port=port),
            slack=SlackSettings(
                bot_token=acme.settings.slack.bot_token,
                app_token=acme.settings.slack.app_token,
                api_url=acme.settings.slack.api_url,
            ),
            walmart=WalmartSettings(api_url=acme.walmart.api_url),
            waits=replace(SHORT, chat_look=0.3),
        )
        running = asyncio.create_task(app.run(settings, stop=stop))
        try:
            await _until_told(port, "chat:slack", "Slack")
            acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
            await until_true(lambda: _ticketed(acme, tmp_path), "the letter to be filed")
            status, body = await _health(port)
            assert status == 503
            assert body["parts"]["mailbox:1"]["problem"] == ""
            assert body["parts"]["chat:slack"]["since"] < acme.clock.now().isoformat()
            assert not acme.cards

            acme.faults.clear()
            await acme.card("Where is my parcel?")
            await _until_told(port, "chat:slack", "")
            assert (await _health(port))[0] == 200
        finally:
            stop.set()
            await running


async def _until_told(port: int, part: str, problem: str) -> None:
    async def told() -> bool:
        try:
            _status, body = await _health(port)
        except httpx.TransportError:
            return False
        said = body["parts"].get(part, {}).get("problem")
        return said is not None and (problem in said if problem else said == "")

    await until_true(told, f"{part} to be {problem or 'well'}", within=15)


async def _ticketed(acme: Shop, directory: Path) -> bool:
    async with app.assembled(acme.settings, alone=False) as parts:
        return bool(await parts.adapters.store.read(lambda snapshot: snapshot.inbound.counts()))


async def test_jobs_that_were_given_up_are_listed_retried_and_forgotten(operator: Operator) -> None:
    await operator.sets_up()
    assert (await operator.types("jobs", "list")).out == "No job was given up.\n"
    with closing(sqlite3.connect(operator.directory / "relaydesk.db")) as database, database:
        database.executemany(
            "INSERT INTO job (place, kind, payload, lane, serial_key, state, due_at, attempt, enqueued_at, reserved, "
            "reason) VALUES (?, ?, ?, 'mail', NULL, 'failed', 1772442000000000, 3, 0, '{}', 'Nobody answers.')",
            [(1, "read new mail", '{"mailbox":1}'), (2, "send a pigeon", "{}")],
        )
    listed = (await operator.types("jobs", "list")).out
    assert "1  2026-03-02 09:00 UTC  read new mail (mailbox 1), tries: 3\n    Nobody answers.\n" in listed
    assert "2  2026-03-02 09:00 UTC  send a pigeon (unreadable), tries: 3\n" in listed

    refused = await operator.types("jobs", "retry", "first")
    assert (refused.status, refused.out) == (2, "")
    retried = await operator.types("jobs", "retry", "all")
    assert "Put back into the queue: 1." in retried.out
    assert "not to be read: 1." in retried.out
    async with operator.starts() as desk:
        await desk.healthy()
        assert (await operator.types("jobs", "forget", "2")).out == "Forgotten: 1.\n"
        assert (await operator.types("jobs", "list")).out == "No job was given up.\n"
