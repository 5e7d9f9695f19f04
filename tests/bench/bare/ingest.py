"""`python -m tests.bench.bare.ingest PORT ADDRESS PASSWORD DATABASE`: the shortest honest way from a mailbox into a
database. It waits by IDLE, fetches 50 mails at a time, parses them, and makes one durable commit for each.

DATABASE is a file for SQLite, or the connection string of a PostgreSQL.
"""

import sqlite3
import sys
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import psycopg
from imapclient import IMAPClient

_AT_ONCE = 50
_TABLE = "CREATE TABLE mail (uid INTEGER PRIMARY KEY, message_id TEXT, sender TEXT, subject TEXT, words TEXT, raw {})"
_COLUMNS = "INSERT INTO mail (uid, message_id, sender, subject, words, raw) VALUES "
Row = tuple[int, str, str, str, str, bytes]


def main(port: str, address: str, password: str, database: str) -> None:
    keep = _postgres(database) if "host=" in database else _sqlite(database)
    client = IMAPClient("127.0.0.1", int(port), ssl=False)
    client.login(address, password)
    client.select_folder("INBOX", readonly=True)
    last = 0
    while True:
        new = sorted(uid for uid in client.search(["UID", f"{last + 1}:*"]) if uid > last)
        for first in range(0, len(new), _AT_ONCE):
            fetched = client.fetch(new[first : first + _AT_ONCE], ["BODY.PEEK[]"])
            for uid in sorted(fetched):
                keep(_row(uid, fetched[uid][b"BODY[]"]))
                last = uid
        if not new:
            client.idle()
            client.idle_check(timeout=60)
            client.idle_done()


def _row(uid: int, raw: bytes) -> Row:
    mail = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    body = mail.get_body(("plain", "html"))
    words = str(body.get_content()) if body is not None else ""
    return uid, str(mail["Message-ID"]), str(mail["From"]), str(mail["Subject"]), words, raw


def _sqlite(file: str) -> Callable[[Row], None]:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_TABLE.format("BLOB"))

    def keep(row: Row) -> None:
        with connection:
            connection.execute(f"{_COLUMNS} (?, ?, ?, ?, ?, ?)", row)

    return keep


def _postgres(database: str) -> Callable[[Row], None]:
    connection = psycopg.connect(database, autocommit=True)
    connection.execute(_TABLE.format("BYTEA"))

    def keep(row: Row) -> None:
        connection.execute(f"{_COLUMNS} (%s, %s, %s, %s, %s, %s)", row)

    return keep


if __name__ == "__main__":
    main(*sys.argv[1:])
