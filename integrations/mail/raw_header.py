"""The header lines of a raw mail without taking the mail apart."""

from integrations.mail.headers import Headers

_MAX_HEADER = 256_000


def header_of(raw: bytes) -> Headers:
    """Read the lines up to the first empty one; what is no header line is passed over."""
    fields: list[tuple[str, str]] = []
    for line in raw[:_MAX_HEADER].splitlines():
        if not line.strip():
            break
        text = line.decode("ascii", "surrogateescape")
        name, colon, value = text.partition(":")
        if text[:1] in {" ", "\t"}:
            if fields:
                fields[-1] = (fields[-1][0], fields[-1][1] + text)
        elif colon and name.strip():
            fields.append((name.strip(), value))
    return Headers(fields)
