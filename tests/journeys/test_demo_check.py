"""`relaydesk demo` and `relaydesk simulate`. The check is held against breaks of its own: what watches over the product
must notice each, and stay silent while nothing is wrong."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot import demo
from bot.app import Change
from bot.demo import broken
from integrations.simulator.clock import MovableClock
from integrations.simulator.trip import verdict
from integrations.simulator.trip.check import PARCEL, Trip
from integrations.simulator.trip.verdict import Figures, tells_of_reply
from integrations.simulator.trip.waiting import NotHappened
from integrations.simulator.world import World
from tests.journeys import breaks
from tests.journeys.tampering import TAMPERED, untouched_again

ROOT = Path(__file__).resolve().parents[2]
KEYS = ["mails_in", "tickets", "cards", "replies_out", "duplicates", "lost", "seconds", "platforms"]


async def played(directory: Path, change: Change = lambda adapters: adapters, *, patience: float = 10.0) -> Figures:
    """The trip of `demo --check` in this process."""
    world = World(MovableClock(rate=3.0))
    await world.start()
    try:
        trip = demo._trip(world, directory, None, restart=False)
        trip.patience = patience
        trip.bot.change = change  # type: ignore[attr-defined]
        return await trip.play()
    finally:
        await world.stop()


async def test_the_untouched_product_passes_with_the_figures_of_its_trip(tmp_path: Path) -> None:
    figures = await played(tmp_path)
    assert figures.problems == ()
    told = figures.as_json()
    assert list(told) == KEYS
    assert told.pop("seconds") < 30  # type: ignore[operator]
    assert told == {
        "mails_in": 4,
        "tickets": 3,
        "cards": 3,
        "replies_out": 3,
        "duplicates": 0,
        "lost": 0,
        "platforms": {"slack": {"cards": 3, "replies": 3}},
    }


@pytest.mark.parametrize(
    ("kind", "says", "figure"),
    [
        ("lose", "lost: ", "lost"),
        ("double", "sent again: ", "duplicates"),
        ("misaddress", "got what was meant for", "lost"),
        ("leak", "internal words left", "replies_out"),
    ],
)
async def test_each_sabotage_is_noticed(kind: str, says: str, figure: str, tmp_path: Path) -> None:
    figures = await played(tmp_path, broken(kind), patience=2.5)
    assert any(says in problem for problem in figures.problems), figures
    untouched = 3 if figure == "replies_out" else 0
    assert figures.as_json()[figure] > untouched  # type: ignore[operator]


async def test_a_reply_that_only_the_product_believes_in_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N9: the figures are the simulator's; that the card tells of a reply proves nothing."""
    figures = await played(tmp_path, breaks.reply_that_never_leaves(monkeypatch), patience=2.0)
    assert any("never reached the buyer" in problem for problem in figures.problems)
    assert figures.replies_out == 0


