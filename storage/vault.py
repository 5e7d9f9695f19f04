"""Secrets at rest, under keys that lie outside the database."""

import json
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.ports.failures import Misconfigured
from bot.ports.vault import Secret

KEY_FILE = "secret.key"
_ENTER_AGAIN = "`relaydesk mailbox password` or `relaydesk account secret`"


class FernetVault:
    """Implements `Vault`. The first key seals; every key opens."""

    def __init__(self, keys: Sequence[Secret]) -> None:
        """Raises `Misconfigured` when there is no key, or one that is not a Fernet key."""
        if not keys:
            raise Misconfigured("RELAYDESK_SECRET_KEYS is empty: without a key no password can be kept.")
        fernets = []
        for number, key in enumerate(keys, 1):
            try:
                fernets.append(Fernet(key.reveal().strip()))
            except ValueError:
                raise Misconfigured(
                    f"Key {number} of RELAYDESK_SECRET_KEYS is not a key: 32 bytes in URL-safe base 64 are wanted. "
                    "Look whether it was cut off when it was copied."
                ) from None
        self._keys = MultiFernet(fernets)

    def seal(self, secret: Secret, context: str) -> bytes:
        return self._keys.encrypt(json.dumps([context, secret.reveal()]).encode())

    def open(self, sealed: bytes, context: str) -> Secret:
        try:
            sealed_for, value = json.loads(self._keys.decrypt(sealed))
        except (InvalidToken, ValueError, TypeError):
            # Without the cause: its traceback would show what was being opened.
            raise Misconfigured(
                f"None of the keys in RELAYDESK_SECRET_KEYS opens the secret {context!r}. Put back the key that it "
                f"was sealed with, or enter the secret again: {_ENTER_AGAIN}."
            ) from None
        if sealed_for != context:
            raise Misconfigured(
                f"The secret {context!r} was sealed for something else: a row of the database was moved or exchanged. "
                f"Enter the secret again: {_ENTER_AGAIN}."
            )
        return Secret(value)

    def reseal(self, sealed: bytes) -> bytes:
        """Seal again under the first key what any key opens; the context stays. Raises `Misconfigured`."""
        try:
            return self._keys.rotate(sealed)
        except InvalidToken:
            raise Misconfigured(
                "None of the keys in RELAYDESK_SECRET_KEYS opens one of the secrets. Put back the key that it was "
                "sealed with before you rotate the keys."
            ) from None


def key_file_exists(data_dir: Path) -> bool:
    return (data_dir / KEY_FILE).exists()


def create_key_file(data_dir: Path) -> tuple[Secret, ...]:
    """Return the keys in `secret.key`, newest first, one a line; make the file with a new key if there is none.

    Raises `Misconfigured` when others than its owner may read or write it.
    """
    path = data_dir / KEY_FILE
    if not path.exists():
        _make_key_file(path)
    return _read_key_file(path)


def _make_key_file(path: Path) -> None:
    # Under its name the file is whole or not there: with half a key, what was sealed would be lost to a power cut.
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
        file.flush()
        os.fsync(descriptor)
    try:
        # Unlike a rename, a link never takes the place of a key that another process has made meanwhile.
        with suppress(FileExistsError):
            path.hardlink_to(unfinished)
    finally:
        unfinished.unlink()
    directory = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _read_key_file(path: Path) -> tuple[Secret, ...]:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Misconfigured(
                f"{path} may be read by others (mode {stat.S_IMODE(mode):04o}), and whoever reads it can open every "
                f"password that RelayDesk keeps. Run: chmod 600 {path}"
            )
        keys = tuple(Secret(line) for line in file.read().decode(errors="replace").split())
    if not keys:
        raise Misconfigured(f"{path} is empty. Put back its copy: without it no kept password can be opened.")
    return keys
