"""The line that mail programs put before a quotation: "On Fri, 2 Jan 2026 at 15:04, Ann <a@b.c> wrote:".

There is one in every language and it may wrap over four lines. It is recognised by what it says (a date, a time, an
address, the word for "wrote") and not by a pattern per program. Every look is at a window of bounded size.
"""

import re
from collections.abc import Sequence

_LONGEST = 400
_MOST_LINES = 4
_ENDS = (":", "：")

_WROTE = re.compile(
    "|".join(
        map(
            re.escape,
            (
                *("wrote", "writes", "écrit", "ecrit", "escribió", "escribio", "escreveu", "escribiu"),
                *("schrieb", "geschrieben", "ha scritto", "schreef", "skrev", "kirjoitti", "napisał", "pisze"),
                *("napsal", "napísal", "a scris", "írta", "έγραψε", "написал", "пишет", "пише", "написав"),
                *("yazdı", "yazmış", "menulis", "đã viết", "เขียน", "写道", "寫道", "來信", "来信", "写道"),
                *("書きました", "のメール", "작성", "썼습니다", "כתב", "كتب", "لکھا", "va escriure", "pisal"),
            ),
        )
    )
)
_DATE = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
_OPENERS = (
    *("on ", "at ", "le ", "el ", "am ", "em ", "il ", "op ", "den ", "dnia ", "w dniu ", "dne ", "pe ", "în data "),
    *("ob ", "на ", "vào ", "pada ", "tarih", "在", "于", "στις ", "ב", "في "),
)


def _strong(window: str) -> bool:
    """Tell whether the window is an attribution by itself, whatever follows it."""
    if not _DATE.search(window):
        return False
    timed = _TIME.search(window) is not None
    addressed = "@" in window and ("<" in window or "[" in window)
    # Gmail says no verb at all in some languages: date, time and address in brackets are enough.
    return (timed and addressed) or ((timed or addressed) and _WROTE.search(window) is not None)


def attribution_length(lines: Sequence[str], at: int) -> int:
    """Return over how many lines, ending with line `at`, an attribution runs that stands for itself; 0 for none."""
    first = max(0, at + 1 - _MOST_LINES)
    # Most lines end here: without a colon, or without a date anywhere near.
    if not lines[at].endswith(_ENDS) or not _DATE.search(" ".join(line[:_LONGEST] for line in lines[first : at + 1])):
        return 0
    windows = _windows(lines, at)
    lengths = [length for length, window in enumerate(windows, 1) if _strong(window)]
    if not lengths:
        return 0
    # The shortest window may have left the "On Fri," of the line above; one that begins like an attribution is whole.
    opened = [length for length in lengths if windows[length - 1].startswith(_OPENERS)]
    return opened[0] if opened else lengths[0]


def is_weak_attribution(line: str) -> bool:
    """Tell whether a line says "Ann wrote:" without a date; that counts only right before quoted lines."""
    return line.endswith(_ENDS) and len(line) <= _LONGEST and _WROTE.search(line.lower()) is not None


def _windows(lines: Sequence[str], at: int) -> list[str]:
    """Return the growing windows that end at a line, lower-cased; a blank or quoted line or the size stops them."""
    windows: list[str] = []
    window = ""
    for start in range(at, max(-1, at - _MOST_LINES), -1):
        line = lines[start].strip()
        if not line or line.startswith(">") or len(window) + len(line) > _LONGEST:
            break
        window = f"{line.lower()} {window}".rstrip()
        windows.append(window)
    return windows
