"""Walmart's cursors: `nextCursor` is the whole query string of the next page (facts: walmart 2.1)."""

import re

from bot.ports.failures import Permanent

# A customer's order fits one page; the limit only ends what would never end.
LARGEST_NUMBER_OF_PAGES = 20
_QUERY = re.compile(r"\??[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]{1,4000}")


def next_query(cursor: object) -> str | None:
    """Return the query of the next page with its `?`, unchanged, or None after the last page.

    Raises `Permanent` for what could change more of the address than its query.
    """
    if not cursor:
        return None
    if not isinstance(cursor, str) or not _QUERY.fullmatch(cursor) or "=" not in cursor:
        raise Permanent("Walmart named the next page in a form RelayDesk does not know.", code="NEXT_CURSOR")
    return cursor if cursor.startswith("?") else f"?{cursor}"
