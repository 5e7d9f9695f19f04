"""Walmart's wrapper around a buyer's words, read by its labels.

Two layouts are known, and a third is none at all:

- A: "Hi <seller>,", "<buyer> wants to connect with you …", `Sales Order ID:`, `Item ID:`, `Item:`, `Message:`, the
  words, and a footer with `RefID:`;
- B: `Order number:`, `Item name/number:`, then the words;
- the plain question of 2026, without any label.

The head ends with its first `Message:`; what the buyer types stands below that and is never read for labels: the
first wrapper wins. A line in the head that is no part of it may be the buyer's, so it is kept among his words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from integrations.walmart.letters.footers import Footer, Mark, find_footer, mark_of
from integrations.walmart.letters.labels import (
    FLAT_ORDER,
    Label,
    introduced_buyer,
    introduces_customer_care,
    read_label,
)
from integrations.walmart.letters.lines import one_line
from integrations.walmart.letters.order_ids import normalise_order_id
from integrations.walmart.letters.quoted import starts_history

_HEAD_LINES = 120
_LONGEST_NAME = 120
_IDS = frozenset({Label.ORDER_ID, Label.ITEM_ID})
_LOOKS_LIKE_ID = re.compile(r"#?(?=[A-Za-z-]{0,40}[0-9])[A-Za-z0-9-]{4,40}")
_LONGEST_VALUE = 500
_GREETINGS = ("hi ", "hello ", "dear ", "hola ", "bonjour ")
# Lines that mail gateways put on top of every outside mail.
_BANNERS = ("[external", "external email", "caution:", "warning: external", "this email originated", "[caution")


def fits(label: Label, value: str) -> bool:
    """Tell whether a value can stand after a label; every text can, but an id looks like one."""
    if label is Label.ORDER_ID:
        return normalise_order_id(value) is not None
    return label not in _IDS or _LOOKS_LIKE_ID.fullmatch(value.partition(" ")[0]) is not None


@dataclass(slots=True)
class _Head:
    """What was read so far, and the lines above the words that belong to nothing known."""

    values: dict[Label, str] = field(default_factory=dict)
    seller: str | None = None
    buyer: str | None = None
    by_customer_care: bool = False
    strangers: list[str] = field(default_factory=list)
    waiting: Label | None = None  # a label whose value stands on a line of its own
    wrapped: Label | None = None  # a value that may go on in the next line

    def take(self, label: Label, value: str) -> None:
        self.waiting = None if value else label
        new = bool(value) and label not in self.values and fits(label, value)
        self.wrapped = label if new else None
        if new:
            self.values[label] = one_line(value, _LONGEST_VALUE)

    def belongs(self, line: str) -> bool:
        """Take a line that has no label of its own; False when it is no part of the wrapper."""
        lowered = line.lower()
        if self.waiting and fits(self.waiting, line):
            self.take(self.waiting, line)
        elif buyer := introduced_buyer(line):
            self.buyer = self.buyer or one_line(buyer, _LONGEST_NAME)
        elif lowered.startswith(_GREETINGS) and line.endswith((",", ":")) and len(line) <= _LONGEST_NAME:
            self.seller = self.seller or one_line(line.partition(" ")[2].rstrip(",: "), _LONGEST_NAME) or None
        elif introduces_customer_care(line):
            self.by_customer_care = True
        else:
            return lowered.startswith(_BANNERS)
        return True

    def wraps(self, line: str) -> bool:
        """Tell whether the line goes on with a long item name, and add it; the line above it was not blank."""
        if self.wrapped not in {Label.ITEM, Label.ITEM_AND_ID}:
            return False
        self.values[self.wrapped] = one_line(f"{self.values[self.wrapped]} {line}", _LONGEST_VALUE)
        return True


@dataclass(frozen=True, slots=True)
class Wrapper:
    """What one text of a letter gave. `words` still holds the buyer's own quotations."""

    labels: dict[Label, str]
    seller: str | None
    buyer: str | None
    ref_id: str | None
    words: str
    words_begin_marked: bool
    words_end_marked: bool
    by_customer_care: bool = False

    @property
    def complete(self) -> bool:
        """A known layout: what it is about, or at least who writes, and both ends of the buyer's words."""
        named = not self.labels.keys().isdisjoint({Label.ORDER_ID, Label.ITEM_ID, Label.ITEM})
        return (named or self.buyer is not None) and self.words_begin_marked and self.words_end_marked

    @property
    def found(self) -> int:
        """How much of a wrapper there is; 0 for a plain text."""
        ends = self.words_begin_marked + self.words_end_marked
        return len(self.labels) + ends + (self.buyer is not None) + (self.ref_id is not None)


def read_wrapper(text: str) -> Wrapper:
    """Read a cleaned text. A text without a wrapper comes back whole as `words`, with nothing found."""
    lines = _unfold(text).split("\n")
    message_at = _first_message(lines)
    if message_at is not None:
        footer = find_footer(lines, message_at + 1)
        # Without any sentence of Walmart's own around them, somebody may have typed these labels himself.
        if footer or any(introduced_buyer(line) for line in lines[:message_at]):
            head = _whole_head(lines[:message_at])
            on_label_line = (read_label(lines[message_at]) or (Label.MESSAGE, ""))[1]
            above = [*head.strangers, ""] if head.strangers else []
            words = [*above, on_label_line, *lines[message_at + 1 : footer.start if footer else None]]
            return _wrapper(head, footer, words, words_begin_marked=not head.strangers)
    head, begin, begin_marked = _leading_head(lines)
    if not head.values:
        return Wrapper({}, None, None, None, text, words_begin_marked=False, words_end_marked=False)
    footer = find_footer(lines, begin)
    words = lines[begin : footer.start if footer else None]
    if footer is None:
        # "Hi there," is how a buyer greets too, so the name counts only where Walmart's own sentences stand.
        head.seller = None
    if begin_marked:
        words[:1] = [(read_label(words[0]) or (Label.MESSAGE, ""))[1]]
    return _wrapper(head, footer, words, words_begin_marked=begin_marked)


