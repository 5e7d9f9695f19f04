"""Whether several sites may receive in one mailbox: only where their letters can be told apart (site_matching)."""

from enum import Enum

from bot.domain.sites import MailAccountId, Market, Site, SiteId, SiteState
from bot.ports.store import Snapshot
from bot.services.invalid import Invalid
from bot.services.site_matching import folded


class Sharing(Enum):
    """How letters are told apart from those of the other sites of a mailbox."""

    ALONE = "alone"
    BY_MARKET = "market"  # the relay's domain says it, so nearly every letter is sure
    BY_SELLER = "seller"  # the seller whom the letter greets; a letter that greets nobody is not sure


def using(records: Snapshot, mailbox: MailAccountId, *, but: SiteId | None = None) -> list[Site]:
    """The sites that receive in this mailbox now, without the deleted ones."""
    return [
        docked.site
        for docked in records.sites.of_mailbox(mailbox)
        if docked.site.id != but and docked.site.state is not SiteState.DELETED
    ]


def sharing(
    records: Snapshot, mailbox: MailAccountId, market: Market, seller_name: str, *, but: SiteId | None = None
) -> Sharing:
    """Raises `Invalid` for a mailbox in which nothing would tell this site's letters from another's."""
    same_market = [site for site in using(records, mailbox, but=but) if site.market is market]
    for other in same_market:
        if folded(other.seller_name) == folded(seller_name):
            raise Invalid(
                "mailbox",
                f"{other.label} of another account receives in it already, under the same seller name: nobody could "
                "tell the letters apart. Choose another mailbox, or give the two sites the names that Walmart shows",
            )
    if same_market:
        return Sharing.BY_SELLER
    return Sharing.BY_MARKET if using(records, mailbox, but=but) else Sharing.ALONE
