"""The conditions that `tests/conftest.py` sets are really there."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.loopback import LOOPBACK, LeavesThisMachine, LoopbackOnly, stays

_SOME = """
import socket
import pytest
def test_needs_a_package():
    pytest.skip("dovecot is not installed")
def test_needs_the_contracts():
    pytest.skip("the contracts are not beside this checkout")
def test_runs():
    pass
def test_hides_that_it_reached_for_the_network():
    try:
        socket.create_connection(("192.0.2.1", 25), timeout=1)
    except BaseException:
        pass
"""


def _pytest(folder: Path, text: str, require: str | None) -> subprocess.CompletedProcess[str]:
    (folder / "test_some.py").write_text(text, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "RELAYDESK_TEST_REQUIRE"}
    if require:
        environment["RELAYDESK_TEST_REQUIRE"] = require
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
    ]
    return subprocess.run(
        [*command, str(folder)],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_in_the_gate_a_skip_is_a_failure(tmp_path: Path) -> None:
    ran = _pytest(tmp_path, _SOME, "all")
    assert "1 failed, 2 passed, 1 skipped, 1 error" in ran.stdout
    assert "dovecot is not installed" in ran.stdout
    assert ran.returncode == 1


def test_in_the_gate_a_module_that_skips_itself_is_a_failure(tmp_path: Path) -> None:
    ran = _pytest(tmp_path, 'import pytest\npytest.importorskip("no_such_package")\ndef test_it(): pass\n', "all")
    assert "no_such_package" in ran.stdout
    assert ran.returncode not in {0, 5}


def test_elsewhere_a_skip_stays_one_and_a_swallowed_connection_fails(tmp_path: Path) -> None:
    ran = _pytest(tmp_path, _SOME, None)
    assert "2 passed, 2 skipped, 1 error" in ran.stdout
    assert "192.0.2.1" in ran.stdout
    assert ran.returncode == 1


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "smtp.seller.example", b"api.seller.example"])
def test_elsewhere_is_out_of_reach(host: str | bytes) -> None:
    assert not stays(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "", None])
def test_this_machine_is_in_reach(host: str | None) -> None:
    assert stays(host)


@pytest.fixture
def loopback(request: pytest.FixtureRequest) -> LoopbackOnly:
    return request.config.stash[LOOPBACK]


async def test_a_connection_to_elsewhere_is_refused_before_it_is_tried(loopback: LoopbackOnly) -> None:
    with pytest.raises(LeavesThisMachine):
        await asyncio.open_connection("192.0.2.1", 993)
    with pytest.raises(LeavesThisMachine):
        await asyncio.to_thread(socket.create_connection, ("imap.seller.example", 993), 1)
    assert len(loopback.attempts) == 2
    loopback.attempts.clear()


async def test_a_connection_on_this_machine_is_not() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        _reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.close()
        await writer.wait_closed()


def test_nobody_s_settings_reach_a_test() -> None:
    assert [name for name in os.environ if name.startswith("RELAYDESK_") and "_TEST_" not in name] == []
