"""Deleting a site. It stays as a tombstone: its letters are still recognised, kept, and open no ticket."""

from dataclasses import dataclass, replace

from bot.domain.replies import ReplyState
from bot.domain.sites import MailAccount, Site, SiteId, SiteState
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.invalid import Invalid
from bot.services.mailbox_sharing import using
from bot.services.site_settings import draw_again, present


@dataclass(frozen=True, slots=True)
class Stops:
    """What ends with a site. `waiting_replies` are written and have not left: they will not. `mailbox_is_idle` says
    that no other site receives in its mailbox."""

    site: Site
    mailbox: MailAccount
    open_tickets: int
    waiting_replies: int
    mailbox_is_idle: bool


def what_stops(records: Snapshot, site_id: SiteId) -> Stops:
    """Raises `Invalid` for a site that is deleted already."""
    site = present(records, site_id)
    open_tickets = records.site_mail.open_tickets(site.id)
    waiting = [reply for reply in records.replies.unsettled() if reply.state is ReplyState.QUEUED]
    return Stops(
        site,
        records.mailboxes.get(site.mailbox),
        len(open_tickets),
        sum(records.tickets.get(reply.ticket).site == site.id for reply in waiting),
        mailbox_is_idle=not using(records, site.mailbox, but=site.id),
    )


def delete_site(uow: UnitOfWork, site_id: SiteId, typed: str) -> Stops:
    """`typed` must be the seller's name as it stands, so that nobody deletes the wrong one by a click."""
    stops = what_stops(uow, site_id)
    if typed.strip() != stops.site.seller_name:
        raise Invalid("typed", f"does not match. Type {stops.site.seller_name} to delete it; nothing was deleted")
    bury(uow, stops.site)
    return stops


def bury(uow: UnitOfWork, site: Site) -> None:
    uow.sites.save(replace(site, state=SiteState.DELETED, rehearsal_address=""))
    draw_again(uow, site)
