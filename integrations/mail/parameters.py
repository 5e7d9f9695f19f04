"""Parameters of Content-Type and Content-Disposition: RFC 2231, RFC 2047 where it is not allowed, and neither."""

import re
from urllib.parse import unquote_to_bytes

from integrations.mail import charsets
from integrations.mail.headers import Headers, decode_words, raw_bytes

_MAX_PARAMETERS = 200
# name[*section][*] = "quoted" | token; linear, because no two alternatives can start alike.
_PARAMETER = re.compile(r';\s*([A-Za-z0-9_-]{1,40})((?:\*\d{1,4})?)(\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;"]*))')


def parameter(headers: Headers, field: str, name: str) -> str:
    """Return a parameter of the field's first value, decoded; empty when absent."""
    sections: list[tuple[int, bool, str]] = []
    plain = ""
    for count, found in enumerate(_PARAMETER.finditer(";" + headers.first(field).partition(";")[2])):
        if count == _MAX_PARAMETERS:
            break
        if found[1].lower() != name:
            continue
        value = re.sub(r"\\(.)", r"\1", found[4]) if found[4] is not None else found[5].strip()
        if found[2] or found[3]:
            sections.append((int(found[2][1:] or 0) if found[2] else 0, bool(found[3]), value))
        elif not plain:
            plain = value
    # The extended form says more than the plain one that some programs send beside it.
    return _joined(sections) if sections else decode_words(plain)


def _joined(sections: list[tuple[int, bool, str]]) -> str:
    sections.sort(key=lambda section: section[0])
    charset = ""
    content = b""
    for position, (_, extended, value) in enumerate(sections):
        if extended and position == 0 and value.count("'") >= 2:  # noqa: PLR2004 - charset'language'text
            charset, _, value = value.split("'", 2)  # noqa: PLW2901 - the rest of the value is the text
        content += unquote_to_bytes(raw_bytes(value)) if extended else raw_bytes(value)
    return charsets.decode(content, charset).text


def file_name(headers: Headers) -> str:
    return parameter(headers, "content-disposition", "filename") or parameter(headers, "content-type", "name")
