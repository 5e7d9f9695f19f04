"""Reading one IMAP command off the wire: lines, literals, quoted strings, lists (RFC 3501, section 4)."""

import re
from dataclasses import dataclass

from integrations.simulator.mail.imap.connection import Connection

Token = bytes | list["Token"]

_LITERAL = re.compile(rb"\{(\d{1,10})(\+?)\}$")
# An atom may carry a bracketed section that holds spaces: BODY.PEEK[HEADER.FIELDS (FROM TO)]<0.512>
_ATOM = re.compile(rb"(?:\[[^\]]*\]|[^\s()\"\[\]])+")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
LARGEST_LITERAL = 40 * 1024 * 1024


class BadCommandError(Exception):
    """What was sent is no IMAP; the text goes into the BAD answer."""


@dataclass(frozen=True, slots=True)
class Command:
    tag: str
    name: str
    by_uid: bool  # it came as `UID <name>`
    arguments: list[Token]


async def read_command(connection: Connection) -> Command:
    """Return the next command. Raises BadCommandError, and GoneError when the client has gone."""
    pieces: list[bytes | _Literal] = []
    while True:
        text = await connection.read_line()
        literal = _LITERAL.search(text)
        if literal is None:
            pieces.append(text)
            return _command(pieces)
        length = int(literal.group(1))
        if length > LARGEST_LITERAL:
            raise BadCommandError("Literal too large")
        pieces.append(text[: literal.start()])
        pieces.append(_Literal(await connection.read_literal(length, ask=not literal.group(2))))


@dataclass(frozen=True, slots=True)
class _Literal:
    content: bytes


def _command(pieces: list[bytes | _Literal]) -> Command:
    stack: list[list[Token]] = [[]]
    for piece in pieces:
        if isinstance(piece, _Literal):
            stack[-1].append(piece.content)
        else:
            _tokens(piece, stack)
    if len(stack) != 1:
        raise BadCommandError("A parenthesis is not closed")
    match stack[0]:
        case [bytes() as tag, bytes() as uid, bytes() as name, *rest] if uid.upper() == b"UID":
            return Command(tag.decode("latin-1"), name.decode("latin-1").upper(), by_uid=True, arguments=rest)
        case [bytes() as tag, bytes() as name, *rest]:
            return Command(tag.decode("latin-1"), name.decode("latin-1").upper(), by_uid=False, arguments=rest)
        case _:
            raise BadCommandError("A command is a tag and a name")


def _tokens(text: bytes, stack: list[list[Token]]) -> None:
    position = 0
    while position < len(text):
        character = text[position : position + 1]
        if character.isspace():
            position += 1
        elif character == b"(":
            stack.append([])
            position += 1
        elif character == b")":
            if len(stack) == 1:
                raise BadCommandError("A parenthesis was never opened")
            closed = stack.pop()
            stack[-1].append(closed)
            position += 1
        elif found := (_QUOTED if character == b'"' else _ATOM).match(text, position):
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", found.group(1)) if character == b'"' else found.group())
            position = found.end()
        else:
            raise BadCommandError("Unreadable argument")


def word(token: Token) -> bytes:
    """Return a token that has to be an atom or a string."""
    if isinstance(token, list):
        raise BadCommandError("A list where a word belongs")
    return token


def numbers(token: Token, known: list[int]) -> set[int]:
    """Return those of `known` that a set such as `1:5,9,12:*` names."""
    if not known:
        return set()
    wanted: set[int] = set()
    for part in word(token).split(b","):
        first, _, last = part.partition(b":")
        bounds = sorted(_number(bound, known[-1]) for bound in (first, last or first))
        wanted.update(number for number in known if bounds[0] <= number <= bounds[-1])
    return wanted


def _number(text: bytes, highest: int) -> int:
    if text == b"*":
        return highest
    if not text.isdigit():
        raise BadCommandError("A message set is made of numbers")
    return int(text)
