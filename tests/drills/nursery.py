"""Where the drilled processes come from: a process that has imported the product once and forks a copy for each life.

Each copy then is the product: it runs `relaydesk run` with settings from its environment, has its own memory and its
own connections, and dies of the same signals. Only the second that Python takes to import everything is saved.
"""

import contextlib
import functools
import gc
import json
import os
import random
import select
import signal
import socket
import sys
from pathlib import Path

import storage.jobs.bell
import storage.jobs.procrastinate_line
import storage.postgres
import storage.postgres_upgrade
import storage.server_clock  # noqa: F401
from bot import app
from bot.cli import main
from bot.demo import broken
from tests.drills.watching import Order, Watch, under


def live(ours: socket.socket, told: dict[str, object]) -> int:
    """One life, from `relaydesk run` to its end. The connection ends with the process."""

    def tell(boundary: int, number: signal.Signals) -> None:
        ours.sendall(f"{boundary} {int(number)}\n".encode())

    orders = [Order(at, turn, signal.Signals(number)) for at, turn, number in told["orders"]]  # type: ignore[attr-defined]
    watch, sabotage = under(Watch(orders, tell)), broken(str(told["sabotage"]) or None)
    app.assembled = functools.partial(app.assembled, change=lambda adapters: watch(sabotage(adapters)))
    os.environ.clear()
    os.environ.update(told["environment"])  # type: ignore[call-overload]
    random.seed()
    return main(["run"])


def serve(path: Path) -> None:
    """Fork a life for each connection, until the harness that holds our standard input has gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        print("ready", flush=True)
        gc.freeze()
        while True:
            ready, _, _ = select.select([listening, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            connection, _address = listening.accept()
            with connection:
                line = connection.makefile("rb").readline()
                if not line:
                    return
                if os.fork() == 0:
                    listening.close()
                    _be_born(connection, json.loads(line))


def _be_born(connection: socket.socket, told: dict[str, object]) -> None:
    status = 70
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        connection.sendall(f"{os.getpid()}\n".encode())
        status = live(connection, told)
    finally:
        with contextlib.suppress(BaseException):
            sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
