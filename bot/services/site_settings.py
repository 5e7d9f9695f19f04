"""Changing a site: its name, its mailbox, its channels, and whether its buyers get answers. One transaction each.

A card is drawn from what is true, so all that is needed after a change is to have it drawn again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.jobs import ReadNewMail, SyncCard
from bot.domain.sites import Channel, MailAccountId, Market, Site, SiteId, SiteState
from bot.ports.marketplace import ReplyRules
from bot.ports.store import NotFound, Snapshot, UnitOfWork
from bot.services.dead_letters import hand_over
from bot.services.invalid import Invalid
from bot.services.mailbox_sharing import sharing

_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}\.[^@\s,;<>\".]{2,60}")
LONGEST_NAME = 80


def site_of(records: Snapshot, account: str, market: Market) -> Site:
    """The account's site in this market, which is not deleted. Raises `Invalid`."""
    owner = records.accounts.named(account.strip())
    if owner is None:
        raise Invalid("account", f"there is no account called {account}")
    for site in records.sites.all():
        if (site.account, site.market) == (owner.id, market) and site.state is not SiteState.DELETED:
            return site
    raise Invalid("market", f"{account} has no site in {market.upper()}")


def present(records: Snapshot, site: SiteId) -> Site:
    """Raises `Invalid` for a site that somebody else has deleted while this one's form was open."""
    try:
        found = records.sites.get(site)
    except NotFound:
        raise Invalid("", "This site does not exist. Nothing was changed: look at the list of sites") from None
    if found.state is SiteState.DELETED:
        raise Invalid("", f"{found.label} was deleted meanwhile. Nothing was changed: look at the list of sites")
    return found


def rename_seller(uow: UnitOfWork, site_id: SiteId, seller_name: str) -> Site:
    site = present(uow, site_id)
    name = " ".join(seller_name.split())
    if not name:
        raise Invalid("seller-name", "is missing")
    if len(name) > LONGEST_NAME:
        raise Invalid("seller-name", f"is longer than {LONGEST_NAME} characters")
    sharing(uow, site.mailbox, site.market, name, but=site.id)
    return _saved(uow, replace(site, seller_name=name))


def change_mailbox(uow: UnitOfWork, site_id: SiteId, mailbox: MailAccountId) -> Site:
    """Receive and answer in another mailbox from now on. Replies that wait to leave the old one will not."""
    site = present(uow, site_id)
    if mailbox not in {each.id for each in uow.mailboxes.all()}:
        raise Invalid("mailbox", "is not on the list any more. Choose another one")
    sharing(uow, mailbox, site.market, site.seller_name, but=site.id)
    return _saved(uow, replace(site, mailbox=mailbox))


def change_channels(uow: UnitOfWork, site_id: SiteId, channels: Sequence[Channel]) -> Site:
    """Show the site's tickets in these channels; those that are open come to them now. Whether the bot is in the
    channels has been asked before."""
    site = present(uow, site_id)
    if not channels:
        raise Invalid("channel", "name at least one channel")
    return _saved(uow, replace(site, channels=tuple(dict.fromkeys(channels))))


@dataclass(frozen=True, slots=True)
class Switched:
    """`letters` are those that were kept while the site was off and are read now."""

    site: Site
    open_tickets: int
    letters: int = 0


def rehearse(uow: UnitOfWork, site_id: SiteId, address: str, rules: ReplyRules, now: datetime) -> Switched:
    """Replies go to this address from now on, and buyers get nothing; letters open tickets as ever."""
    site = present(uow, site_id)
    address = address.strip().lower()
    if not _ADDRESS.fullmatch(address):
        raise Invalid("address", "is not an e-mail address")
    if rules.may_receive(address):
        raise Invalid("address", "is a buyer's relay address: in a rehearsal nothing may leave for a buyer")
    if uow.mailboxes.with_address(address) is not None:
        raise Invalid("address", "is one of the mailboxes that buyers write to: take an admin's own address")
    return _switched(uow, replace(site, state=SiteState.REHEARSAL, rehearsal_address=address), now)


def go_live(uow: UnitOfWork, site_id: SiteId, now: datetime) -> Switched:
    """Replies reach buyers from now on. What was only rehearsed has answered nobody."""
    return _switched(uow, replace(present(uow, site_id), state=SiteState.LIVE, rehearsal_address=""), now)


def switch_off(uow: UnitOfWork, site_id: SiteId) -> Switched:
    """New letters are kept and open no ticket until the site is switched on again; their 48 hours run meanwhile."""
    site = _saved(uow, replace(present(uow, site_id), state=SiteState.OFF, rehearsal_address=""))
    return Switched(site, len(uow.site_mail.open_tickets(site.id)))


def _switched(uow: UnitOfWork, site: Site, now: datetime) -> Switched:
    kept = _saved(uow, site)
    letters = hand_over(uow, kept.id, kept.id, now)
    return Switched(kept, len(uow.site_mail.open_tickets(kept.id)), letters)


def _saved(uow: UnitOfWork, site: Site) -> Site:
    uow.sites.save(site)
    draw_again(uow, site)
    uow.jobs.enqueue(ReadNewMail(site.mailbox))
    return uow.sites.get(site.id)


def draw_again(uow: UnitOfWork, site: Site) -> None:
    """Have the cards of open tickets say what is true now. Those of solved ones follow with their next news."""
    for ticket in uow.site_mail.open_tickets(site.id):
        for channel in dict.fromkeys((*site.channels, *uow.posts.channels(ticket))):
            uow.jobs.enqueue(SyncCard(ticket, channel.platform, channel.id))
