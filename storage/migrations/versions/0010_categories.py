"""Categories and templates of tickets, and channels that a ticket is shown in besides its site's.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Identity
from storage.migrations.tables import big, boolean, create, drop, integer, key, number, optional, reference, text, word

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LIVING = sa.text("deleted = false")
LIVING_ON_SQLITE = sa.text("deleted = 0")
ADDED = [("ticket", "category", "category"), ("site", "category", "category"), ("site", "template", "template")]


def upgrade() -> None:
    create(
        "category",
        number(),
        text("name", "folded"),
        optional(reference("parent", "category")),
        big("siblings"),
        boolean("deleted"),
        integer("version"),
    )
    create(
        "template",
        number(),
        text("name", "folded", "fields"),
        optional(integer("priority")),
        optional(reference("group", "agent_group")),
        optional(word("platform")),
        optional(text("channel")),
        boolean("deleted"),
        integer("version"),
    )
    for name, table, columns in (
        ("ix_category_siblings_folded", "category", ["siblings", "folded"]),
        ("ix_template_folded", "template", ["folded"]),
    ):
        op.create_index(name, table, columns, unique=True, sqlite_where=LIVING_ON_SQLITE, postgresql_where=LIVING)
    create(
        "ticket_channel", reference("ticket"), word("platform"), text("channel"), key("ticket", "platform", "channel")
    )
    # In place, because a table that is made again is copied whole.
    whole_number = Identity.dialect_impl(op.get_bind().dialect).compile(op.get_bind().dialect)
    for table, column, target in ADDED:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {whole_number} "
            f"CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
        )


def downgrade() -> None:
    for table, column, _target in reversed(ADDED):
        op.drop_column(table, column)
    drop("ticket_channel", "template", "category")
