"""The author's own words of a mail, without the conversation that his mail program put under them.

A line scanner: every line is looked at once, in windows of bounded size, so a hostile mail costs no more than a
long one. In doubt a line stays, because a quotation too many annoys and a customer's word too few is lost:

- a history without `>` marks (Outlook, HTML mails) goes to the end, from a line that is certain to begin one;
- `>` lines at the end go with their attribution; above an answer that was typed under a quotation at the top they
  go too; between answers they stay, because "Red" says nothing without "> Which colour?";
- what was forwarded stays, because showing it was the point;
- if nothing of his own would be left, everything is.

The whole text is always kept beside the result by the caller.
"""

import re
from collections.abc import Sequence
from enum import Enum

from integrations.walmart.letters.attributions import attribution_length, is_weak_attribution
from integrations.walmart.letters.header_blocks import block_length, is_forward_mark, is_rule
from integrations.walmart.letters.lines import clean

# Nobody writes so many lines; what lies beyond is kept as it is and not looked at.
_LINES_LOOKED_AT = 20_000
_BLANK_LINES = re.compile(r"\n{3,}")

_SIGNED_BY_MACHINE = (
    *("sent from", "get outlook for", "envoyé de", "envoyé depuis", "enviado desde", "enviado do", "enviado de"),
    *("von meinem", "gesendet von", "inviato da", "verzonden vanaf", "skickat från", "sendt fra", "lähetetty"),
    *("wysłane z", "отправлено с", "发自我的", "從我的", "iphoneから送信", "나의 iphone", "yahoo mail"),
)


class _Kind(Enum):
    BLANK = 0
    OWN = 1
    QUOTE = 2
    MARK = 3  # an attribution or a separator


def own_words(text: str) -> str:
    """Return the author's own words; the whole text, cleaned, if he would seem to have written none."""
    whole = clean(text)
    return strip_history(whole) or whole


def strip_history(text: str) -> str:
    """Return the cleaned text without its history; empty when there seems to be nothing but history."""
    lines = text.split("\n")
    beyond = lines[_LINES_LOOKED_AT:]
    lines, kinds = _until_history(lines[:_LINES_LOOKED_AT])
    kept = _keep(lines, kinds)
    # Where a quotation was taken out, its blank lines above and below meet.
    return _BLANK_LINES.sub("\n\n", clean("\n".join([*kept, *beyond])))


def starts_history(lines: Sequence[str], at: int) -> bool:
    """Tell whether a quotation begins with this line, marked or not."""
    if lines[at].lstrip().startswith(">"):
        return True
    # An attribution is recognised by its last line, which is at most three lines down.
    ends = range(at, min(len(lines), at + 4))
    return block_length(lines, at) > 0 or any(attribution_length(lines, end) > end - at for end in ends)


def _next_is_quote(lines: Sequence[str], at: int) -> bool:
    """Tell whether the next line that is not blank (at most two blanks are passed over) is marked as quoted."""
    following = (line for line in lines[at + 1 : at + 4] if line.strip())
    return next(following, "").lstrip().startswith(">")


def _until_history(lines: list[str]) -> tuple[list[str], list[_Kind]]:
    """Name the kind of every line up to where a history without `>` marks begins."""
    kinds: list[_Kind] = []
    while (at := len(kinds)) < len(lines):
        line = lines[at]
        if is_forward_mark(line):
            return lines, [*kinds, *(_Kind.OWN if rest else _Kind.BLANK for rest in lines[at:])]
        begin, end = _mark(lines, at)
        if begin < end:
            if not _next_is_quote(lines, end - 1):
                return _without_rule(lines[:begin], kinds[:begin])
            kinds[begin:] = [_Kind.MARK] * (end - begin)
        else:
            kinds.append(_kind(lines, at))
    return lines, kinds


def _mark(lines: Sequence[str], at: int) -> tuple[int, int]:
    """Return the lines of the separator that begins here or the attribution that ends here; an empty range if none."""
    if not lines[at]:
        return at, at
    if block := block_length(lines, at):
        return at, at + block
    length = attribution_length(lines, at)
    return (at + 1 - length, at + 1) if length else (at, at)


def _kind(lines: Sequence[str], at: int) -> _Kind:
    line = lines[at]
    if not line:
        return _Kind.BLANK
    if line.lstrip().startswith(">"):
        return _Kind.QUOTE
    return _Kind.MARK if is_weak_attribution(line) and _next_is_quote(lines, at) else _Kind.OWN


def _without_rule(lines: list[str], kinds: list[_Kind]) -> tuple[list[str], list[_Kind]]:
    """Drop the rule that some programs draw above the history."""
    end = len(lines)
    while end and (kinds[end - 1] is _Kind.BLANK or is_rule(lines[end - 1])):
        end -= 1
    return lines[:end], kinds[:end]


def _keep(lines: list[str], kinds: list[_Kind]) -> list[str]:
    quotes = kinds.count(_Kind.QUOTE)
    if not quotes or (quotes == 1 and _Kind.MARK not in kinds):
        # One lone `>` is more likely a sign of the author's ("> 2 weeks late!") than a quotation.
        return [line for line, kind in zip(lines, kinds, strict=True) if kind is not _Kind.MARK]
    opening, answers, end = _answers(lines, kinds)
    if answers > 1 or (answers == 1 and opening):
        inside = {_Kind.OWN, _Kind.BLANK, _Kind.QUOTE}
        kept = [line for line, kind in zip(lines[:end], kinds[:end], strict=True) if kind in inside]
        # What follows the last answer is quotation, or the lines that the program signed with.
        return [*kept, *(line for line, kind in zip(lines[end:], kinds[end:], strict=True) if kind is _Kind.OWN)]
    return [line for line, kind in zip(lines, kinds, strict=True) if kind in {_Kind.OWN, _Kind.BLANK}]


def _answers(lines: list[str], kinds: list[_Kind]) -> tuple[bool, int, int]:
    """Return whether own words open the mail, how many stretches of them follow quotations, and where the last ends."""
    opening, answers, end = False, 0, 0
    seen_quote, open_stretch = False, False
    for at, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind is _Kind.QUOTE:
            seen_quote, open_stretch = True, False
        elif kind is _Kind.OWN:
            if seen_quote and not open_stretch and _is_signature(line):
                break
            opening = opening or not seen_quote
            answers += seen_quote and not open_stretch
            open_stretch, end = True, at + 1
    return opening, answers, end


def _is_signature(line: str) -> bool:
    return line == "--" or line.lower().startswith(_SIGNED_BY_MACHINE)
