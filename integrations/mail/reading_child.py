"""The program of the reading process: letters in, readings out, until the application hangs up or kills it.

Run as `python -m integrations.mail.reading_child <descriptor>`. It gets no environment, so that whatever a hostile
letter may make of a parser finds no secret there.
"""

import resource
import signal
import socket
import sys

from bot.domain.letters import ReadMail
from integrations.mail.reading_frames import receive_frame, send_frame
from integrations.mail.reading_task import Start, Task

# The application kills a letter that takes too long; if the application is gone, the alarm does.
_GRACE_SECONDS = 5.0


def read_one(start: Start, raw: bytes, own_address: str, authserv_id: str) -> ReadMail | str:
    """Return the reading, or in one word why there is none."""
    try:
        mail = start.parse(raw)
        return ReadMail(mail, start.recognise(mail, own_address, authserv_id))
    except Exception as failure:  # noqa: BLE001 - MemoryError and RecursionError too; the next letter is another
        return type(failure).__name__


def main(descriptor: int) -> None:
    # Ctrl-C reaches the whole terminal; the application decides when its reader stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as connection:
        try:
            start = receive_frame(connection)
            if not isinstance(start, Start):
                return
            resource.setrlimit(resource.RLIMIT_AS, (start.memory, start.memory))
            send_frame(connection, "ready")
            while True:
                task = receive_frame(connection)
                if not isinstance(task, Task):
                    return
                for raw in task.raws:
                    signal.setitimer(signal.ITIMER_REAL, start.seconds + _GRACE_SECONDS)
                    answer = read_one(start, raw, task.own_address, task.authserv_id)
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    send_frame(connection, answer)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