async def test_the_judge_is_blind_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time one thing is changed in a world where all went well."""
    judged: dict[str, tuple[str, ...]] = {}
    true_judge = verdict.judge

    def judge(world: World, *given: object) -> Figures:
        for says, tamper in TAMPERED.items():
            with untouched_again(world):
                tamper(world)
                judged[says] = true_judge(world, *given).problems  # type: ignore[arg-type]
        return true_judge(world, *given)  # type: ignore[arg-type]

    monkeypatch.setattr("integrations.simulator.trip.check.judge", judge)
    figures = await played(tmp_path)
    assert figures.problems == (), "nothing is left of what was changed"
    assert {says: found for says, found in judged.items() if not any(says in problem for problem in found)} == {}


def slow_to_change_its_cards(world: World, directory: Path) -> Trip:
    trip = demo._trip(world, directory, None, restart=False)
    settings = trip.bot.settings  # type: ignore[attr-defined]
    # On the world's clock: six seconds of the wall, more than the check listens for silence.
    waits = replace(settings.waits, card_rest=18.0)
    trip.bot.settings = settings.model_copy(update={"waits": waits})  # type: ignore[attr-defined]
    return trip


async def test_a_card_that_is_slow_to_tell_of_a_reply_is_waited_for(tmp_path: Path) -> None:
    world = World(MovableClock(rate=3.0))
    await world.start()
    try:
        figures = await slow_to_change_its_cards(world, tmp_path).play()
    finally:
        await world.stop()
    assert figures.problems == ()


async def test_the_power_is_not_cut_while_a_reply_has_left_and_nobody_has_noted_it_yet(tmp_path: Path) -> None:
    """Such a reply is left to its lease for minutes, and the check would find a card that never tells of it."""
    world = World(MovableClock(rate=3.0))
    await world.start()
    told: list[bool] = []
    trip = slow_to_change_its_cards(world, tmp_path)

    async def cut() -> None:
        told.extend(tells_of_reply(card) for card in trip.hands.cards_with(PARCEL))
        raise NotHappened("the rest of the trip")

    trip.kill = cut
    try:
        await trip.play()
    finally:
        await world.stop()
    assert told == [True]


# --- as commands -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def command(*words: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`relaydesk …` as a process, killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words), cwd=ROOT, env={**os.environ, **settings}, stdout=-1, stderr=-1
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def line_with(process: asyncio.subprocess.Process, words: str) -> list[str]:
    """Read what it prints up to and including the line with these words."""
    assert process.stdout is not None
    read: list[str] = []
    async with asyncio.timeout(20):
        while not read or words not in read[-1]:
            line = await process.stdout.readline()
            assert line, f"it ended before {words!r}: {read}"
            read.append(line.decode().rstrip("\n"))
    return read


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    async with asyncio.timeout(45):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_the_check_is_one_line_of_json_and_its_verdict_the_exit_status(tmp_path: Path) -> None:
    # What a shell of a real desk holds must not leak into the check, nor the check into the desk.
    foreign = {"RELAYDESK_DATA_DIR": str(tmp_path / "desk"), "RELAYDESK_WAITS__TICK": "nonsense"}
    async with command("demo", "--check", **foreign) as process:
        status, out, err = await ended(process)
    assert (status, err) == (0, "")
    (line,) = out.splitlines()
    assert list(json.loads(line)) == KEYS
    assert not (tmp_path / "desk").exists()


async def test_a_power_cut_in_the_middle_loses_and_doubles_nothing() -> None:
    async with command("demo", "--check", "--restart") as process:
        status, out, err = await ended(process)
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert (told["tickets"], told["replies_out"], told["duplicates"], told["lost"]) == (6, 3, 0, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_says_where_to_look_and_what_happens_and_ends_cleanly(number: signal.Signals) -> None:
    async with command("demo", "--port", "0") as process:
        page = (await line_with(process, "Look at it here: "))[-1].rpartition(" ")[2]
        await line_with(process, " writes about order ")
        async with httpx.AsyncClient() as client:
            assert (await client.get(page)).status_code == 200
        process.send_signal(number)
        status, out, err = await ended(process)
    assert (status, err) == (0, "")
    assert "Stopping." in out


@pytest.mark.parametrize("what", ["demo", "simulate"])
async def test_a_page_port_that_is_taken_is_told_in_a_sentence(what: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with command(what, "--port", str(port)) as process:
            status, _out, err = await ended(process)
    assert status == 1
    assert err.startswith(f"The page cannot be shown at port {port}: ")
    assert "--port" in err
    assert len(err.splitlines()) == 1


async def test_what_simulate_prints_really_sets_a_desk_up(tmp_path: Path) -> None:
    async with command("simulate", "--port", "0") as process:
        printed = await line_with(process, "Then: relaydesk run")
        typed = [line for line in printed if line.startswith(("export ", "printf ", "relaydesk "))]
        relaydesk = f'relaydesk() {{ "{sys.executable}" -m bot "$@"; }}'
        script = "\n".join(["set -e", relaydesk, *typed, "relaydesk doctor --online"])
        shell = await asyncio.create_subprocess_exec(
            "sh", "-c", script, cwd=ROOT, env={**os.environ, "RELAYDESK_DATA_DIR": str(tmp_path)}, stdout=-1, stderr=-1
        )
        status, out, err = await ended(shell)
        assert (status, err) == (0, ""), out
        assert "Authorization successful" in out
        assert "BAD" not in out
        process.send_signal(signal.SIGINT)
        assert (await ended(process))[0] == 0
