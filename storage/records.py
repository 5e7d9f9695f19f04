"""How frozen dataclasses lie in tables."""

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, Table, Update, select, update

from bot.ports.store import NotFound, VersionConflict
from storage.dialects import insert

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")


class Shape(Generic[R]):
    """A dataclass whose fields are columns of one table, under the same names.

    `beside` are columns that the dataclass does not show. A field without a column, or a column without a field,
    raises TypeError when the program starts: the two cannot drift apart unnoticed.
    """

    def __init__(self, table: Table, record: type[R], *, beside: Iterable[str] = ()) -> None:
        names = [field.name for field in fields(record)]
        columns = {column.name for column in table.columns} - set(beside)
        if set(names) != columns:
            raise TypeError(f"{record.__name__} and table {table.name} differ in {set(names) ^ columns}")
        self.table = table
        self._record = record
        self._names = names
        self._columns = [table.c[name] for name in names]

    def select(self) -> Select[*tuple[Any, ...]]:
        return select(*self._columns)

    def read(self, row: Row[*tuple[Any, ...]]) -> R:
        # The columns were selected in the order of the fields; their types have made domain values of them.
        return self._record(*row)

    def values(self, record: R) -> dict[str, object]:
        return {name: getattr(record, name) for name in self._names}

    def one(self, connection: Connection, query: Select[*tuple[Any, ...]]) -> R | None:
        row = connection.execute(query).first()
        return None if row is None else self.read(row)

    def every(self, connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[R, ...]:
        return tuple(self.read(row) for row in connection.execute(query))

    def get(self, connection: Connection, identity: int) -> R:
        found = self.one(connection, self.select().where(self.table.c.id == identity))
        return found_or_raise(found, self.table, identity)


def found_or_raise(found: R | None, table: Table, identity: int) -> R:
    if found is None:
        raise NotFound(f"there is no {table.name} {identity}")
    return found


def add(connection: Connection, table: Table, values: dict[str, object]) -> int | None:
    """Insert a row under an id of its own and return the id; None when a unique key is taken already."""
    kept = {name: value for name, value in values.items() if name != "id"}
    statement = insert(connection, table).values(kept).on_conflict_do_nothing().returning(table.c.id)
    identity: int | None = connection.execute(statement).scalar_one_or_none()
    return identity


def add_new(connection: Connection, table: Table, values: dict[str, object]) -> int:
    """Insert a row into a table that has no unique key but its id."""
    kept = {name: value for name, value in values.items() if name != "id"}
    identity: int = connection.execute(table.insert().values(kept).returning(table.c.id)).scalar_one()
    return identity


def versioned(table: Table, identity: int, version: int, values: dict[str, object]) -> Update:
    """The UPDATE that saves version n as n + 1, and finds no row if somebody else did so first.

    The id is left out: if it were set, even to itself, SQLite would look for children in every table that names it.
    """
    changed = {**values, "version": version + 1}
    del changed["id"]
    return update(table).where(table.c.id == identity, table.c.version == version).values(changed)


def save(connection: Connection, table: Table, identity: int, version: int, values: dict[str, object]) -> None:
    """Raises `VersionConflict`."""
    if connection.execute(versioned(table, identity, version, values)).rowcount == 0:
        raise VersionConflict(f"{table.name} {identity} is no longer version {version}")


def put(connection: Connection, table: Table, values: dict[str, object]) -> None:
    """Insert a row, or replace the one with the same primary key."""
    key = [column.name for column in table.primary_key]
    statement = insert(connection, table).values(values)
    rest = {name: statement.excluded[name] for name in values if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=rest))
