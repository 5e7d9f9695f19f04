"""SEARCH: which mails of a folder fit the given keys (RFC 3501, section 6.4.4)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from integrations.simulator.mail.folders import StoredMail
from integrations.simulator.mail.imap.command import BadCommandError, Token, numbers, word

Matches = Callable[[int, StoredMail], bool]

_FLAGS = {b"SEEN": r"\Seen", b"DELETED": r"\Deleted", b"FLAGGED": r"\Flagged", b"ANSWERED": r"\Answered"}
_HEADERS = frozenset({b"FROM", b"TO", b"CC", b"SUBJECT"})
_DATES = frozenset({b"SINCE", b"BEFORE", b"ON"})
_SIZES = frozenset({b"LARGER", b"SMALLER"})


class Search:
    """One search over a folder; `uids` lists what the session knows, in the order of sequence numbers."""

    def __init__(self, uids: list[int]) -> None:
        self._uids = uids
        self._sequence = list(range(1, len(uids) + 1))

    def criteria(self, tokens: list[Token]) -> Matches:
        """Return the test that all of `tokens` together mean. Raises BadCommandError."""
        if tokens and not isinstance(tokens[0], list) and tokens[0].upper() == b"CHARSET":
            tokens = tokens[2:]
        left = list(tokens)
        tests: list[Matches] = []
        while left:
            tests.append(self._key(left))
        return lambda sequence, mail: all(test(sequence, mail) for test in tests)

    def _key(self, left: list[Token]) -> Matches:
        token = _next(left)
        if isinstance(token, list):
            return self.criteria(token)
        name = token.upper()
        if name == b"NOT":
            denied = self._key(left)
            return lambda sequence, mail: not denied(sequence, mail)
        if name == b"OR":
            one, other = self._key(left), self._key(left)
            return lambda sequence, mail: one(sequence, mail) or other(sequence, mail)
        return self._in_set(name, left) or _property(name, left)

    def _in_set(self, name: bytes, left: list[Token]) -> Matches | None:
        if name == b"UID":
            uids = numbers(_next(left), self._uids)
            return lambda _sequence, mail: mail.uid in uids
        if name[:1].isdigit() or name[:1] == b"*":
            wanted = numbers(name, self._sequence)
            return lambda sequence, _mail: sequence in wanted
        return None


def _property(name: bytes, left: list[Token]) -> Matches:
    if name == b"ALL":
        return lambda _sequence, _mail: True
    flag = name.removeprefix(b"UN")
    if flag in _FLAGS:
        return lambda _sequence, mail: (_FLAGS[flag] in mail.flags) is (flag == name)
    if name in _DATES:
        return _on_date(name, word(_next(left)))
    if name in _SIZES:
        size = int(word(_next(left)))
        return lambda _sequence, mail: len(mail.raw) > size if name == b"LARGER" else len(mail.raw) < size
    if name in _HEADERS or name == b"HEADER":
        header = word(_next(left)) if name == b"HEADER" else name
        return _in_header(header.decode("latin-1"), word(_next(left)).decode("utf-8", "replace"))
    raise BadCommandError(f"Unknown search key {name.decode('latin-1')}")


def _next(left: list[Token]) -> Token:
    if not left:
        raise BadCommandError("A search key lacks its argument")
    return left.pop(0)


def _on_date(name: bytes, text: bytes) -> Matches:
    try:
        wanted: date = datetime.strptime(text.decode("latin-1"), "%d-%b-%Y").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise BadCommandError("A date reads 1-Feb-2026") from error
    compare: dict[bytes, Callable[[date], bool]] = {
        b"SINCE": lambda received: received >= wanted,
        b"BEFORE": lambda received: received < wanted,
        b"ON": lambda received: received == wanted,
    }
    return lambda _sequence, mail: compare[name](mail.received_at.date())


def _in_header(header: str, text: str) -> Matches:
    wanted = text.lower()

    def matches(_sequence: int, mail: StoredMail) -> bool:
        values = mail.header.get_all(header) or []
        return any(wanted in str(value).lower() or wanted in _decoded(str(value)) for value in values)

    return matches


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value))).lower()
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return value.lower()
