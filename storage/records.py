"""How frozen dataclasses lie in tables. Statements are made once: to make one takes longer than to run it."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Connection, Executable, Row, Select, Table, bindparam, select, update

from bot.ports.store import NotFound, VersionConflict
from storage.dialects import AnyInsert, Insertion

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")


class Rows:
    """A table whose rows have an `id` of their own, given by the database."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._insert = Insertion(table, lambda insert: insert.on_conflict_do_nothing().returning(table.c.id))
        if "version" in table.c:
            self._update = update(table).where(
                table.c.id == bindparam("this"), table.c.version == bindparam("seen_version")
            )

    def add(self, connection: Connection, values: Mapping[str, object]) -> int | None:
        """Insert a row, whatever id `values` name, and return its id; None when a unique key is taken already."""
        kept = {name: value for name, value in values.items() if name != "id"}
        identity: int | None = connection.execute(self._insert.on(connection), kept).scalar_one_or_none()
        return identity

    def save(self, connection: Connection, identity: int, version: int, values: Mapping[str, object]) -> None:
        """Save version n as n + 1. Raises `VersionConflict` when there is no version n any more."""
        # Were the id set, even to itself, SQLite would look for children in every table that names it.
        changed = {name: value for name, value in values.items() if name != "id"}
        changed |= {"version": version + 1, "this": identity, "seen_version": version}
        if connection.execute(self._update, changed).rowcount == 0:
            raise VersionConflict(f"{self.table.name} {identity} is no longer version {version}")


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
        self.select: Select[*tuple[Any, ...]] = select(*(table.c[name] for name in names))
        self._record = record
        self._names = names
        if "id" in table.c:
            self._by_id = self.select.where(table.c.id == bindparam("this"))

    def read(self, row: Row[*tuple[Any, ...]]) -> R:
        # The columns were selected in the order of the fields; their types have made domain values of them.
        return self._record(*row)

    def values(self, record: R) -> dict[str, object]:
        return {name: getattr(record, name) for name in self._names}

    def one(self, connection: Connection, query: Executable, **given: object) -> R | None:
        row = connection.execute(query, given).first()
        return None if row is None else self.read(row)

    def every(self, connection: Connection, query: Executable, **given: object) -> tuple[R, ...]:
        return tuple(self.read(row) for row in connection.execute(query, given))

    def find(self, connection: Connection, identity: int) -> R | None:
        return self.one(connection, self._by_id, this=identity)

    def get(self, connection: Connection, identity: int) -> R:
        return found_or_raise(self.find(connection, identity), self.table, identity)


def found_or_raise(found: R | None, table: Table, identity: int) -> R:
    if found is None:
        raise NotFound(f"there is no {table.name} {identity}")
    return found


def put(table: Table) -> Insertion:
    """The statement that inserts a whole row, or replaces the one with the same primary key."""
    key = [column.name for column in table.primary_key]

    def replace(insert: AnyInsert) -> Executable:
        rest = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in key}
        return insert.on_conflict_do_update(index_elements=key, set_=rest)

    return Insertion(table, replace)
