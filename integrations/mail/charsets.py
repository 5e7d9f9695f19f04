"""Bytes to text, for every charset that a mail may claim, lie about or keep silent on. Never raises."""

import codecs
import encodings.aliases
from typing import NamedTuple

import chardet

# Mail in the wild says the narrow name and means the wide one (WHATWG's table); the wide one reads both.
_MEANT = {
    "ascii": "utf_8",
    "latin_1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859_9": "cp1254",
    "tis_620": "cp874",
}
# Names that Python's table of aliases does not know.
_ALSO_CALLED = {
    "ks_c_5601_1987": "cp949",
    "x_sjis": "cp932",
    "x_gbk": "gb18030",
    "x_mac_roman": "mac_roman",
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_8_e": "iso8859_8",
    "unicode_1_1_utf_8": "utf_8",
}
# These are no charsets of mail: some are slow on long input, some are no text encodings at all.
_REFUSED = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
    | {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
)
_KNOWN = frozenset(encodings.aliases.aliases.values()) - _REFUSED
_SAMPLE = 20_000
_SURE = 0.5


class Decoded(NamedTuple):
    text: str
    problem: str = ""


def decode(content: bytes, declared: str) -> Decoded:
    """Decode by the declared charset, else as UTF-8, else by guess, else as Latin-1."""
    codec = _codec(declared)
    if codec is not None:
        try:
            return Decoded(content.decode(codec))
        except (UnicodeError, ValueError):
            pass
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _guess(content, declared, codec)
    return Decoded(text, f"The charset {_shown(declared)} did not fit; read as UTF-8." if declared and codec else "")


def _codec(declared: str) -> str | None:
    """Return the Python codec for a declared name; names that are not on the list are never looked up."""
    name = encodings.normalize_encoding(declared.strip().strip("\"'"))[:40].lower()
    name = _ALSO_CALLED.get(name) or encodings.aliases.aliases.get(name, name)
    return _MEANT.get(name, name) if name in _KNOWN else None


def _guess(content: bytes, declared: str, codec: str | None) -> Decoded:
    for claimed in (codec, "utf_8"):
        if claimed is None:
            continue
        damaged = content.decode(claimed, "replace")
        foreign = sum(map(len, damaged.split("�"))) - len(damaged.encode("ascii", "ignore"))
        # Mostly right with a few bad bytes: a cut or a damaged mail, not another charset.
        if foreign > 4 * damaged.count("�"):
            return Decoded(damaged, f"Some bytes did not fit the charset {_shown(claimed)} and were replaced.")
    guessed = _guessed_codec(content[:_SAMPLE])
    problem = f"The charset {_shown(declared)} is unknown or wrong; read as {guessed}."
    try:
        return Decoded(content.decode(guessed), problem)
    except (UnicodeError, ValueError):
        return Decoded(content.decode("latin-1"), problem.replace(guessed, "latin-1"))


def _guessed_codec(sample: bytes) -> str:
    try:
        found = chardet.detect(sample)
        name, confidence = found["encoding"] or "", found["confidence"] or 0.0
        # A guess from a handful of letters is worth less than knowing that the markets are American.
        return codecs.lookup(name).name if confidence >= _SURE and _codec(name) else "cp1252"
    except Exception:  # noqa: BLE001 - a guess may fail in any way; the mail is read all the same
        return "cp1252"


def _shown(declared: str) -> str:
    return "(none)" if not declared else "".join(c for c in declared[:30] if c.isalnum() or c in "-_.")
