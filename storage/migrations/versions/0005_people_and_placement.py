"""People as admins set them up, groups, and where a ticket is placed.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Identity, Instant
from storage.migrations.tables import (
    boolean,
    create,
    drop,
    integer,
    key,
    number,
    optional,
    reference,
    text,
    unique,
    word,
)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BACKLOG = sa.text("status <> 'solved' AND junked_at IS NULL")
JUNK = sa.text("junked_at IS NOT NULL")


def upgrade() -> None:
    create(
        "agent_group",
        number(),
        text("name"),
        optional(word("reply_method")),
        boolean("deleted"),
        integer("version"),
        unique("name"),
    )
    create(
        "group_member",
        reference("group", "agent_group"),
        reference("agent"),
        key("group", "agent"),
        indexes=[("agent",)],
    )
    op.add_column("agent", sa.Column("role", sa.Integer(), nullable=True))
    op.add_column("agent", sa.Column("reply_method", sa.String(), nullable=True))
    op.add_column("agent", sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.true()))
    # In place, because a table that is made again is copied whole: a full desk has a million tickets.
    whole_number = Identity.dialect_impl(op.get_bind().dialect).compile(op.get_bind().dialect)
    op.execute(
        f'ALTER TABLE ticket ADD COLUMN "group" {whole_number} CONSTRAINT fk_ticket_group REFERENCES agent_group (id)'
    )
    op.add_column("ticket", sa.Column("placed_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("ticket", sa.Column("junked_at", Instant(), nullable=True))
    op.add_column("ticket", sa.Column("source", sa.String(), nullable=False, server_default="walmart"))
    for name, columns, part in INDEXES:
        op.create_index(name, "ticket", columns, sqlite_where=part, postgresql_where=part)


INDEXES = [
    ("ix_ticket_backlog", ["source", "assignee"], BACKLOG),
    ("ix_ticket_backlog_of_group", ["group"], BACKLOG),
    ("ix_ticket_junk", ["junked_at"], JUNK),
]


def downgrade() -> None:
    for name, _columns, _part in INDEXES:
        op.drop_index(name, "ticket")
    for column in ("source", "junked_at", "placed_by", "group"):
        op.drop_column("ticket", column)
    for column in ("enabled", "reply_method", "role"):
        op.drop_column("agent", column)
    drop("group_member", "agent_group")
