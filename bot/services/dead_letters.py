"""Letters that open no ticket, because their site is switched off or deleted: kept, shown, and handed to another."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.jobs import ReadNewMail
from bot.domain.letters import BuyerLetter
from bot.domain.sites import Docked, SiteId, SiteState
from bot.ports.mail_records import InboundMail, InboundState
from bot.ports.site_records import DeadLetter
from bot.ports.store import UnitOfWork
from bot.services.invalid import Invalid
from bot.services.site_matching import Match, is_served, match

_LONGEST = 200


def site_for(uow: UnitOfWork, mail: InboundMail, letter: BuyerLetter, receiving: Sequence[Docked]) -> Match:
    """What the letter says, unless an admin has said more."""
    given = uow.site_mail.handed_to(mail.id)
    return match(letter, receiving) if given is None else Match((uow.sites.docked(given),))


def set_aside(uow: UnitOfWork, mail: InboundMail, letter: BuyerLetter, found: Match) -> None:
    """Keep a letter without a ticket; `found` holds no site that is served."""
    site = found.sites[0].site if found.sites else None
    reason = "no site that is switched on receives this letter"
    if site is not None and found.sure:
        reason = f"{site.label} was deleted" if site.state is SiteState.DELETED else f"{site.label} is switched off"
    shown = (letter.topic_words or letter.item_name or "", letter.order_id or "", letter.buyer_name or "", letter.words)
    about = " · ".join(" ".join(each.split()) for each in shown if each)[:_LONGEST]
    uow.site_mail.set_aside(DeadLetter(mail.id, site.id if site else None, mail.received_at, about, reason))
    uow.inbound.settle(mail.id, InboundState.DEAD_LETTER, reason)


def hand_over(uow: UnitOfWork, of: SiteId | None, to: SiteId, now: datetime) -> int:
    """Have the dead letters of one site read for another; returns how many. They open tickets whose 48 hours have run
    since the letters came. Raises `Invalid` for a site that opens no tickets."""
    target = uow.sites.docked(to)
    if not is_served(target):
        raise Invalid("site", f"{target.site.label} is not switched on, so it takes no letters")
    counts = uow.site_mail.hand_over(of, to, now)
    for mailbox in counts:
        uow.jobs.enqueue(ReadNewMail(mailbox))
    return sum(counts.values())
