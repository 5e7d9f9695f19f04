"""Which site a letter belongs to: mailbox, relay domain, seller name, then what is already known (issue of record:
several sites may receive in one mailbox)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.letters import BuyerLetter
from bot.domain.sites import Docked, SiteState


@dataclass(frozen=True, slots=True)
class Match:
    """`sites` in order of likelihood; more than one means that nothing in the letter settles it."""

    sites: tuple[Docked, ...]

    @property
    def sure(self) -> bool:
        return len(self.sites) == 1


def match(letter: BuyerLetter, receiving: Sequence[Docked]) -> Match:
    """`receiving` are all sites of the mailbox. A sign that fits none of them is left aside: it may be the sign that
    is wrong, and a letter must never be without a ticket because Walmart changed a greeting."""
    left = tuple(receiving)
    if letter.market is not None:
        left = tuple(docked for docked in left if docked.site.market == letter.market) or left
    if letter.seller_name:
        greeted = folded(letter.seller_name)
        left = tuple(docked for docked in left if folded(docked.site.seller_name) == greeted) or left
    serving = tuple(docked for docked in left if is_served(docked))
    return Match(serving or left)


def is_served(docked: Docked) -> bool:
    """Whether letters of this site open tickets: it is neither switched off nor deleted."""
    return docked.site.state in {SiteState.LIVE, SiteState.REHEARSAL}


def folded(name: str) -> str:
    return " ".join(name.casefold().split())
