"""Mail as it was fetched, and mail as it was sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.domain.mails import Attachment
from bot.domain.replies import ReplyId
from bot.domain.sites import MailAccountId
from bot.ports.mail import Batch, Cursor, Folder
from bot.ports.mail_records import InboundId, InboundMail, InboundState
from storage import records
from storage.dialects import insert
from storage.repositories.files import add_files, read_files
from storage.schema import mail as schema

_FIELDS = [
    schema.inbound_mail.c[name]
    for name in (
        "id",
        "mailbox",
        "folder",
        "received_at",
        "fetched_at",
        "raw",
        "problem",
        "state",
        "attempts",
        "outcome",
        "answered",
    )
]

# What is read into memory at once; a mail alone may be larger.
MOST_BYTES = 25_000_000


def _read(row: Row[*tuple[Any, ...]]) -> InboundMail:
    return InboundMail(*row)


class SqlInbound:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, inbound: InboundId) -> InboundMail:
        row = self._connection.execute(select(*_FIELDS).where(schema.inbound_mail.c.id == inbound)).first()
        return records.found_or_raise(None if row is None else _read(row), schema.inbound_mail, inbound)

    def cursor(self, mailbox: MailAccountId, folder: Folder) -> Cursor | None:
        query = select(schema.mail_cursor.c.uid_validity, schema.mail_cursor.c.uid).where(
            schema.mail_cursor.c.mailbox == mailbox, schema.mail_cursor.c.folder == folder
        )
        row = self._connection.execute(query).first()
        return None if row is None else Cursor(row.uid_validity, row.uid)

    def newest_receipt(self, mailbox: MailAccountId, folder: Folder) -> datetime | None:
        newest = func.max(schema.inbound_mail.c.received_at)
        query = select(newest).where(schema.inbound_mail.c.mailbox == mailbox, schema.inbound_mail.c.folder == folder)
        found: datetime | None = self._connection.execute(query).scalar_one()
        return found

    def counts(self) -> dict[InboundState, int]:
        query = select(schema.inbound_mail.c.state, func.count()).group_by(schema.inbound_mail.c.state)
        return {state: count for state, count in self._connection.execute(query)}  # noqa: C416 -- a Row is no pair to mypy

    def in_state(self, state: InboundState, *, most: int) -> tuple[InboundMail, ...]:
        query = (
            select(*_FIELDS)
            .where(schema.inbound_mail.c.state == state)
            .order_by(schema.inbound_mail.c.id.desc())
            .limit(most)
        )
        return tuple(_read(row) for row in self._connection.execute(query))

    def keep(self, mailbox: MailAccountId, folder: Folder, batch: Batch, now: datetime) -> int:
        new = 0
        for mail in batch.mails:
            values: dict[str, object] = {
                "mailbox": mailbox,
                "folder": folder,
                "uid_validity": batch.cursor.uid_validity,
                "uid": mail.uid,
                "received_at": mail.received_at,
                "fetched_at": now,
                "raw": mail.header if mail.raw is None else mail.raw,
                "problem": mail.problem,
                "state": InboundState.UNREAD,
                "attempts": 0,
                "outcome": "",
                "due_at": now,
                "answered": mail.answered,
            }
            new += records.add(self._connection, schema.inbound_mail, values) is not None
        self._advance(mailbox, folder, batch.cursor)
        return new

    def _advance(self, mailbox: MailAccountId, folder: Folder, cursor: Cursor) -> None:
        statement = insert(self._connection, schema.mail_cursor).values(
            mailbox=mailbox, folder=folder, uid_validity=cursor.uid_validity, uid=cursor.uid
        )
        given = statement.excluded
        forward = (schema.mail_cursor.c.uid_validity != given.uid_validity) | (schema.mail_cursor.c.uid < given.uid)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["mailbox", "folder"],
                set_={"uid_validity": given.uid_validity, "uid": given.uid},
                where=forward,
            )
        )

    def unread(self, mailbox: MailAccountId, now: datetime, *, most: int) -> tuple[InboundMail, ...]:
        identity = schema.inbound_mail.c.id
        due = (schema.inbound_mail.c.mailbox == mailbox, schema.inbound_mail.c.due_at <= now)
        sizes = select(identity, func.length(schema.inbound_mail.c.raw).label("size")).where(*due)
        chosen: list[int] = []
        total = 0
        for row in self._connection.execute(sizes.order_by(identity).limit(most)).all():
            total += row.size
            if chosen and total > MOST_BYTES:
                break
            chosen.append(row.id)
        query = select(*_FIELDS).where(identity.in_(chosen)).order_by(identity)
        return tuple(_read(row) for row in self._connection.execute(query))

    def settle(self, inbound: InboundId, state: InboundState, outcome: str = "") -> None:
        self._change(inbound, {"state": state, "outcome": outcome, "due_at": None})

    def again(self, inbound: InboundId, at: datetime, problem: str) -> None:
        attempts = schema.inbound_mail.c.attempts + 1
        values: dict[str, object] = {
            "state": InboundState.AGAIN,
            "outcome": problem,
            "due_at": at,
            "attempts": attempts,
        }
        self._change(inbound, values)

    def _change(self, inbound: InboundId, values: dict[str, object]) -> None:
        changed = update(schema.inbound_mail).where(schema.inbound_mail.c.id == inbound).values(values)
        if self._connection.execute(changed).rowcount == 0:
            records.found_or_raise(None, schema.inbound_mail, inbound)

    def read_again(self, states: Sequence[InboundState], since: datetime) -> int:
        marked = (
            update(schema.inbound_mail)
            .where(schema.inbound_mail.c.state.in_(states), schema.inbound_mail.c.received_at >= since)
            .values(state=InboundState.UNREAD, due_at=schema.inbound_mail.c.fetched_at, attempts=0, outcome="")
        )
        return self._connection.execute(marked).rowcount


class SqlSentMails:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raw(self, reply: ReplyId) -> bytes | None:
        query = select(schema.sent_mail.c.raw).where(schema.sent_mail.c.reply == reply)
        return self._connection.execute(query).scalar_one_or_none()

    def files(self, reply: ReplyId) -> tuple[Attachment, ...]:
        return read_files(self._connection, schema.sent_file, "reply", reply)

    def keep(self, reply: ReplyId, raw: bytes) -> None:
        records.put(self._connection, schema.sent_mail, {"reply": reply, "raw": raw})

    def keep_files(self, reply: ReplyId, files: Sequence[Attachment]) -> None:
        add_files(self._connection, schema.sent_file, "reply", reply, files)
