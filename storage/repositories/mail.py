"""Mail as it was fetched, and mail as it was sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Row, Update, bindparam, delete, func, select, update

from bot.domain.mails import Attachment
from bot.domain.replies import ReplyId
from bot.domain.sites import MailAccountId
from bot.ports.mail import Batch, Cursor, Folder
from bot.ports.mail_records import InboundId, InboundMail, InboundState
from bot.ports.store import NotFound
from storage.dialects import AnyInsert, Insertion
from storage.records import Rows, found_or_raise, put
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

_MAIL = schema.inbound_mail.c
_ROWS = Rows(schema.inbound_mail)
_GET = select(*_FIELDS).where(_MAIL.id == bindparam("this"))
_SOME = select(*_FIELDS).where(_MAIL.id.in_(bindparam("these", expanding=True))).order_by(_MAIL.id)
_DUE = (
    select(_MAIL.id, func.length(_MAIL.raw).label("size"))
    .where(_MAIL.mailbox == bindparam("mailbox"), _MAIL.due_at <= bindparam("now"))
    .order_by(_MAIL.id)
    .limit(bindparam("most"))
)
_CHANGE = update(schema.inbound_mail).where(_MAIL.id == bindparam("this"))
_COUNT_ATTEMPT = _CHANGE.values(attempts=_MAIL.attempts + 1)

_CURSOR = select(schema.mail_cursor.c.uid_validity, schema.mail_cursor.c.uid).where(
    schema.mail_cursor.c.mailbox == bindparam("mailbox"), schema.mail_cursor.c.folder == bindparam("folder")
)


def _forward(insert: AnyInsert) -> Executable:
    kept, given = schema.mail_cursor.c, insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["mailbox", "folder"],
        set_={"uid_validity": given.uid_validity, "uid": given.uid},
        where=(kept.uid_validity != given.uid_validity) | (kept.uid < given.uid),
    )


_ADVANCE = Insertion(schema.mail_cursor, _forward)
_PUT_SENT = put(schema.sent_mail)


def _read(row: Row[*tuple[Any, ...]]) -> InboundMail:
    return InboundMail(*row)


class SqlInbound:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, inbound: InboundId) -> InboundMail:
        row = self._connection.execute(_GET, {"this": inbound}).first()
        return found_or_raise(None if row is None else _read(row), schema.inbound_mail, inbound)

    def cursor(self, mailbox: MailAccountId, folder: Folder) -> Cursor | None:
        row = self._connection.execute(_CURSOR, {"mailbox": mailbox, "folder": folder}).first()
        return None if row is None else Cursor(row.uid_validity, row.uid)

    def newest_receipt(self, mailbox: MailAccountId, folder: Folder) -> datetime | None:
        query = select(func.max(_MAIL.received_at)).where(_MAIL.mailbox == mailbox, _MAIL.folder == folder)
        found: datetime | None = self._connection.execute(query).scalar_one()
        return found

    def counts(self) -> dict[InboundState, int]:
        query = select(_MAIL.state, func.count()).group_by(_MAIL.state)
        return {state: count for state, count in self._connection.execute(query)}  # noqa: C416 -- a Row is no pair to mypy

    def in_state(self, state: InboundState, *, most: int) -> tuple[InboundMail, ...]:
        query = select(*_FIELDS).where(_MAIL.state == state).order_by(_MAIL.id.desc()).limit(most)
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
            new += _ROWS.add(self._connection, values) is not None
        reached = {"uid_validity": batch.cursor.uid_validity, "uid": batch.cursor.uid}
        self._connection.execute(_ADVANCE.on(self._connection), {"mailbox": mailbox, "folder": folder, **reached})
        return new

    def unread(self, mailbox: MailAccountId, now: datetime, *, most: int) -> tuple[InboundMail, ...]:
        chosen: list[int] = []
        total = 0
        for row in self._connection.execute(_DUE, {"mailbox": mailbox, "now": now, "most": most}).all():
            total += row.size
            if chosen and total > MOST_BYTES:
                break
            chosen.append(row.id)
        return tuple(_read(row) for row in self._connection.execute(_SOME, {"these": chosen}))

    def settle(self, inbound: InboundId, state: InboundState, outcome: str = "") -> None:
        self._change(_CHANGE, inbound, {"state": state, "outcome": outcome, "due_at": None})

    def again(self, inbound: InboundId, at: datetime, problem: str) -> None:
        self._change(_COUNT_ATTEMPT, inbound, {"state": InboundState.AGAIN, "outcome": problem, "due_at": at})

    def forget_cursors(self) -> None:
        self._connection.execute(delete(schema.mail_cursor))

    def _change(self, statement: Update, inbound: InboundId, values: dict[str, object]) -> None:
        if self._connection.execute(statement, {"this": inbound, **values}).rowcount == 0:
            raise NotFound(f"there is no inbound mail {inbound}")

    def read_again(self, states: Sequence[InboundState], since: datetime) -> int:
        marked = (
            update(schema.inbound_mail)
            .where(_MAIL.state.in_(states), _MAIL.received_at >= since)
            .values(state=InboundState.UNREAD, due_at=_MAIL.fetched_at, attempts=0, outcome="")
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
        self._connection.execute(_PUT_SENT.on(self._connection), {"reply": reply, "raw": raw})

    def keep_files(self, reply: ReplyId, files: Sequence[Attachment]) -> None:
        add_files(self._connection, schema.sent_file, "reply", reply, files)
