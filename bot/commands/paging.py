"""Turning the pages of a list that is longer than a page holds."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.i18n import Texts
from bot.views.acts import Button, Run

T = TypeVar("T")
ON_A_PAGE = 20


def part(items: Sequence[T], page: int, most: int = ON_A_PAGE) -> Sequence[T]:
    """What stands on a page, the first being 1; a page behind the last is the last."""
    last = max(1, -(-len(items) // most))
    start = (min(max(page, 1), last) - 1) * most
    return items[start : start + most]


def turns(page: int, words: Callable[[int], str], _: Texts, *, further: bool) -> tuple[Button, ...]:
    """The buttons to the pages beside this one; `words` are those that show a page."""
    before = (Button(_("Previous page"), Run(words(page - 1))),) if page > 1 else ()
    return (*before, Button(_("Next page"), Run(words(page + 1)))) if further else before
