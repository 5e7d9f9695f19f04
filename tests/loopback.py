"""Refuses every connection of the test process that would leave this machine."""

import ipaddress
import sys
from collections.abc import Sequence

import pytest

_CONNECTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_LOOKS_UP = {"socket.getaddrinfo", "socket.gethostbyname"}


class LeavesThisMachine(BaseException):
    """No `Exception`, so that no handler for dead networks takes it for one."""


class LoopbackOnly:
    """Python's own audit events see every connection, through whichever library it is opened.

    An audit hook cannot be taken out again: one is made for the whole run.
    """

    def __init__(self) -> None:
        self.attempts: list[str] = []
        sys.addaudithook(self._audited)

    def _audited(self, event: str, arguments: Sequence[object]) -> None:
        if event in _CONNECTS:
            address = arguments[1]
            # A path is a socket of this machine; sendmsg without an address belongs to an open connection.
            host = address[0] if isinstance(address, tuple) and address else None
        elif event in _LOOKS_UP:
            host = arguments[0]
        else:
            return
        if not stays(host):
            self.attempts.append(f"{event} {host!r}")
            raise LeavesThisMachine(f"a test wanted to reach {host!r}; only loopback is allowed")


LOOPBACK = pytest.StashKey[LoopbackOnly]()


def stays(host: object) -> bool:
    """Whether a connection to `host`, an address or a name, stays on this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", errors="replace")
    if not isinstance(host, str) or host in {"", "localhost"} or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
