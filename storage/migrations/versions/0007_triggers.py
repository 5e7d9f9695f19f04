"""Triggers, and what they did.

Revision ID: 0007
Revises: 0006
"""

from storage.migrations.tables import (
    big,
    boolean,
    create,
    drop,
    instant,
    integer,
    number,
    reference,
    text,
    unique,
    word,
)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "trigger_rule",
        number(),
        text("name"),
        integer("place"),
        word("occasion"),
        text("conditions", "actions"),
        boolean("stops", "enabled"),
        integer("version"),
        unique("name"),
    )
    create(
        "trigger_firing",
        number(),
        reference("ticket"),
        big("trigger"),
        integer("version"),
        text("name", "rule"),
        instant("at"),
        text("matched", "problem"),
        indexes=[("ticket", "id")],
    )


def downgrade() -> None:
    drop("trigger_firing", "trigger_rule")
