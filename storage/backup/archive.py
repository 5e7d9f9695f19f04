"""The one file of a backup: a tar whose last member says what the others have to be.

A file that was cut short has no such member, and one in which a byte has changed does not agree with it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from bot.ports.failures import Misconfigured

FORMAT = 1
_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 1_000_000
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`schema` is the revision, `database` sqlite or postgresql, `rows` how many each table had, `last_ticket` the
    highest ticket number that was ever given."""

    product: str
    schema: str
    database: str
    taken_at: datetime
    rows: Mapping[str, int]
    last_ticket: int
    members: Mapping[str, Member] = field(default_factory=dict)


class BackupWriter:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._members: dict[str, Member] = {}

    def add(self, name: str, source: Path) -> None:
        with source.open("rb") as opened:
            counted = _Counted(opened)
            self._tar.addfile(_about(name, source.stat().st_size), counted)
        self._members[name] = counted.member

    def seal(self, manifest: Manifest) -> Manifest:
        """The last act: a file that was cut short has no manifest."""
        sealed = replace(manifest, members=self._members)
        words = {"format": FORMAT, **asdict(sealed), "taken_at": sealed.taken_at.isoformat()}
        content = json.dumps(words, indent=2, sort_keys=True).encode()
        self._tar.addfile(_about(_MANIFEST, len(content)), io.BytesIO(content))
        return sealed


@contextmanager
def writing(file: Path) -> Iterator[BackupWriter]:
    """Write a backup; under its own name the file is whole or not there, and nobody but its owner may read it.

    Raises `Misconfigured` where a file of that name exists or the place cannot be written to.
    """
    if file.exists():
        raise Misconfigured(f"{file} exists already, and a backup is never written over. Choose another name.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as opened:
                with tarfile.open(fileobj=opened, mode="w", format=tarfile.PAX_FORMAT) as tar:
                    yield BackupWriter(tar)
                opened.flush()
                os.fsync(opened.fileno())
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"The backup could not be written to {file}: {error.strerror}. Nothing was kept there."
        ) from error


class _Counted:
    """Reads on behalf of another, and knows at the end what has passed."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()
        self._bytes = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self._hash.update(piece)
        self._bytes += len(piece)
        return piece

    @property
    def member(self) -> Member:
        return Member(self._bytes, self._hash.hexdigest())


def _about(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


class BackupReader:
    def __init__(self, file: Path, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self.file = file
        self._tar = tar

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a member, and at its end the proof that it is what was written.

        Raises `Misconfigured` after the last piece, or before it, when it is not.
        """
        wanted = self.manifest.members.get(name)
        with _plain_words(self.file):
            info = self._tar.getmember(name)
            opened = self._tar.extractfile(info) if info.isreg() else None
        if wanted is None or opened is None:
            raise damaged(self.file)
        counted = _Counted(opened)
        while True:
            with _plain_words(self.file):
                piece = counted.read(_PIECE)
            if not piece:
                break
            yield piece
        if counted.member != wanted:
            raise damaged(self.file)


@contextmanager
def reading(file: Path) -> Iterator[BackupReader]:
    """Raises `Misconfigured` when it cannot be read, is not a backup or is damaged, whenever that is noticed."""
    with ExitStack() as stack:
        with _plain_words(file):
            tar = stack.enter_context(tarfile.open(file, mode="r:"))
            manifest = _manifest(tar)
        yield BackupReader(file, tar, manifest)


@contextmanager
def _plain_words(file: Path) -> Iterator[None]:
    """What the tar's content does to whoever reads it; a defect of ours is none of it."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise damaged(file) from error
        raise Misconfigured(f"{file} cannot be read: {error.strerror}.") from error
    except (tarfile.TarError, EOFError, KeyError, TypeError, ValueError) as error:
        raise damaged(file) from error


def _manifest(tar: tarfile.TarFile) -> Manifest:
    info = tar.getmember(_MANIFEST)
    opened = tar.extractfile(info)
    if opened is None or info.size > _LARGEST_MANIFEST:
        raise ValueError(_MANIFEST)
    found: dict[str, Any] = json.loads(opened.read())
    if found.pop("format") != FORMAT:
        raise Misconfigured(
            f"This backup was written by RelayDesk {found.get('product')} in a form that this release does not know."
        )
    members = {str(name): Member(int(each["bytes"]), str(each["sha256"])) for name, each in found["members"].items()}
    return Manifest(
        product=str(found["product"]),
        schema=str(found["schema"]),
        database=str(found["database"]),
        taken_at=datetime.fromisoformat(found["taken_at"]),
        rows={str(name): int(count) for name, count in found["rows"].items()},
        last_ticket=int(found["last_ticket"]),
        members=members,
    )


def damaged(file: Path) -> Misconfigured:
    return Misconfigured(
        f"{file} is damaged, or it is not a backup of RelayDesk: what is in it is not what was written. Nothing was "
        "restored. Take another copy of it."
    )
