"""Letters that opened no ticket, and whom they were given to."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from storage.columns import Instant, Text
from storage.schema.naming import metadata, reference

# Kept after the letter has been handed over: the mail is read again, and this row says for which site.
dead_letter = Table(
    "dead_letter",
    metadata,
    reference("inbound", "inbound_mail"),
    reference("site", "site", nullable=True),
    Column("received_at", Instant, nullable=False),
    Column("about", Text, nullable=False),
    Column("reason", Text, nullable=False),
    reference("handed_to", "site", nullable=True),
    PrimaryKeyConstraint("inbound"),
)
