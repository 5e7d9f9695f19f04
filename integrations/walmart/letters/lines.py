"""Text as the letter readers want it: one kind of line end, one kind of space, nothing invisible in the way."""

# Spaces that HTML mails are full of become the plain one. Zero-width space, word joiner, soft hyphen and BOM vanish;
# the zero-width joiner stays, because it holds family and flag emoji together.
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"), " "
)
_NOTHING: dict[int, str] = dict.fromkeys(map(ord, "\x00\u00ad\u200b\u2060\ufeff"), "")
_LINE_ENDS = dict.fromkeys(map(ord, "\u2028\u2029\x85\x0b\x0c"), "\n")
_TABLE = {**_SPACES, **_NOTHING, **_LINE_ENDS}


def clean(text: str) -> str:
    """Return the text with line feeds, plain spaces, no trailing blanks and no blank edges; nothing else is lost."""
    even = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    return "\n".join(line.rstrip() for line in even.split("\n")).strip()


def one_line(text: str, limit: int) -> str:
    """Fold all white space into single spaces and keep at most `limit` characters."""
    # Twice the limit is plenty of raw text for a name or a subject; the rest would only cost time.
    return " ".join(clean(text[: limit * 4]).split())[:limit].rstrip()
