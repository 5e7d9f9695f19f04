from sqlalchemy import Column, ForeignKey, MetaData

from storage.columns import Identity

# Constraints are named, because a migration can only drop what has a name.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> Column[int]:
    return Column("id", Identity, primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, Identity, ForeignKey(f"{target}.id"), nullable=nullable)


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """For Alembic's comparisons: Procrastinate's tables, and what we lay beside them, are no part of the metadata."""
    return kind != "table" or not (name or "").startswith("procrastinate_")
