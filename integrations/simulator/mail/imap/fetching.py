"""FETCH: the parts of a mail that a client asks for, byte for byte as stored (RFC 3501, section 6.4.5)."""

import re
from dataclasses import dataclass

from integrations.simulator.mail.folders import StoredMail
from integrations.simulator.mail.imap.command import BadCommandError, Token, word

_SECTION = re.compile(
    rb"BODY(?P<peek>\.PEEK)?\[(?P<section>[^\]]*)\](?:<(?P<start>\d+)\.(?P<length>\d+)>)?$", re.IGNORECASE
)
_FIELDS = re.compile(rb"HEADER\.FIELDS(?P<but>\.NOT)? \((?P<names>[^)]*)\)$", re.IGNORECASE)
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_HEADER_LINE = re.compile(rb"[^\r\n]+\r?\n(?:[ \t][^\r\n]*\r?\n)*")


@dataclass(frozen=True, slots=True)
class Section:
    """One `BODY[...]` that was asked for."""

    answer_name: bytes
    section: bytes
    marks_seen: bool
    start: int = 0
    length: int | None = None

    def read(self, raw: bytes) -> bytes:
        whole = _part(raw, self.section)
        return whole[self.start :] if self.length is None else whole[self.start : self.start + self.length]


@dataclass(frozen=True, slots=True)
class Wanted:
    plain: tuple[bytes, ...]
    sections: tuple[Section, ...]

    @property
    def marks_seen(self) -> bool:
        return any(section.marks_seen for section in self.sections)

    def answer(self, mail: StoredMail, *, without_body: bool = False) -> bytes:
        """Return what stands between the parentheses of `* n FETCH (...)`. `without_body`: say NIL, a known fault."""
        parts = [name + b" " + _plain(mail, name) for name in self.plain]
        for section in self.sections:
            content = section.read(mail.raw)
            literal = b"NIL" if without_body else b"{%d}\r\n%s" % (len(content), content)
            parts.append(section.answer_name + b" " + literal)
        return b" ".join(parts)


_PLAIN = frozenset({b"UID", b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"})
_OLD_NAMES = {b"RFC822": b"", b"RFC822.HEADER": b"HEADER", b"RFC822.TEXT": b"TEXT"}


def wanted(token: Token, *, by_uid: bool) -> Wanted:
    """Read the data items of a FETCH. Raises BadCommandError for an item that this server does not know."""
    items = [word(item) for item in (token if isinstance(token, list) else [token])]
    if [item.upper() for item in items] == [b"FAST"]:
        items = [b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"]
    plain = [item.upper() for item in items if item.upper() in _PLAIN]
    if by_uid and b"UID" not in plain:
        plain.insert(0, b"UID")
    return Wanted(tuple(plain), tuple(_section(item) for item in items if item.upper() not in _PLAIN))


def _section(item: bytes) -> Section:
    if item.upper() in _OLD_NAMES:
        old = item.upper()
        return Section(old, _OLD_NAMES[old], marks_seen=old != b"RFC822.HEADER")
    asked = _SECTION.match(item)
    if asked is None:
        raise BadCommandError(f"Unknown fetch item {item.decode('latin-1')}")
    section, start = asked["section"], asked["start"]
    name = b"BODY[" + section.upper() + b"]"
    marks_seen = asked["peek"] is None
    if start is None:
        return Section(name, section, marks_seen)
    return Section(name + b"<" + start + b">", section, marks_seen, int(start), int(asked["length"]))


def _plain(mail: StoredMail, name: bytes) -> bytes:
    match name:
        case b"UID":
            return b"%d" % mail.uid
        case b"FLAGS":
            return flag_list(mail)
        case b"INTERNALDATE":
            return mail.received_at.strftime('"%d-%b-%Y %H:%M:%S %z"').encode("ascii")
        case _:
            return b"%d" % len(mail.raw)


def flag_list(mail: StoredMail) -> bytes:
    return b"(" + " ".join(sorted(mail.flags)).encode("ascii") + b")"


def _part(raw: bytes, section: bytes) -> bytes:
    if not section:
        return raw
    end = _END_OF_HEADER.search(raw)
    cut = end.end() if end else len(raw)
    if section.upper() == b"HEADER":
        return raw[:cut]
    if section.upper() == b"TEXT":
        return raw[cut:]
    fields = _FIELDS.match(section)
    if fields is None:
        raise BadCommandError(f"Unknown section {section.decode('latin-1')}")
    names = {name.strip(b'"').lower() for name in fields["names"].split()}
    lines = [
        line
        for line in _HEADER_LINE.findall(raw[:cut])
        if (line.partition(b":")[0].strip().lower() in names) is (fields["but"] is None)
    ]
    return b"".join(lines) + b"\r\n"
