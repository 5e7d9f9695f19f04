"""The walk through a mail's parts: which texts are to be read, which parts are files."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from integrations.mail import charsets, transfer
from integrations.mail.flowed_text import unflow
from integrations.mail.headers import Headers
from integrations.mail.parameters import file_name, parameter
from integrations.mail.safe_text import clean_text
from integrations.mail.tree import Part

_MAX_PARTS = 1_000
_MAX_TEXT = 1_000_000
_BODY_TYPES = {"text/plain", "text/html"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds no parts, or a whole mail inside the mail."""

    part: Part
    content_type: str
    name: str  # as the sender gave it, decoded and not cleaned
    disposition: str
    related: bool  # belongs to an HTML text, such as its pictures


@dataclass(slots=True)
class Sorted:
    """The parts by what they are for."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[Leaf] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def sort_parts(root: Part) -> Sorted:
    found = Sorted()
    for count, leaf in enumerate(_leaves(root)):
        if count == _MAX_PARTS:
            found.problems.append(f"The mail has more than {_MAX_PARTS} parts; the rest was left out.")
            break
        if leaf.content_type not in _BODY_TYPES or _is_file(leaf, found):
            found.files.append(leaf)
        else:
            _read_text(leaf, found)
    return found


def _leaves(root: Part) -> Iterator[Leaf]:
    """Yield the leaves in order; a stack instead of recursion, because depth is the sender's choice."""
    waiting: list[tuple[Part, bool]] = [(root, False)]
    while waiting:
        part, related = waiting.pop()
        content_type = part.get_content_type()
        if content_type.startswith("multipart/"):
            if part.inside:
                root_only = content_type == "multipart/related"
                marked = [
                    (child, related or (root_only and position > 0)) for position, child in enumerate(part.inside)
                ]
                waiting.extend(reversed(marked))
                continue
            content_type = "text/plain"  # it promised parts and has none: what is there is read as text
        headers = Headers.of(part)
        disposition = headers.first("content-disposition").partition(";")[0].strip().lower()
        yield Leaf(part, content_type, file_name(headers), disposition, related)


def _is_file(leaf: Leaf, found: Sorted) -> bool:
    """A text with a name or marked as an attachment is a file, unless it is all the text that there is."""
    same_kind = found.plain if leaf.content_type == "text/plain" else found.html
    if leaf.disposition == "attachment":
        return bool(leaf.name) or bool(same_kind)
    return bool(leaf.name) and bool(found.plain or found.html)


def _read_text(leaf: Leaf, found: Sorted) -> None:
    content, damage = transfer.content_of(leaf.part)
    headers = Headers.of(leaf.part)
    text, guess = charsets.decode(content[: 4 * _MAX_TEXT], parameter(headers, "content-type", "charset"))
    found.problems.extend(problem for problem in (damage, guess) if problem)
    if len(text) > _MAX_TEXT:
        found.problems.append("A text part is very long; only its beginning was read.")
    text = clean_text(text[:_MAX_TEXT])
    if leaf.content_type == "text/html":
        found.html.append(text)
        return
    if parameter(headers, "content-type", "format").lower() == "flowed":
        text = unflow(text, delete_space=parameter(headers, "content-type", "delsp").lower() == "yes")
    found.plain.append(text)
