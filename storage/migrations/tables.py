"""The words in which revisions say what a table holds. What a revision used once is never changed here."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from storage.columns import Identity, Instant

Parts = list[SchemaItem]


def number() -> Parts:
    return [sa.Column("id", Identity, primary_key=True)]


def text(*names: str) -> Parts:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def word(*names: str) -> Parts:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def integer(*names: str) -> Parts:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def big(*names: str) -> Parts:
    return [sa.Column(name, Identity, nullable=False) for name in names]


def instant(*names: str) -> Parts:
    return [sa.Column(name, Instant(), nullable=False) for name in names]


def boolean(*names: str) -> Parts:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def blob(*names: str) -> Parts:
    return [sa.Column(name, sa.LargeBinary(), nullable=False) for name in names]


def reference(name: str, target: str = "") -> Parts:
    return [sa.Column(name, Identity, sa.ForeignKey(f"{target or name}.id"), nullable=False)]


def optional(columns: Parts) -> Parts:
    for column in columns:
        if isinstance(column, sa.Column):
            column.nullable = True
    return columns


def key(*names: str) -> Parts:
    return [sa.PrimaryKeyConstraint(*names)]


def unique(*names: str) -> Parts:
    return [sa.UniqueConstraint(*names)]


def create(name: str, *parts: Parts, indexes: Iterable[tuple[str, ...]] = (), autoincrement: bool = False) -> None:
    op.create_table(name, *(part for group in parts for part in group), sqlite_autoincrement=autoincrement)
    for columns in indexes:
        op.create_index(f"ix_{name}_{'_'.join(columns)}", name, list(columns))


def drop(*names: str) -> None:
    for name in names:
        op.drop_table(name)