def labels_in_history(text: str) -> dict[Label, str]:
    """Return the order and item labels anywhere in a text, quoted or not, the first of each.

    For a reply that quotes Walmart's wrapper. Its reference is left out, because it is the older letter's, and a letter
    with a known reference counts as a repeat.
    """
    found: dict[Label, str] = {}
    for line in text.split("\n")[: _HEAD_LINES * 10]:
        read = read_label(line.lstrip("> ")[:_LONGEST_VALUE])
        if read and read[1] and read[0] in {Label.ORDER_ID, Label.ITEM_ID, Label.ITEM}:
            found.setdefault(*read)
    return found


def _wrapper(head: _Head, footer: Footer | None, words: Sequence[str], *, words_begin_marked: bool) -> Wrapper:
    return Wrapper(
        labels=head.values,
        seller=head.seller,
        buyer=head.buyer or head.values.get(Label.BUYER),
        ref_id=footer.ref_id if footer else None,
        words="\n".join(words).strip(),
        words_begin_marked=words_begin_marked,
        words_end_marked=footer is not None,
        by_customer_care=head.by_customer_care,
    )


def _unfold(text: str) -> str:
    """Give layout A its lines back where a converter has run them together."""
    first = text.find("Sales Order ID:")
    line_start = text.rfind("\n", 0, max(first, 0)) + 1
    # Only at the very top: in a quotation, or below somebody's words, these labels are not the letter's own.
    if first < 0 or not text[line_start:first].strip(" *_") or not _may_open(text[:line_start], text[line_start:first]):
        return text
    lowered, at, cuts = text.lower(), first, []
    if len(lowered) != len(text):
        return text
    for label in FLAT_ORDER:
        at = lowered.find(label, at)
        if at < 0:
            return text
        cuts.append(at)
        at += len(label)
    for mark in ("**note:", "we will send a copy of your message", "refid:"):
        at = lowered.rfind(mark, cuts[-1])
        cuts.extend([at] if at > cuts[-1] else [])
    # The seller's name may hold commas; the buyer's, who follows it, hardly does.
    hello = lowered.rfind(", ", line_start, first)
    pieces = [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    if lowered[line_start:].startswith(_GREETINGS) and hello > 0:
        pieces[0:1] = [text[: hello + 1], text[hello + 2 : first]]
    return "\n".join(piece.strip() for piece in pieces)


def _may_open(above: str, before: str) -> bool:
    lines = [line.lower() for line in above[: _LONGEST_VALUE * 2].split("\n") if line]
    return not before.startswith(">") and all(line.startswith((*_GREETINGS, *_BANNERS)) for line in lines)


def _first_message(lines: Sequence[str]) -> int | None:
    """Return the line of the first `Message:` that stands in no quotation and below no footer."""
    for at, line in enumerate(lines[:_HEAD_LINES]):
        read = read_label(line)
        if read and read[0] is Label.MESSAGE:
            return at
        if line and (starts_history(lines, at) or mark_of(lines, at) not in {None, Mark.REF_ID}):
            return None
    return None


def _whole_head(lines: Sequence[str]) -> _Head:
    """Read all lines above a `Message:` that is certainly Walmart's."""
    head = _Head()
    for line in lines:
        if not line:
            head.wrapped = None
        elif read := read_label(line):
            head.take(*read)
        elif not head.wraps(line) and not head.belongs(line):
            head.strangers.append(line)
    return head


def _leading_head(lines: Sequence[str]) -> tuple[_Head, int, bool]:
    """Read labels from the very top, up to the first line that is none; where the words begin, and if a label says so.

    Nothing here is certain, so only lines are taken that cannot be a sentence: an order or item number, and then an
    item. A greeting or an introduction without such a label below it is left among the words.
    """
    head, begin = _Head(), 0
    for at, line in enumerate(lines[:_HEAD_LINES]):
        if not line:
            continue
        read = read_label(line)
        if read and read[0] is Label.MESSAGE and head.values:
            # The label's own line may hold the first of the words, so the caller takes it from there.
            return head, at, True
        if read and not _is_certain(head, *read):
            break
        if read:
            head.take(*read)
        elif not head.belongs(line):
            break
        if head.values:
            begin = at + 1
    return head, begin, False


def _is_certain(head: _Head, label: Label, value: str) -> bool:
    """Tell whether a label at the top of a text is one even if no sentence of Walmart's is around it."""
    if label in head.values or Label.ITEM_AND_ID in head.values:
        # Walmart says everything once; what comes again is the buyer's.
        return False
    if label in _IDS:
        # "Order: 2000… has not come" is a sentence, and its rest must not be lost with the label.
        return not value or (fits(label, value) and " " not in value)
    return label is Label.ITEM_AND_ID or (label is Label.ITEM and bool(head.values) and bool(value))
