"""Mail as it came and as it left. Raw bytes are kept; what was read from them lies beside."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint, text

from bot.domain.letters import Authenticity
from bot.ports.mail import Folder
from bot.ports.mail_records import InboundState
from storage.columns import Identity, Instant, Key, Text, Word, texts
from storage.schema.naming import identity, metadata, reference

# `due_at` is when a mail is to be read next, and NULL once it is settled: the index over what is still to be read
# stays as small as the work that is left, however many mails are kept.
inbound_mail = Table(
    "inbound_mail",
    metadata,
    identity(),
    reference("mailbox", "mailbox"),
    Column("folder", Word(Folder), nullable=False),
    Column("uid_validity", Identity, nullable=False),
    Column("uid", Identity, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("problem", Text, nullable=False),
    Column("state", Word(InboundState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("due_at", Instant),
    Column("answered", Boolean, nullable=False),
    # Last, because SQLite walks through a long value to reach the columns behind it.
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("mailbox", "folder", "uid_validity", "uid"),
    Index(
        "ix_inbound_mail_to_read",
        "mailbox",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(None, "mailbox", "folder", "received_at"),
    Index(None, "state", "id"),
)

mail_cursor = Table(
    "mail_cursor",
    metadata,
    reference("mailbox", "mailbox"),
    Column("folder", Word(Folder), nullable=False),
    Column("uid_validity", Identity, nullable=False),
    Column("uid", Identity, nullable=False),
    PrimaryKeyConstraint("mailbox", "folder"),
)

# `mailbox` repeats what the inbound mail says, so that one index answers what the mailbox had before.
letter = Table(
    "letter",
    metadata,
    identity(),
    reference("ticket", "ticket"),
    reference("site", "site"),
    reference("inbound", "inbound_mail"),
    reference("mailbox", "mailbox"),
    Column("received_at", Instant, nullable=False),
    Column("message_id", Key, nullable=False),
    Column("references", texts(), nullable=False),
    Column("ref_id", Key, nullable=False),
    Column("date_header", Text, nullable=False),
    Column("body_hash", Key, nullable=False),
    Column("sender", Text, nullable=False),
    Column("reply_address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("buyer_name", Text),
    Column("words", Text, nullable=False),
    Column("whole_text", Text, nullable=False),
    Column("authenticity", Word(Authenticity), nullable=False),
    Column("files", Integer, nullable=False),
    reference("repeat_of", "letter", nullable=True),
    UniqueConstraint("inbound"),
    Index(None, "ticket", "received_at"),
    Index(None, "mailbox", "message_id"),
    Index(None, "mailbox", "ref_id"),
    Index(None, "mailbox", "body_hash"),
)

letter_file = Table(
    "letter_file",
    metadata,
    reference("letter", "letter"),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("inline", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("letter", "position"),
)

sent_mail = Table(
    "sent_mail",
    metadata,
    reference("reply", "reply"),
    Column("raw", LargeBinary, nullable=False),
    PrimaryKeyConstraint("reply"),
)

sent_file = Table(
    "sent_file",
    metadata,
    reference("reply", "reply"),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("inline", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("reply", "position"),
)
