"""Accounts, mailboxes, people; mail, tickets and replies.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Identity
from storage.migrations.tables import (
    Parts,
    big,
    blob,
    boolean,
    create,
    drop,
    instant,
    integer,
    key,
    number,
    optional,
    reference,
    text,
    unique,
    word,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    docking()
    people()
    inbound()
    tickets()
    letters_and_replies()


def docking() -> None:
    create("secret", number(), text("context"), blob("sealed"))
    create(
        "account",
        number(),
        text("name", "client_id"),
        reference("client_secret", "secret"),
        text("region"),
        word("state"),
        integer("version"),
        unique("name"),
    )
    create(
        "mailbox",
        number(),
        text("address", "imap_host"),
        integer("imap_port"),
        word("imap_security"),
        text("smtp_host"),
        integer("smtp_port"),
        word("smtp_security"),
        text("username"),
        reference("password", "secret"),
        text("authserv_id", "junk_folder", "sent_folder"),
        integer("version"),
        unique("address"),
    )
    create(
        "site",
        number(),
        reference("account"),
        word("market"),
        text("seller_name"),
        reference("mailbox"),
        word("state"),
        integer("version"),
        unique("account", "market"),
        indexes=[("mailbox",)],
    )
    create(
        "site_channel",
        reference("site"),
        integer("position"),
        word("platform"),
        text("channel"),
        key("site", "position"),
        indexes=[("platform", "channel")],
    )


def people() -> None:
    create(
        "person",
        word("platform"),
        text("user", "name"),
        word("standing"),
        text("time_zone", "language"),
        instant("seen_at"),
        optional(text("email")),
        key("platform", "user"),
    )
    create("agent", number(), text("name"))
    create(
        "agent_identity",
        word("platform"),
        text("user"),
        reference("agent"),
        key("platform", "user"),
        indexes=[("agent",)],
    )
    create(
        "membership",
        word("platform"),
        text("channel", "user"),
        boolean("member"),
        instant("at"),
        key("platform", "channel", "user"),
    )


def inbound() -> None:
    create(
        "inbound_mail",
        number(),
        reference("mailbox"),
        word("folder"),
        big("uid_validity", "uid"),
        instant("received_at", "fetched_at"),
        text("problem"),
        word("state"),
        integer("attempts"),
        text("outcome"),
        optional(instant("due_at")),
        boolean("answered"),
        blob("raw"),
        unique("mailbox", "folder", "uid_validity", "uid"),
        indexes=[("mailbox", "folder", "received_at"), ("state", "id")],
    )
    unsettled = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_inbound_mail_to_read",
        "inbound_mail",
        ["mailbox", "id"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )
    create(
        "mail_cursor",
        reference("mailbox"),
        word("folder"),
        big("uid_validity", "uid"),
        key("mailbox", "folder"),
    )


def tickets() -> None:
    create(
        "ticket",
        [sa.Column("id", Identity, sa.Identity(start=1001), primary_key=True)],
        reference("site"),
        text("thread_key", "title"),
        word("topic"),
        instant("opened_at"),
        word("status"),
        integer("priority"),
        optional(reference("assignee", "agent")),
        optional(text("buyer_name", "order_id", "item_name")),
        word("order_knowledge"),
        boolean("before_purchase"),
        text("cautions"),
        boolean("vouched"),
        text("approved_address"),
        integer("version"),
        unique("site", "thread_key"),
        indexes=[("order_id", "site"), ("order_knowledge", "opened_at")],
        autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        # SQLite knows no other way to say at which number AUTOINCREMENT starts.
        op.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', 1000)")
    create(
        "ticket_event",
        number(),
        reference("ticket"),
        instant("at"),
        word("actor_kind"),
        optional(reference("actor_agent", "agent")),
        word("kind"),
        text("before", "after"),
        optional(big("about")),
        indexes=[("ticket", "id"), ("at",)],
    )
    create(
        "note",
        number(),
        reference("ticket"),
        reference("author", "agent"),
        text("text"),
        instant("at"),
        indexes=[("ticket",)],
    )
    create(
        "order_snapshot",
        reference("site"),
        text("customer_order_id"),
        instant("fetched_at"),
        integer("shape"),
        text("content"),
        key("site", "customer_order_id"),
    )


def files(owner: str) -> list[Parts]:
    return [
        reference(owner),
        integer("position"),
        text("name", "content_type"),
        boolean("inline"),
        blob("content"),
        key(owner, "position"),
    ]


def letters_and_replies() -> None:
    create(
        "letter",
        number(),
        reference("ticket"),
        reference("site"),
        reference("inbound", "inbound_mail"),
        reference("mailbox"),
        instant("received_at"),
        text("message_id", "references", "ref_id", "date_header", "body_hash", "sender", "reply_address", "subject"),
        optional(text("buyer_name")),
        text("words", "whole_text"),
        word("authenticity"),
        integer("files"),
        optional(reference("repeat_of", "letter")),
        unique("inbound"),
        indexes=[
            ("ticket", "received_at"),
            ("mailbox", "message_id"),
            ("mailbox", "ref_id"),
            ("mailbox", "body_hash"),
        ],
    )
    create("letter_file", *files("letter"))
    create(
        "reply",
        number(),
        reference("ticket"),
        text("token"),
        reference("author", "agent"),
        text("text", "files"),
        reference("mailbox"),
        text("from_address", "recipient", "message_id", "subject", "in_reply_to", "references"),
        reference("shown_letter", "letter"),
        instant("queued_at"),
        word("state"),
        optional(instant("until", "sent_at")),
        text("reason"),
        integer("version"),
        unique("ticket", "token"),
        indexes=[("mailbox", "message_id"), ("state", "id")],
    )
    create("sent_mail", reference("reply"), blob("raw"), key("reply"))
    create("sent_file", *files("reply"))
    create(
        "inquiry",
        number(),
        reference("ticket"),
        reference("letter"),
        instant("received_at", "due_at"),
        optional(instant("answered_at")),
        optional(reference("answered_by", "reply")),
        indexes=[("ticket", "received_at"), ("answered_by",)],
    )


def downgrade() -> None:
    drop("inquiry", "sent_file", "sent_mail", "reply", "letter_file", "letter")
    drop("order_snapshot", "note", "ticket_event", "ticket", "mail_cursor", "inbound_mail")
    drop("membership", "agent_identity", "agent", "person")
    drop("site_channel", "site", "mailbox", "account", "secret")
