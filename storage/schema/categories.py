"""Categories and templates of tickets."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, false

from bot.domain.people import Platform
from bot.domain.tickets import Priority
from storage.columns import Identity, Key, Rank, Text, Word, custom_fields
from storage.schema.naming import identity, metadata, reference

# `folded` is the name as two names are compared. `siblings` is the parent, or 0 at the top, because NULL is equal to
# nothing.
category = Table(
    "category",
    metadata,
    identity(),
    Column("name", Text, nullable=False),
    Column("folded", Key, nullable=False),
    reference("parent", "category", nullable=True),
    Column("siblings", Identity, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)
Index(
    "ix_category_siblings_folded",
    category.c.siblings,
    category.c.folded,
    unique=True,
    sqlite_where=category.c.deleted == false(),
    postgresql_where=category.c.deleted == false(),
)

template = Table(
    "template",
    metadata,
    identity(),
    Column("name", Text, nullable=False),
    Column("folded", Key, nullable=False),
    Column("fields", custom_fields(), nullable=False),
    Column("priority", Rank(Priority)),
    reference("group", "agent_group", nullable=True),
    Column("platform", Word(Platform)),
    Column("channel", Text),
    Column("deleted", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)
Index(
    "ix_template_folded",
    template.c.folded,
    unique=True,
    sqlite_where=template.c.deleted == false(),
    postgresql_where=template.c.deleted == false(),
)
