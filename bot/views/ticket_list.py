"""A list of tickets, ten at a time, and one of them opened from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.finding import PAGE, Listed
from bot.domain.people import AgentId, GroupId
from bot.domain.sites import Site, SiteId
from bot.domain.tickets import Ticket
from bot.i18n import Texts
from bot.i18n.pieces import Line, Plain, When, plain
from bot.views.acts import MOST_WORDS, Act, ActName, Button, Run
from bot.views.card_of_ticket import ticket_card
from bot.views.page import Page, Row
from bot.views.wording import priority_badge, status_badge, topic

_CONTROLS = 5


@dataclass(frozen=True, slots=True)
class ListNames:
    sites: Mapping[SiteId, Site]
    agents: Mapping[AgentId, str]
    groups: Mapping[GroupId, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page of which list this is: the command, how many rows stand before it, and the words that were typed."""

    command: str
    skip: int
    filtered: str

    def to(self, skip: int) -> str:
        return f"{self.command} skip={skip} {self.filtered}".rstrip()


def ticket_list(found: Sequence[Listed], names: ListNames, turn: Turn, _: Texts) -> Page:
    rows = tuple(_row(listed, names, _) for listed in found[:PAGE])
    turns = []
    if turn.skip:
        turns.append((_("Back"), turn.to(max(turn.skip - PAGE, 0))))
    if len(found) > PAGE:
        turns.append((_("More"), turn.to(turn.skip + PAGE)))
    again = turn.to(turn.skip)
    return Page(
        "tickets",
        _("Tickets"),
        () if rows else (_.line("There is none."),),
        rows,
        tuple(Button(label, Run(words)) for label, words in turns if len(words) <= MOST_WORDS),
        again=again if len(again) <= MOST_WORDS else turn.command,
    )


def _row(listed: Listed, names: ListNames, _: Texts) -> Row:
    ticket = listed.ticket
    return Row(
        f"{ticket.number} {ticket.title or topic(ticket.topic, _)}",
        (_due(listed, _), _facts(ticket, names, _)),
        (Button(_("Open"), Act(ActName.OPEN, ticket.id)),),
    )


def _due(listed: Listed, _: Texts) -> Line:
    junked_at = listed.ticket.junked_at
    if junked_at is not None:
        return _.line("Junk since {at}", at=When(junked_at))
    status = status_badge(listed.ticket.status, _).text
    priority = priority_badge(listed.ticket.priority, _).text
    if listed.due_at is None:
        return _.line("{status}, {priority}", status=status, priority=priority)
    return _.line("{status}, {priority}, reply due {at}", status=status, priority=priority, at=When(listed.due_at))


def _facts(ticket: Ticket, names: ListNames, _: Texts) -> Line:
    site = names.sites[ticket.site]
    return _.line(
        "{seller} - {market}, group {group}, assignee {assignee}",
        seller=site.seller_name,
        market=site.market.upper(),
        group=names.groups[ticket.group] if ticket.group is not None else "-",
        assignee=names.agents[ticket.assignee] if ticket.assignee is not None else "-",
    )


def ticket_page(talk: Conversation, _: Texts, now: datetime) -> Page:
    """The card, where somebody has looked for it: the same facts in the same order, and the same acts."""
    card = ticket_card(talk, _, now)
    acts = (*card.buttons, *card.overflow)
    order = (_.line("{order}", order=plain(card.order_remark)),) if card.order_remark else ()
    if card.order is not None:
        order = (_.line("{order}", order=card.order.title),)
    return Page(
        f"ticket {talk.ticket.id}",
        _("Ticket {number}", number=talk.ticket.number),
        (
            (Plain(card.title),),
            _.line(
                "{status}, {priority}, source {source}",
                status=card.status.text,
                priority=card.priority.text,
                source=card.source,
            ),
            (Plain(" · ".join(card.context)),),
            card.due,
        ),
        (
            Row("", (card.words.heading, (Plain(card.words.text),))),
            Row("", (*order, *(remark.line for remark in card.remarks))),
            *(Row("", controls=acts[start : start + _CONTROLS]) for start in range(0, len(acts), _CONTROLS)),
        ),
        again=f"tickets find {talk.ticket.number}",
    )
