"""The buyer's order number, as people write it."""

import re

from bot.ports.failures import Permanent

_SEPARATORS = re.compile(r"[\s#\-\u2010-\u2015\u2212\u00ad\u200b\ufeff]+")
_ORDER_ID = re.compile(r"[0-9]{10,18}")  # 10 digits in Canada's old orders, 13 until 2022, 15 today


def clean_customer_order_id(written: str) -> str:
    """Take out the hyphens that buyers see (`2000114-19023224`); raises `Permanent` for what is no order number.

    Nothing else reaches Walmart's query string.
    """
    cleaned = _SEPARATORS.sub("", written[:64])
    if not _ORDER_ID.fullmatch(cleaned):
        raise Permanent("This is not a Walmart order number: it must have 10 to 18 digits.", code="NO_ORDER_ID")
    return cleaned
