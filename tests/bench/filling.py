"""Tickets by the million, as if they had been taken in long ago.

One ticket that the product itself has taken in is copied by SQL, with every row that hangs on it, under numbers, order
ids and Message-IDs of their own; the product would take hours. Of the raw mails only the first few hundred bytes are
copied: nothing that takes in a new letter reads an old one's. Every inquiry is answered.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg

from storage.schema import metadata

FIRST = 2_000_000  # the number of the first copy


@dataclass(frozen=True, slots=True)
class Dialect:
    series: str
    hashed: str  # 32 characters that look like a hash, another for every row
    text: str  # the number of the copy as text


_SQLITE = Dialect(
    "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n)",
    "lower(hex(randomblob(16)))",
    "CAST({first} + s.i AS TEXT)",
)
_POSTGRES = Dialect(
    "(SELECT i FROM generate_series(0, {last}) AS g(i))", "md5(random()::text || s.i)", "({first} + s.i)::text"
)


def fill_sqlite(file: Path, tickets: int) -> None:
    with closing(sqlite3.connect(file)) as connection:
        # A power cut would cost the benchmark, and nothing else.
        for pragma in ("synchronous = OFF", "cache_size = -2000000", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}").close()
        for statement in _copies(_SQLITE, tickets):
            connection.execute(statement).close()
        connection.commit()


def fill_postgres(database: str, tickets: int) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        for statement in _copies(_POSTGRES, tickets):
            connection.execute(statement.encode())
        for table in _TABLES:
            if "id" in metadata.tables[table].c:
                newest = f"(SELECT max(id) FROM {table})"  # noqa: S608
                connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})".encode())
        connection.execute("VACUUM ANALYZE")


def _copies(dialect: Dialect, tickets: int) -> Iterator[str]:
    series = dialect.series.format(last=tickets - 1)
    number = f"{FIRST} + s.i"
    order = f"'2000{{}}' || {dialect.text.format(first=FIRST)}".format("0000")
    for table, changed in _TABLES.items():
        columns = [column.name for column in metadata.tables[table].columns]
        given = {
            name: value.format(number=number, hashed=dialect.hashed, order=order) for name, value in changed.items()
        }
        chosen = ", ".join(given.get(name, f't."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        template = f"(SELECT * FROM {table} WHERE {_key(table)} < {FIRST})"  # noqa: S608
        yield f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {series} AS s CROSS JOIN {template} AS t"  # noqa: S608


def _key(table: str) -> str:
    return "id" if "id" in metadata.tables[table].c else "ticket"


# What is different in every copy, by table; `t` is the row that is copied. Parents come before their children.
_TABLES: Mapping[str, Mapping[str, str]] = {
    "inbound_mail": {"id": "{number}", "uid": "{number}", "raw": "substr(t.raw, 1, 400)"},
    "ticket": {"id": "{number}", "thread_key": "'order:' || {order}", "order_id": "{order}"},
    "letter": {
        "id": "{number}",
        "ticket": "{number}",
        "inbound": "{number}",
        "message_id": "'<' || {hashed} || '@relay.walmart.com>'",
        "ref_id": "{hashed}",
        "body_hash": "{hashed}",
    },
    "inquiry": {"id": "{number}", "ticket": "{number}", "letter": "{number}", "answered_at": "t.due_at"},
    "ticket_event": {"id": "10 * ({number}) + t.id", "ticket": "{number}"},
    "post": {"ticket": "{number}", "message": "{hashed}"},
}
