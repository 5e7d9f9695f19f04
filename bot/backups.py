"""Composition of `relaydesk backup` and `restore`: what storage keeps, and what the desk makes of it afterwards."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from bot.i18n import Texts
from bot.ports.clock import Clock
from bot.ports.store import UnitOfWork
from bot.ports.vault import Secret
from bot.services.resuming import Resumption, secrets_that_stay_shut
from bot.settings import Settings
from bot.system_clock import SystemClock
from storage import build
from storage.backup.content import Restored as WasInBackup
from storage.vault import FernetVault


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept` is where a database in a file lies that was replaced. `doubtful` replies wait for proof that they left.
    `shut` secrets cannot be opened with the keys at hand."""

    taken_at: datetime
    kept: Path | None
    doubtful: int
    shut: int


async def back_up(settings: Settings, file: Path, *, clock: Clock | None = None) -> Mapping[str, int]:
    """Write one moment of the database to a new file; returns how many rows each table has. Raises `Misconfigured`."""
    manifest = await asyncio.to_thread(
        build.back_up,
        settings.database_url or None,
        settings.data_dir,
        file,
        version("relaydesk"),
        clock or SystemClock(),
    )
    return manifest.rows


async def restore(settings: Settings, file: Path, *, overwrite: bool, clock: Clock | None = None) -> Restored:
    """Put a backup in the place of the database, all or nothing. Raises `Misconfigured`, with nothing changed then."""
    clock, texts = clock or SystemClock(), Texts(settings.language)
    vault = _vault(settings)
    done: list[Restored] = []

    def settle(uow: UnitOfWork, was: WasInBackup) -> None:
        resumption = Resumption(was.taken_at, clock.now(), lambda _channel: texts, settings.waits)
        doubtful = resumption.resume(uow, was.jobs)
        done.append(Restored(was.taken_at, None, doubtful, secrets_that_stay_shut(uow, vault)))

    kept = await asyncio.to_thread(
        build.restore,
        settings.database_url or None,
        settings.data_dir,
        file,
        clock,
        settle,
        overwrite=overwrite,
        dead_after=settings.waits.worker_dead,
    )
    return replace(done[-1], kept=kept)


def _vault(settings: Settings) -> FernetVault | None:
    """None where there are no keys: none is made, because the right ones have still to be put back."""
    keys = [Secret(key.get_secret_value()) for key in settings.secret_keys]
    url = settings.database_url or None
    if not build.has_keys(url, settings.data_dir, keys):
        return None
    return FernetVault(build.vault_keys(url, settings.data_dir, keys))
