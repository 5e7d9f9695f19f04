"""Custom fields, what fills them, and their values on tickets.

Revision ID: 0006
Revises: 0005
"""

from storage.migrations.tables import (
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

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create("custom_field", number(), text("name", "folded"), word("permission"), integer("version"), unique("folded"))
    create(
        "field_mapping",
        word("attribute"),
        optional(reference("field", "custom_field")),
        boolean("enabled"),
        key("attribute"),
        unique("field"),
    )
    create(
        "ticket_field",
        reference("ticket"),
        reference("field", "custom_field"),
        optional(word("attribute")),
        integer("position"),
        text("value"),
        instant("open_until"),
        optional(instant("written_at", "edited_at")),
        key("ticket", "field"),
    )


def downgrade() -> None:
    drop("ticket_field", "field_mapping", "custom_field")
