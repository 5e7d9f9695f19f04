"""Frames between the application and its reading process: a length, then a pickle.

Pickle is safe here in the direction of the child, which gets what the application made; and in the other direction
as far as the child is our own code reading hostile data, not hostile code.
"""

import pickle
import struct
from socket import socket

_LENGTH = struct.Struct("!Q")
_PIECE = 1 << 20


def send_frame(connection: socket, content: object) -> None:
    pickled = pickle.dumps(content, protocol=pickle.HIGHEST_PROTOCOL)
    connection.sendall(_LENGTH.pack(len(pickled)))
    connection.sendall(pickled)


def receive_frame(connection: socket) -> object:
    """Raises `EOFError` when the other side is gone, `TimeoutError` after the socket's own time-out."""
    (length,) = _LENGTH.unpack(_receive(connection, _LENGTH.size))
    return pickle.loads(_receive(connection, length))  # noqa: S301 - see the module's docstring


def _receive(connection: socket, length: int) -> bytes:
    pieces: list[bytes] = []
    while length:
        piece = connection.recv(min(length, _PIECE))
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)
