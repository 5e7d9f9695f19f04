"""From a use case's refusal to the answer that a person sees."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.services.acting import refuse_field
from bot.services.invalid import Invalid


@contextmanager
def refused_by(*fields: str) -> Iterator[None]:
    """Refuse by field where the form has it, else as a whole; nothing is kept."""
    try:
        yield
    except Invalid as invalid:
        name = invalid.field.replace("-", "_")
        message = invalid.message[:1].upper() + invalid.message[1:].rstrip(".") + "."
        raise refuse_field(name if name in fields else "", message) from invalid
