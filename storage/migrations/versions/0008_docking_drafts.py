"""Dockings in progress.

Revision ID: 0008
Revises: 0007
"""

from storage.migrations.tables import create, drop, instant, integer, number, optional, reference, text, unique, word

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "docking_draft",
        number(),
        reference("agent"),
        instant("begun_at"),
        word("purpose", "step"),
        text("account_name", "region", "client_id"),
        optional(reference("client_secret", "secret")),
        optional(text("report")),
        text("trouble"),
        optional(reference("account")),
        optional(reference("site")),
        integer("version"),
        unique("agent", "purpose"),
    )


def downgrade() -> None:
    drop("docking_draft")
