"""Who changed what.

Revision ID: 0009
Revises: 0008
"""

from storage.migrations.tables import create, drop, instant, number, optional, reference, text, word

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "audit",
        number(),
        instant("at"),
        word("actor_kind"),
        optional(reference("actor_agent", "agent")),
        word("kind"),
        text("target", "name", "aspect", "before", "after"),
        indexes=[("at",), ("target", "at")],
    )


def downgrade() -> None:
    drop("audit")
