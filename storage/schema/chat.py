"""What stands in the chats, and what people did there."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from bot.domain.people import Platform
from bot.ports.chat_records import PostState
from storage.columns import Instant, Key, Text, Word, reply_files
from storage.schema.naming import identity, metadata, reference

post = Table(
    "post",
    metadata,
    reference("ticket", "ticket"),
    Column("platform", Word(Platform), nullable=False),
    Column("channel", Key, nullable=False),
    Column("item", Key, nullable=False),
    Column("state", Word(PostState), nullable=False),
    Column("since", Instant, nullable=False),
    Column("message", Key, nullable=False),
    Column("thread", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("shown_at", Instant),
    PrimaryKeyConstraint("ticket", "platform", "channel", "item"),
    Index(None, "platform", "channel", "message"),
)

# Channels that a ticket is shown in besides its site's own.
ticket_channel = Table(
    "ticket_channel",
    metadata,
    reference("ticket", "ticket"),
    Column("platform", Word(Platform), nullable=False),
    Column("channel", Key, nullable=False),
    PrimaryKeyConstraint("ticket", "platform", "channel"),
)

reply_form = Table(
    "reply_form",
    metadata,
    Column("token", Key, primary_key=True),
    reference("ticket", "ticket"),
    reference("agent", "agent"),
    Column("opened_at", Instant, nullable=False),
    reference("shown_letter", "letter"),
    reference("shown_reply", "reply", nullable=True),
    Column("closed_at", Instant),
    Column("warned_of", Text, nullable=False),
    Index(None, "ticket", "opened_at"),
)

thread_text = Table(
    "thread_text",
    metadata,
    Column("platform", Word(Platform), nullable=False),
    Column("channel", Key, nullable=False),
    Column("message", Key, nullable=False),
    reference("ticket", "ticket"),
    Column("user", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    Column("files", reply_files(), nullable=False),
    PrimaryKeyConstraint("platform", "channel", "message"),
)

interaction = Table(
    "interaction",
    metadata,
    Column("key", Key, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("platform", Word(Platform), nullable=False),
    Column("user", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)

refusal = Table(
    "refusal",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column("platform", Word(Platform), nullable=False),
    Column("user", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)

tick = Table(
    "tick",
    metadata,
    Column("name", Key, primary_key=True),
    Column("slot", Instant, primary_key=True),
)
