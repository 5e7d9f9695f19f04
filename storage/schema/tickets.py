"""Tickets and all that hangs on them."""

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, UniqueConstraint, text
from sqlalchemy import Identity as NumberedFrom

from bot.domain.events import EventKind
from bot.domain.letters import Topic
from bot.domain.people import ActorKind
from bot.domain.replies import ReplyState
from bot.domain.tickets import OrderKnowledge, Priority, Source, Status
from storage.columns import Identity, Instant, Key, Rank, Text, Word, cautions, plain_json, reply_files, texts
from storage.schema.naming import identity, metadata, reference

FIRST_TICKET = 1001

# The index over what is still worked on stays as small as the backlog, however many tickets are settled.
BACKLOG = text("status <> 'solved' AND junked_at IS NULL")
JUNK = text("junked_at IS NOT NULL")

# AUTOINCREMENT, because the id is the number that people quote: none is ever used again.
ticket = Table(
    "ticket",
    metadata,
    Column("id", Identity, NumberedFrom(start=FIRST_TICKET), primary_key=True),
    reference("site", "site"),
    Column("thread_key", Key, nullable=False),
    Column("title", Text, nullable=False),
    Column("topic", Word(Topic), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("status", Word(Status), nullable=False),
    Column("priority", Rank(Priority), nullable=False),
    reference("assignee", "agent", nullable=True),
    reference("group", "agent_group", nullable=True),
    Column("placed_by", Text, nullable=False),
    Column("junked_at", Instant),
    Column("source", Word(Source), nullable=False),
    Column("buyer_name", Text),
    Column("order_id", Key),
    Column("item_name", Text),
    Column("order_knowledge", Word(OrderKnowledge), nullable=False),
    Column("before_purchase", Boolean, nullable=False),
    Column("cautions", cautions(), nullable=False),
    Column("vouched", Boolean, nullable=False),
    Column("approved_address", Text, nullable=False),
    reference("category", "category", nullable=True),
    Column("version", Integer, nullable=False),
    UniqueConstraint("site", "thread_key"),
    Index(None, "order_id", "site"),
    Index(None, "order_knowledge", "opened_at"),
    Index("ix_ticket_backlog", "source", "assignee", sqlite_where=BACKLOG, postgresql_where=BACKLOG),
    Index("ix_ticket_backlog_of_group", "group", sqlite_where=BACKLOG, postgresql_where=BACKLOG),
    Index("ix_ticket_junk", "junked_at", sqlite_where=JUNK, postgresql_where=JUNK),
    sqlite_autoincrement=True,
)

ticket_event = Table(
    "ticket_event",
    metadata,
    identity(),
    reference("ticket", "ticket"),
    Column("at", Instant, nullable=False),
    Column("actor_kind", Word(ActorKind), nullable=False),
    reference("actor_agent", "agent", nullable=True),
    Column("kind", Word(EventKind), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("about", Identity),
    Index(None, "ticket", "id"),
    Index(None, "at"),
)

reply = Table(
    "reply",
    metadata,
    identity(),
    reference("ticket", "ticket"),
    Column("token", Key, nullable=False),
    reference("author", "agent"),
    Column("text", Text, nullable=False),
    Column("files", reply_files(), nullable=False),
    reference("mailbox", "mailbox"),
    Column("from_address", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("message_id", Key, nullable=False),
    Column("subject", Text, nullable=False),
    Column("in_reply_to", Text, nullable=False),
    Column("references", texts(), nullable=False),
    reference("shown_letter", "letter"),
    Column("queued_at", Instant, nullable=False),
    Column("state", Word(ReplyState), nullable=False),
    Column("until", Instant),
    Column("sent_at", Instant),
    Column("reason", Text, nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("ticket", "token"),
    Index(None, "mailbox", "message_id"),
    Index(None, "state", "id"),
)

inquiry = Table(
    "inquiry",
    metadata,
    identity(),
    reference("ticket", "ticket"),
    reference("letter", "letter"),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("answered_at", Instant),
    reference("answered_by", "reply", nullable=True),
    Index(None, "ticket", "received_at"),
    Index(None, "answered_by"),
)

note = Table(
    "note",
    metadata,
    identity(),
    reference("ticket", "ticket"),
    reference("author", "agent"),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "ticket"),
)

# `shape` is the shape of `content`: a snapshot that an earlier release wrote is absent to a later one, which asks
# Walmart again instead of guessing.
order_snapshot = Table(
    "order_snapshot",
    metadata,
    reference("site", "site"),
    Column("customer_order_id", Key, nullable=False),
    Column("fetched_at", Instant, nullable=False),
    Column("shape", Integer, nullable=False),
    Column("content", plain_json(), nullable=False),
    PrimaryKeyConstraint("site", "customer_order_id"),
)
