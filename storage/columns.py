"""Column types: how values of the domain lie in both databases. Text is cleaned here and nowhere else."""
# ruff: noqa: ARG002 -- the signatures are SQLAlchemy's

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy import Text as LongText
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.domain.fields import CustomFieldId
from bot.domain.json import Json
from bot.domain.keys import KeyFault, KeyReport
from bot.domain.replies import ReplyFile
from bot.domain.sites import Market
from bot.domain.tickets import Caution

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

# SQLite numbers rows by itself only in a column whose type is exactly INTEGER, which has 64 bits there.
Identity = BigInteger().with_variant(Integer(), "sqlite")


def clean(text: str) -> str:
    """Return `text` without what PostgreSQL refuses: NUL is dropped, a lone surrogate becomes a question mark.

    SQLite would take a NUL (facts, mail 2 #14), so that a row could be kept on one database and not on the other.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def clean_json(value: Json) -> Json:
    match value:
        case str():
            return clean(value)
        case Mapping():
            return {clean(key): clean_json(item) for key, item in value.items()}
        case Sequence():
            return [clean_json(item) for item in value]
        case _:
            return value


def json_text(value: Json) -> str:
    """Write JSON so that equal values are equal texts."""
    return json.dumps(clean_json(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Instant(TypeDecorator[datetime]):
    """An aware instant: microseconds since 1970 on SQLite, where they sort and compare; timestamptz on PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be kept")
        return value if dialect.name == "postgresql" else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return EPOCH + timedelta(microseconds=int(value))


class Text(TypeDecorator[str]):
    impl = LongText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


# PostgreSQL refuses a row whose part of an index is longer than 2,704 bytes; no index holds more than three keys.
LONGEST_KEY = 800


def key(text: str) -> str:
    """Return clean `text`, or, where it is too long for an index, its beginning and what tells it from all others.

    No Message-ID that a mail program writes is so long; one that a stranger wrote to hurt us still has to be filed.
    """
    text = clean(text)
    whole = text.encode()
    if len(whole) <= LONGEST_KEY:
        return text
    return f"{whole[: LONGEST_KEY - 100].decode(errors='ignore')}…{hashlib.sha256(whole).hexdigest()}"


class Key(TypeDecorator[str]):
    """Text that lies in an index; whoever looks for it is cut in the same way."""

    impl = LongText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else key(value)


E = TypeVar("E", bound=StrEnum)
N = TypeVar("N", bound=IntEnum)


class Word(TypeDecorator[E]):
    """A member of an enumeration, kept as its value."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[E]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> E | None:
        return None if value is None else self.members(value)


class Rank(TypeDecorator[N]):
    """A member of an enumeration whose order matters, kept as its number."""

    impl = Integer
    cache_ok = True

    def __init__(self, members: type[N]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: N | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> N | None:
        return None if value is None else self.members(value)


T = TypeVar("T")


class JsonText(TypeDecorator[T]):
    """A value that only its owner looks into, as JSON in a text column; `dump` and `load` are exact inverses."""

    impl = LongText
    cache_ok = True

    def __init__(self, dump: Callable[[T], Json], load: Callable[[Any], T]) -> None:
        super().__init__()
        self.dump = dump
        self.load = load

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        return None if value is None else json_text(self.dump(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> T | None:
        return None if value is None else self.load(json.loads(value))


def _as_it_is(value: Json) -> Json:
    return value


def _texts(value: tuple[str, ...]) -> Json:
    return list(value)


def _load_texts(value: Sequence[str]) -> tuple[str, ...]:
    return tuple(value)


def _cautions(value: frozenset[Caution]) -> Json:
    return sorted(caution.value for caution in value)


def _load_cautions(value: Sequence[str]) -> frozenset[Caution]:
    return frozenset(Caution(word) for word in value)


def _reply_files(value: tuple[ReplyFile, ...]) -> Json:
    return [[file.name, file.content_type, file.size, file.chat_file] for file in value]


def _load_reply_files(value: Sequence[tuple[str, str, int, str]]) -> tuple[ReplyFile, ...]:
    return tuple(ReplyFile(*file) for file in value)


def _numbers(value: tuple[CustomFieldId, ...]) -> Json:
    return list(value)


def _load_numbers(value: Sequence[int]) -> tuple[CustomFieldId, ...]:
    return tuple(CustomFieldId(number) for number in value)


def _instants(value: Mapping[str, datetime]) -> Json:
    return {key: instant.isoformat() for key, instant in value.items()}


def _load_instants(value: Mapping[str, str]) -> Mapping[str, datetime]:
    return {key: datetime.fromisoformat(instant) for key, instant in value.items()}


def _key_report(value: KeyReport) -> Json:
    return {
        "checked_at": value.checked_at.isoformat(),
        "fault": value.fault,
        "permissions": dict(value.permissions),
        "markets": list(value.markets),
        "unasked": list(value.unasked),
        "said": value.said,
    }


def _load_key_report(value: Mapping[str, Any]) -> KeyReport:
    return KeyReport(
        checked_at=datetime.fromisoformat(value["checked_at"]),
        fault=KeyFault(value["fault"]) if value["fault"] else None,
        permissions=value["permissions"],
        markets=tuple(Market(market) for market in value["markets"]),
        unasked=tuple(Market(market) for market in value["unasked"]),
        said=value["said"],
    )


def plain_json() -> JsonText[Json]:
    return JsonText(_as_it_is, _as_it_is)


def texts() -> JsonText[tuple[str, ...]]:
    return JsonText(_texts, _load_texts)


def cautions() -> JsonText[frozenset[Caution]]:
    return JsonText(_cautions, _load_cautions)


def reply_files() -> JsonText[tuple[ReplyFile, ...]]:
    return JsonText(_reply_files, _load_reply_files)


def custom_fields() -> JsonText[tuple[CustomFieldId, ...]]:
    return JsonText(_numbers, _load_numbers)


def instants() -> JsonText[Mapping[str, datetime]]:
    return JsonText(_instants, _load_instants)


def key_report() -> JsonText[KeyReport]:
    return JsonText(_key_report, _load_key_report)
