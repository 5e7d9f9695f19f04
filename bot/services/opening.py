"""How a ticket begins: as the settings of its site have it (M19)."""

from dataclasses import replace

from bot.domain.letters import BuyerLetter, Topic
from bot.domain.sites import SiteId
from bot.domain.templates import Template
from bot.domain.tickets import Ticket
from bot.ports.store import Snapshot, UnitOfWork

_LONGEST_TITLE = 120


def title_of(letter: BuyerLetter) -> str:
    """What the buyer or Walmart calls it, else the item, else its topic; empty for what says nothing."""
    title = letter.topic_words or letter.item_name or ("" if letter.topic is Topic.OTHER else letter.topic)
    return " ".join(title.split())[:_LONGEST_TITLE]


def begin(uow: UnitOfWork, ticket: Ticket) -> Ticket:
    """Keep a new ticket with the category of its site and the priority, group and channel of its template.
    Raises `ThreadTaken`."""
    site = uow.sites.get(ticket.site)
    ticket = replace(ticket, category=site.category)
    template = template_of(uow, site.id)
    if template is None:
        return uow.tickets.add(ticket)
    if template.priority is not None:
        ticket = replace(ticket, priority=template.priority)
    if template.group is not None and not uow.groups.get(template.group).deleted:
        ticket = replace(ticket, group=template.group)
    kept = uow.tickets.add(ticket)
    if template.channel is not None:
        uow.posts.show_in(kept.id, template.channel)
    return kept


def template_of(records: Snapshot, site: SiteId) -> Template | None:
    """The template of a site's tickets; a deleted one counts no more."""
    number = records.sites.get(site).template
    template = records.templates.get(number) if number is not None else None
    return template if template is not None and not template.deleted else None
