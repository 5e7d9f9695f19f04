"""What stands in the chats; jobs, rate slots and leases.

Revision ID: 0002
Revises: 0001
"""

from storage.migrations.tables import big, create, drop, instant, integer, key, number, optional, reference, text, word

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    chats()
    queue()


def chats() -> None:
    create(
        "post",
        reference("ticket"),
        word("platform"),
        text("channel", "item"),
        word("state"),
        instant("since"),
        text("message", "thread", "fingerprint"),
        optional(instant("shown_at")),
        key("ticket", "platform", "channel", "item"),
        indexes=[("platform", "channel", "message")],
    )
    create(
        "reply_form",
        text("token"),
        reference("ticket"),
        reference("agent"),
        instant("opened_at"),
        reference("shown_letter", "letter"),
        optional(reference("shown_reply", "reply")),
        optional(instant("closed_at")),
        text("warned_of"),
        key("token"),
        indexes=[("ticket", "opened_at")],
    )
    create(
        "thread_text",
        word("platform"),
        text("channel", "message"),
        reference("ticket"),
        text("user"),
        instant("at"),
        text("text", "files"),
        key("platform", "channel", "message"),
    )
    create(
        "interaction",
        text("key", "kind"),
        word("platform"),
        text("user"),
        instant("at"),
        key("key"),
        indexes=[("at",)],
    )
    create(
        "refusal",
        number(),
        text("kind"),
        word("platform"),
        text("user", "reason"),
        instant("at"),
        indexes=[("at",)],
    )
    create("tick", text("name"), instant("slot"), key("name", "slot"))


def queue() -> None:
    create(
        "job",
        number(),
        big("place"),
        text("kind", "payload"),
        word("lane"),
        optional(text("serial_key")),
        word("state"),
        instant("due_at"),
        integer("attempt"),
        instant("enqueued_at"),
        text("reserved", "reason"),
        indexes=[("place",), ("state", "lane", "place"), ("state", "due_at"), ("serial_key", "state", "place")],
        autoincrement=True,
    )
    create("rate_slot", text("key"), instant("next_at"), key("key"))
    create("lease", text("name", "holder"), instant("until"), key("name"))


def downgrade() -> None:
    drop("lease", "rate_slot", "job")
    drop("tick", "refusal", "interaction", "thread_text", "reply_form", "post")
