"""Walmart's customer order ids: ten to seventeen digits, shown to buyers with a hyphen (2000114-19023224)."""

import re
import unicodedata

_DASHES = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"}
# Every repetition is bounded, so a start costs at most 26 steps.
_RUN = re.compile(r"(?<![\w-])[0-9][0-9-]{8,24}[0-9](?![\w-])")
_SURE = re.compile(r"2000[0-9]{11}|[0-9]{7}-(?:[0-9]{6}|[0-9]{8})")
_NAMED = ("order", "pedido", "orden", "commande", "订单", "訂單")
_SHORTEST, _LONGEST = 10, 17
_READ_AT_MOST = 20_000
_REACH = 30  # how far before a number the word "order" may stand


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def normalise_order_id(text: str) -> str | None:
    """Return the first number of the text that can be an order id, digits only; None when there is none."""
    for match in _RUN.finditer(_plain(text[:_READ_AT_MOST])):
        digits = match.group().replace("-", "")
        if _SHORTEST <= len(digits) <= _LONGEST:
            return digits
    return None


def order_id_in_words(text: str) -> str | None:
    """Return the one order id that somebody wrote in free text; None when there is none or more than one.

    Free text also holds phone and tracking numbers. So a number counts only in a form that nothing else has (15 digits
    from 2000, or hyphenated as Walmart shows it), or with the word "order" shortly before it.
    """
    plain = _plain(text[:_READ_AT_MOST])
    found: set[str] = set()
    for match in _RUN.finditer(plain):
        digits = match.group().replace("-", "")
        before = plain[max(0, match.start() - _REACH) : match.start()].lower()
        sure = _SURE.fullmatch(match.group()) or any(name in before for name in _NAMED)
        if sure and _SHORTEST <= len(digits) <= _LONGEST:
            found.add(digits)
    return found.pop() if len(found) == 1 else None
