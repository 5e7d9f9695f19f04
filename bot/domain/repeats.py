"""When a letter is a second copy of one that is already there (design 4, "What is a repeat").

Equal text alone is never a repeat: a buyer who asks twice has asked twice. An equal Message-ID with another body is
a second letter, because some senders reuse Message-IDs. A RefID alone does not settle it either: whether Walmart gives
one to a message or to a conversation is not known, and a follow-up taken for a copy would never be answered
(docs/decisions/0002).
"""

from collections.abc import Iterable

from bot.domain.tickets import Letter


def is_repeat(letter: Letter, earlier: Letter) -> bool:
    same_body = letter.body_hash == earlier.body_hash
    if letter.ref_id and letter.ref_id == earlier.ref_id and letter.words.split() == earlier.words.split():
        return True
    if letter.message_id and letter.message_id == earlier.message_id and same_body:
        return True
    same_stamp = letter.date_header and letter.date_header == earlier.date_header and letter.sender == earlier.sender
    return bool(same_stamp) and same_body


def original_of(letter: Letter, earlier: Iterable[Letter]) -> Letter | None:
    """The letter that this one repeats; `earlier` oldest first, originals before their copies."""
    return next((other for other in earlier if other.repeat_of is None and is_repeat(letter, other)), None)
