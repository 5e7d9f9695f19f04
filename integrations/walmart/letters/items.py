"""The item of a letter. Layout B writes it in two ways: "<name> - <id> / <name> - <id>" and "<id> / <name> /"."""

import re
from collections.abc import Mapping

from integrations.walmart.letters.labels import Label

# Digits only, or Walmart's twelve-character product id, which has capitals and at least one digit.
_ID = re.compile(r"[0-9]{5,14}|(?=[A-Z]*[0-9])[A-Z0-9]{12,13}")
_LONGEST_NAME = 300


def item_of(labels: Mapping[Label, str]) -> tuple[str | None, str | None]:
    """Return the id and the name of the (first) item that the labels give."""
    both = labels.get(Label.ITEM_AND_ID, "")
    identifier, name = _take_apart(both) if both else (None, None)
    words = labels.get(Label.ITEM_ID, "").lstrip("#").split()
    # Whatever stands after an Item ID label is the id: its forms are not documented.
    identifier = (words[0] if words else None) or identifier
    return identifier, labels.get(Label.ITEM, name or "")[:_LONGEST_NAME] or None


def _take_apart(text: str) -> tuple[str | None, str | None]:
    # Names hold slashes of their own ("1/2 inch"); only one with blanks around it separates.
    first, _, rest = text.partition(" / ")
    if _ID.fullmatch(first.strip()):
        return first.strip(), rest.partition(" / ")[0].rstrip("/ ") or None
    name, dash, identifier = first.rstrip("/ ").rpartition(" - ")
    if dash and _ID.fullmatch(identifier.strip()):
        return identifier.strip(), name.strip() or None
    return None, first.strip("/ ") or None
