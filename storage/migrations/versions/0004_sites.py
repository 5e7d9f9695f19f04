"""Rehearsal, tombstones of sites, and the letters that opened no ticket.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.tables import create, drop, instant, key, optional, reference, text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LIVING = sa.text("state <> 'deleted'")


def upgrade() -> None:
    op.add_column("reply", sa.Column("rehearsal", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("site") as site:
        site.add_column(sa.Column("rehearsal_address", sa.Text(), nullable=False, server_default=""))
        site.drop_constraint("uq_site_account_market", type_="unique")
    op.create_index(
        "ix_site_account_market",
        "site",
        ["account", "market"],
        unique=True,
        sqlite_where=LIVING,
        postgresql_where=LIVING,
    )
    create(
        "dead_letter",
        reference("inbound", "inbound_mail"),
        optional(reference("site")),
        instant("received_at"),
        text("about", "reason"),
        optional(reference("handed_to", "site")),
        key("inbound"),
    )


def downgrade() -> None:
    drop("dead_letter")
    op.drop_index("ix_site_account_market", "site")
    with op.batch_alter_table("site") as site:
        site.drop_column("rehearsal_address")
        site.create_unique_constraint("uq_site_account_market", ["account", "market"])
    with op.batch_alter_table("reply") as reply:
        reply.drop_column("rehearsal")
