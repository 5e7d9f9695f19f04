"""What lies in the columns: nothing that one database would keep and the other refuse."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Index, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import ColumnCollectionConstraint

from bot.domain.people import Agent
from bot.domain.sites import SecretId
from integrations.simulator.clock import MovableClock
from storage.columns import LONGEST_KEY, Instant, Text, clean, json_text, key
from storage.dialects import Insertion
from storage.lanes import sqlite_lanes
from storage.records import Shape
from storage.schema import metadata
from storage.schema.docking import agent
from storage.store import SqlStore
from storage.upgrade import upgrade
from tests.contract.store_world import a_person, a_ticket, dock

SQLITE = sqlite.dialect()
POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]
NOON = datetime(2026, 3, 2, 12, 0, 0, 1, tzinfo=UTC)


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_comes_back_to_the_microsecond(instant: datetime) -> None:
    kept = Instant().process_bind_param(instant, SQLITE)
    assert isinstance(kept, int)
    # Through UTC, because Python calls a local time that was skipped or came twice equal to nothing.
    assert Instant().process_result_value(kept, SQLITE) == instant.astimezone(UTC)


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_instants_sort_as_they_came_to_pass(one: datetime, other: datetime) -> None:
    kept = [Instant().process_bind_param(instant, SQLITE) for instant in (one, other)]
    assert isinstance(kept[0], int)
    assert isinstance(kept[1], int)
    assert (kept[0] < kept[1]) == (one.astimezone(UTC) < other.astimezone(UTC))


def test_an_instant_without_a_zone_is_refused() -> None:
    for dialect in (SQLITE, POSTGRES):
        with pytest.raises(ValueError, match="time zone"):
            Instant().process_bind_param(datetime(2026, 3, 2), dialect)  # noqa: DTZ001 -- the trap itself


def test_an_instant_is_told_in_utc() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=8)))
    for dialect in (SQLITE, POSTGRES):
        told = Instant().process_result_value(Instant().process_bind_param(elsewhere, dialect), dialect)
        assert told == NOON
        assert told.tzinfo is UTC


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_cleaned_text_can_be_kept_by_both_databases(dirty: str) -> None:
    cleaned = clean(dirty)
    assert "\0" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


def test_clean_leaves_good_text_alone() -> None:
    assert clean("Grüße 王 🪔\n\x01") == "Grüße 王 🪔\n\x01"
    assert clean("a\0b\ud800c") == "ab?c"


def test_equal_values_are_equal_json() -> None:
    assert json_text({"b": [1, "ü\0"], "a": None}) == json_text({"a": None, "b": (1, "ü")}) == '{"a":null,"b":[1,"ü"]}'


async def test_a_nul_in_a_buyers_text_does_not_lose_the_ticket(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    upgrade(file)
    store = SqlStore(sqlite_lanes(file, readers=1), MovableClock())
    try:
        world = await store.run(dock)
        kept = await store.run(lambda unit: unit.tickets.add(a_ticket(world, "key\0")))
        ticket = await store.read(lambda unit: unit.tickets.by_thread([world.site], "key\0"))
        assert ticket is not None
        assert (ticket.id, ticket.thread_key) == (kept.id, "key")
        await store.run(lambda unit: unit.people.put(a_person(name="\ud800Ann\0")))
        assert (await store.read(lambda unit: unit.people.person(a_person().user))).name == "?Ann"  # type: ignore[union-attr]
        with pytest.raises(StatementError, match="time zone"):
            await store.run(lambda unit: unit.ticks.win("poll", datetime(2026, 3, 2)))  # noqa: DTZ001
        assert await store.read(lambda unit: unit.secrets.sealed(SecretId(1))) == ("account:client_secret", b"sealed")
    finally:
        await store.close()


def test_every_column_has_a_type_that_cleans_what_comes_from_outside() -> None:
    """A plain String would let a NUL through; words of our own enumerations never hold one."""
    plain = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if type(column.type) is String
    ]
    assert plain == []


def test_every_text_in_an_index_is_a_key() -> None:
    """A text without a limit would be refused by PostgreSQL's indexes, and with it the letter that has it."""
    indexed = {
        column
        for table in metadata.tables.values()
        for group in (*table.indexes, *table.constraints)
        if isinstance(group, Index | ColumnCollectionConstraint)
        for column in group.columns
    }
    assert [f"{column.table.name}.{column.name}" for column in indexed if type(column.type) is Text] == []


@given(st.text(alphabet=st.characters(exclude_categories=()), min_size=LONGEST_KEY // 4, max_size=LONGEST_KEY * 2))
def test_a_key_fits_into_an_index_and_stays_what_it_is(dirty: str) -> None:
    kept = key(dirty)
    assert len(kept.encode()) <= LONGEST_KEY
    assert key(kept) == kept
    if len(clean(dirty).encode()) <= LONGEST_KEY:
        assert kept == clean(dirty)


def test_long_keys_that_differ_at_their_ends_stay_apart() -> None:
    assert key("x" * 5000 + "a") != key("x" * 5000 + "b")


def test_a_dataclass_and_its_table_cannot_drift_apart() -> None:
    with pytest.raises(TypeError, match="identities"):
        Shape(agent, Agent)


def test_on_conflict_has_a_form_on_postgresql() -> None:
    class OnPostgres:
        dialect = POSTGRES

    insertion = Insertion(agent, lambda insert: insert.on_conflict_do_nothing().returning(agent.c.id))
    statement = insertion.on(OnPostgres())  # type: ignore[arg-type]
    assert "ON CONFLICT DO NOTHING RETURNING" in str(statement.compile(dialect=POSTGRES))  # type: ignore[attr-defined]
