"""Waiting for new mail. IDLE is a hint only: whoever waits also fetches when the time is up."""

import select
import socket
import ssl
import time
from typing import Any

from imapclient import IMAPClient

from integrations.mail.imap_failures import LinkLost, imap_answers

_NEWS = ("EXISTS", "RECENT")


class Waker:
    """Ends a wait from another thread; a call while nobody waits is kept for the next wait."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def fileno(self) -> int:
        return self._reader.fileno()

    def wake(self) -> None:
        try:
            self._writer.send(b".")
        except OSError:
            # Full of earlier calls, or closed: either way nobody sleeps on it any more.
            return

    def drain(self) -> None:
        try:
            while self._reader.recv(4096):
                pass
        except BlockingIOError:
            return

    def close(self) -> None:
        self._reader.close()
        self._writer.close()


def wait_for_news(client: IMAPClient, waker: Waker, seconds: float, idle_seconds: float) -> None:
    """Return on news, when woken, or after `seconds`; raises `Transient` when the link turns out to be dead."""
    end = time.monotonic() + seconds
    idles = client.has_capability("IDLE")
    while (remaining := end - time.monotonic()) > 0:
        with imap_answers("waiting for new mail"):
            if idles:
                done = _idle(client, waker, min(remaining, idle_seconds))
            else:
                done = _rest(client, waker, min(remaining, idle_seconds))
        if done:
            return


def _rest(client: IMAPClient, waker: Waker, seconds: float) -> bool:
    """Wait without IDLE; a byte from the server can only be its goodbye, and NOOP finds out."""
    ready = _poll(client, waker, seconds)
    if waker.fileno() in ready:
        waker.drain()
        return True
    client.noop()
    return False


def _idle(client: IMAPClient, waker: Waker, seconds: float) -> bool:
    """Hold one IDLE of at most `seconds`; tells whether there is something to look for.

    IMAPClient's own `idle_check` takes a line that arrives in two pieces, and a closed connection, for silence, and
    does not see a push that came in the same packet as the server's "+ idling"; so the lines are read here.
    """
    imap = client._imap  # noqa: SLF001 - imaplib has no public IDLE before Python 3.14
    for word in _NEWS:
        imap.response(word)
    tag = imap._command("IDLE")  # noqa: SLF001
    while imap._get_response() is not None:  # noqa: SLF001
        if imap.tagged_commands[tag]:
            # It lists IDLE and refuses it: rest instead.
            imap.tagged_commands.pop(tag)
            return _rest(client, waker, seconds)
    woken = _listen(client, imap, waker, seconds)
    imap.send(b"DONE\r\n")
    while not imap.tagged_commands[tag]:
        imap._get_response()  # noqa: SLF001
    imap.tagged_commands.pop(tag)
    _heed_goodbye(imap)
    return woken or _news(imap)


def _listen(client: IMAPClient, imap: Any, waker: Waker, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while True:
        while _buffered(client, imap):
            imap._get_response()  # noqa: SLF001
            _heed_goodbye(imap)
        if _news(imap) or (remaining := end - time.monotonic()) <= 0:
            return False
        ready = _poll(client, waker, remaining)
        if waker.fileno() in ready:
            waker.drain()
            return True
        if ready and not _buffered(client, imap):
            # Closed, or bytes of TLS that are no line: the answer to DONE tells which.
            return False


def _poll(client: IMAPClient, waker: Waker, seconds: float) -> set[int]:
    poller = select.poll()
    poller.register(client.socket().fileno(), select.POLLIN)
    poller.register(waker.fileno(), select.POLLIN)
    return {descriptor for descriptor, _ in poller.poll(max(seconds, 0) * 1000)}


def _buffered(client: IMAPClient, imap: Any) -> bool:
    """Tell whether a line, or its beginning, has arrived; looks without waiting."""
    # From Python 3.14 imaplib buffers by itself, before that in a file object.
    if getattr(imap, "_readbuf", None):
        return True
    connection: socket.socket = client.socket()
    if hasattr(imap, "_readbuf"):
        pending = getattr(connection, "pending", None)
        return bool(pending and pending()) or bool(select.select([connection], [], [], 0)[0])
    timeout = connection.gettimeout()
    connection.setblocking(False)
    try:
        return bool(imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        connection.settimeout(timeout)


def _news(imap: Any) -> bool:
    return any(imap.untagged_responses.get(word) for word in _NEWS)


def _heed_goodbye(imap: Any) -> None:
    said = imap.untagged_responses.get("BYE")
    if said:
        raise LinkLost("The mail server said goodbye while waiting for new mail.")
