"""One process at a time works on a data directory."""

import fcntl
import os
from pathlib import Path

from bot.ports.failures import Misconfigured


class InUse(Misconfigured):
    """Another process works there."""


class FileLock:
    """Held from construction to `release`. The system lets go of it when the process dies, however it dies."""

    def __init__(self, data_dir: Path) -> None:
        """Raises `InUse` when another process holds it."""
        path = data_dir / "relaydesk.lock"
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(self._descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._descriptor)
            raise InUse(
                f"Another RelayDesk (process {holder}) is working in {data_dir}. Stop it first, or set "
                "RELAYDESK_DATA_DIR to another directory."
            ) from error
        os.truncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        os.close(self._descriptor)
