"""Text that may be stored, shown and logged anywhere, whatever the sender put into it."""

import re
import unicodedata

# NUL (PostgreSQL refuses the row), the other controls but tab and line feed, lone surrogates (no encoder takes them),
# bidirectional controls (they make a text read otherwise than it is), and the byte order mark.
_UNWELCOME = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SPACES = re.compile(r"\s+")
_MAX_NAME = 120
_MAX_EXTENSION = 12


def clean_text(text: str) -> str:
    r"""Remove what is unwelcome and make every line end "\n"."""
    return _UNWELCOME.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n"))


def clean_line(text: str, limit: int = 1000) -> str:
    """Clean a text that belongs on one line; whatever is longer than `limit` characters is cut."""
    return _SPACES.sub(" ", clean_text(text)).strip()[:limit]


def clean_file_name(name: str, fallback: str, limit: int = _MAX_NAME) -> str:
    """Return a name without path, control characters or leading dots; the extension survives a cut."""
    flat = clean_line(unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2])
    flat = re.sub(r'[<>:"|?*]', "_", flat).strip(" .")
    if not flat:
        return fallback
    if len(flat) <= limit:
        return flat
    stem, dot, extension = flat.rpartition(".")
    if not dot or len(extension) > _MAX_EXTENSION:
        return flat[:limit]
    return stem[: limit - len(extension) - 1] + dot + extension


def clean_server_words(words: str | bytes, limit: int = 200) -> str:
    """Make a server's answer fit for a failure's reason: one line, no addresses (they may be a buyer's)."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return re.sub(r"[^\s<>@]{1,80}@[^\s<>@]{1,80}", "…", clean_line(text, 4 * limit))[:limit]
