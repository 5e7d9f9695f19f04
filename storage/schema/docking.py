"""Accounts, sites, mailboxes, sealed secrets and people. Columns are named as the fields of the domain."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, UniqueConstraint, text

from bot.domain.people import Platform, ReplyMethod, Role, Standing
from bot.domain.sites import AccountState, Market, Security, SiteState
from storage.columns import Instant, Key, Rank, Text, Word
from storage.schema.naming import identity, metadata, reference

secret = Table(
    "secret",
    metadata,
    identity(),
    Column("context", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

account = Table(
    "account",
    metadata,
    identity(),
    Column("name", Key, nullable=False),
    Column("client_id", Text, nullable=False),
    reference("client_secret", "secret"),
    Column("region", Text, nullable=False),
    Column("state", Word(AccountState), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("name"),
)

mailbox = Table(
    "mailbox",
    metadata,
    identity(),
    Column("address", Key, nullable=False),
    Column("imap_host", Text, nullable=False),
    Column("imap_port", Integer, nullable=False),
    Column("imap_security", Word(Security), nullable=False),
    Column("smtp_host", Text, nullable=False),
    Column("smtp_port", Integer, nullable=False),
    Column("smtp_security", Word(Security), nullable=False),
    Column("username", Text, nullable=False),
    reference("password", "secret"),
    Column("authserv_id", Text, nullable=False),
    Column("junk_folder", Text, nullable=False),
    Column("sent_folder", Text, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("address"),
)

site = Table(
    "site",
    metadata,
    identity(),
    reference("account", "account"),
    Column("market", Word(Market), nullable=False),
    Column("seller_name", Text, nullable=False),
    reference("mailbox", "mailbox"),
    Column("state", Word(SiteState), nullable=False),
    Column("rehearsal_address", Text, nullable=False),
    reference("category", "category", nullable=True),
    reference("template", "template", nullable=True),
    Column("version", Integer, nullable=False),
    # A deleted site stays as a tombstone, beside the one that has come in its place.
    Index(
        "ix_site_account_market",
        "account",
        "market",
        unique=True,
        sqlite_where=text("state <> 'deleted'"),
        postgresql_where=text("state <> 'deleted'"),
    ),
    Index(None, "mailbox"),
)

site_channel = Table(
    "site_channel",
    metadata,
    reference("site", "site"),
    Column("position", Integer, nullable=False),
    Column("platform", Word(Platform), nullable=False),
    Column("channel", Key, nullable=False),
    PrimaryKeyConstraint("site", "position"),
    Index(None, "platform", "channel"),
)

person = Table(
    "person",
    metadata,
    Column("platform", Word(Platform), primary_key=True),
    Column("user", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("standing", Word(Standing), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("email", Text),
)

agent = Table(
    "agent",
    metadata,
    identity(),
    Column("name", Text, nullable=False),
    Column("role", Rank(Role)),
    Column("reply_method", Word(ReplyMethod)),
    Column("enabled", Boolean, nullable=False),
)

agent_identity = Table(
    "agent_identity",
    metadata,
    Column("platform", Word(Platform), primary_key=True),
    Column("user", Key, primary_key=True),
    reference("agent", "agent"),
    Index(None, "agent"),
)

agent_group = Table(
    "agent_group",
    metadata,
    identity(),
    Column("name", Key, nullable=False),
    Column("reply_method", Word(ReplyMethod)),
    Column("deleted", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("name"),
)

group_member = Table(
    "group_member",
    metadata,
    reference("group", "agent_group"),
    reference("agent", "agent"),
    PrimaryKeyConstraint("group", "agent"),
    Index(None, "agent"),
)

membership = Table(
    "membership",
    metadata,
    Column("platform", Word(Platform), primary_key=True),
    Column("channel", Key, primary_key=True),
    Column("user", Key, primary_key=True),
    Column("member", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)
