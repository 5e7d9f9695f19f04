"""What a backup file must stand: a byte that changed, an end that is missing, another release, a crash in the middle."""

import json
import os
import stat
import tarfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from bot.domain.events import TicketId
from bot.ports.failures import Misconfigured
from bot.ports.store import UnitOfWork
from integrations.simulator.clock import MovableClock
from storage.backup.content import Restored
from storage.build import back_up, migrate, open_storage, restore
from tests.contract.postgres_server import postgres_server
from tests.contract.store_places import START
from tests.contract.store_world import conversation


def nothing_more(_unit: UnitOfWork, _restored: Restored) -> None:
    return


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(start=START)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    server = postgres_server(request.config)
    return server.url(server.database())


@pytest.fixture
async def backup(tmp_path: Path, url: str, clock: MovableClock) -> Path:
    """Of a database with one conversation in it."""
    file = tmp_path / "backups" / "monday"
    file.parent.mkdir()
    storage = open_storage(url or None, tmp_path, clock)
    try:
        await storage.store.run(conversation)
    finally:
        await storage.close()
    back_up(url or None, tmp_path, file, "1.2.3", clock)
    return file


def altered(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same backup with other members."""
    with tarfile.open(file) as tar:
        members = {info.name: tar.extractfile(info).read() for info in tar.getmembers()}  # type: ignore[union-attr]
    change(members)
    other = file.with_name("altered")
    with tarfile.open(other, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, BytesIO(content))
    return other


def manifest_with(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | values).encode()

    return change


def test_a_backup_is_for_its_owner_only_says_what_it_is_and_leaves_nothing_beside_it(backup: Path, url: str) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [each.name for each in backup.parent.iterdir()] == ["monday"]
    with tarfile.open(backup) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())  # type: ignore[union-attr]
    assert (manifest["product"], manifest["database"]) == ("1.2.3", "postgresql" if url else "sqlite")
    assert (manifest["rows"]["ticket"], manifest["last_ticket"]) == (1, 1001)


def test_what_is_there_is_not_written_over(backup: Path, url: str, tmp_path: Path, clock: MovableClock) -> None:
    before = backup.read_bytes()
    with pytest.raises(Misconfigured, match="never written over"):
        back_up(url or None, tmp_path, backup, "1.2.3", clock)
    with pytest.raises(Misconfigured, match="No such file or directory"):
        back_up(url or None, tmp_path, tmp_path / "nowhere" / "monday", "1.2.3", clock)
    assert backup.read_bytes() == before


def flip_a_byte(file: Path) -> Path:
    content = bytearray(file.read_bytes())
    # In the first member's content, which lies behind its header of 512 bytes.
    content[515] ^= 1
    other = file.with_name("flipped")
    other.write_bytes(content)
    return other


def cut_short(file: Path) -> Path:
    content = file.read_bytes()
    other = file.with_name("short")
    other.write_bytes(content[: len(content) // 2])
    return other


def something_else(file: Path) -> Path:
    other = file.with_name("else")
    other.write_bytes(b"no backup at all" * 1000)
    return other


def without_a_member(file: Path) -> Path:
    def change(members: dict[str, bytes]) -> None:
        members.pop(next(iter(members)))

    return altered(file, change)


def with_other_counts(file: Path) -> Path:
    def change(members: dict[str, bytes]) -> None:
        rows = json.loads(members["manifest.json"])["rows"]
        manifest_with(rows=rows | {"ticket": 2})(members)

    return altered(file, change)


@pytest.mark.parametrize("damage", [flip_a_byte, cut_short, something_else, without_a_member, with_other_counts])
async def test_a_damaged_file_is_refused_and_nothing_has_changed(
    backup: Path, url: str, tmp_path: Path, clock: MovableClock, damage: Callable[[Path], Path]
) -> None:
    with pytest.raises(Misconfigured, match="is damaged"):
        restore(url or None, tmp_path, damage(backup), clock, nothing_more, overwrite=True)
    await assert_untouched(url, tmp_path, clock)


def dock_another(unit: UnitOfWork) -> int:
    """The number that the next ticket gets."""
    known = unit.tickets.get(TicketId(1001))
    return unit.tickets.add(replace(known, thread_key="another")).id


async def assert_untouched(url: str, directory: Path, clock: MovableClock) -> None:
    storage = open_storage(url or None, directory, clock)
    try:
        assert await storage.store.read(lambda snapshot: snapshot.accounts.named("Main"))
        assert await storage.store.run(dock_another) == 1002
    finally:
        await storage.close()
    names = os.listdir(directory)  # noqa: PTH208 -- a path may not be asked in here
    assert not [name for name in names if "restoring" in name or "replaced" in name]


@pytest.mark.parametrize("schema", ["0001", "9999"])
async def test_a_backup_of_another_release_is_refused_by_name(
    backup: Path, url: str, tmp_path: Path, clock: MovableClock, schema: str
) -> None:
    other = altered(backup, manifest_with(schema=schema))
    with pytest.raises(Misconfigured, match=rf"RelayDesk 1\.2\.3 \(schema {schema}\)"):
        restore(url or None, tmp_path, other, clock, nothing_more, overwrite=True)
    await assert_untouched(url, tmp_path, clock)


async def test_a_backup_of_the_other_kind_of_database_is_refused(
    backup: Path, url: str, tmp_path: Path, clock: MovableClock
) -> None:
    other = altered(backup, manifest_with(database="sqlite" if url else "postgresql"))
    with pytest.raises(Misconfigured, match="goes back into the kind of database that it came from"):
        restore(url or None, tmp_path, other, clock, nothing_more, overwrite=True)


async def test_what_fails_at_the_end_has_changed_nothing(
    backup: Path, url: str, tmp_path: Path, clock: MovableClock
) -> None:
    def fails(unit: UnitOfWork, _restored: Restored) -> None:
        unit.ticks.win("x", START)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        restore(url or None, tmp_path, backup, clock, fails, overwrite=True)
    await assert_untouched(url, tmp_path, clock)


async def test_an_empty_place_needs_no_word(
    backup: Path, url: str, tmp_path: Path, clock: MovableClock, request: pytest.FixtureRequest
) -> None:
    elsewhere = tmp_path / "elsewhere"
    other = ""
    if url:
        server = postgres_server(request.config)
        other = server.url(server.empty_database())
    else:
        migrate(None, elsewhere)
    assert restore(other or None, elsewhere, backup, clock, nothing_more, overwrite=False) is None
    storage = open_storage(other or None, elsewhere, clock)
    try:
        assert await storage.store.read(lambda snapshot: snapshot.tickets.find(TicketId(1001)))
        assert await storage.store.run(dock_another) > 10_000
    finally:
        await storage.close()
