"""From a conversation to its card."""

from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.sites import SiteState
from bot.domain.tickets import Caution, Letter, OrderKnowledge, Status
from bot.i18n import Texts
from bot.i18n.pieces import Line, Strong, When
from bot.views.acts import Act, ActName, Button, Style
from bot.views.field_facts import fields_line
from bot.views.order_facts import order_panel
from bot.views.remarks import remarks
from bot.views.ticket_card import Badge, BuyerWords, TicketCard, Tone
from bot.views.wording import masked_buyer, priority_badge, status_badge, ticket_title

# features 4.0: "first ~600 chars, rest in thread".
_WORDS_ON_CARD = 600
_LINES_ON_CARD = 12


def ticket_card(talk: Conversation, _: Texts, now: datetime) -> TicketCard:
    ticket = talk.ticket
    return TicketCard(
        number=ticket.number,
        source=_("Walmart"),
        title=ticket_title(talk, _),
        summary=_summary(talk, _),
        status=_status(talk, _),
        priority=priority_badge(ticket.priority, _),
        context=_context(talk, _),
        due=due_line(talk, _, now),
        remarks=remarks(talk, _),
        words=buyer_words(talk, talk.first_letter, _),
        order=order_panel(talk.order, ticket.id, _, now) if talk.order else None,
        order_remark=_order_remark(talk, _),
        buttons=_buttons(talk, _),
        overflow=_overflow(talk, _),
        fields=fields_line(talk, _),
    )


def _status(talk: Conversation, _: Texts) -> Badge:
    if talk.ticket.junked_at is not None:
        return Badge(_("Junk"), Tone.NEUTRAL)
    return status_badge(talk.ticket.status, _)


def words_on_card(letter: Letter, _: Texts) -> tuple[str, bool]:
    """The buyer's words as the card shows them, and whether it had to shorten them."""
    text = letter.words or letter.whole_text
    if not text:
        return (_("(no text, files only)") if letter.files else _("(no text)")), False
    lines = text.splitlines()
    short = "\n".join(lines[:_LINES_ON_CARD])[:_WORDS_ON_CARD]
    return (short.rstrip() + " …", True) if short != text else (text, False)


def buyer_words(talk: Conversation, letter: Letter, _: Texts) -> BuyerWords:
    heading = _.line("{buyer} wrote {at}", buyer=Strong(masked_buyer(talk, _)), at=When(letter.received_at))
    text, shortened = words_on_card(letter, _)
    return BuyerWords(heading, text, shortened)


def due_line(talk: Conversation, _: Texts, now: datetime) -> Line:
    due_at = talk.due_at
    if talk.ticket.junked_at is not None:
        return _.line("Junk since {at}: hidden from lists, no reply is due", at=When(talk.ticket.junked_at))
    if due_at is None:
        return _.line("No reply due")
    if due_at < now:
        return _.line("OVERDUE: the reply was due {at} (Walmart's 48-hour clock)", at=When(due_at))
    return _.line("Reply due {at} (Walmart's 48-hour clock)", at=When(due_at))


def _summary(talk: Conversation, _: Texts) -> str:
    """For notifications and screen readers, which read it instead of the card; no buyer text."""
    order = f"…{talk.ticket.order_id[-4:]}" if talk.ticket.order_id else _("none")
    return _(
        "{number} {status}, {seller} {market}, order {order}",
        number=talk.ticket.number,
        status=_status(talk, _).text,
        seller=talk.docked.site.seller_name,
        market=talk.docked.site.market.upper(),
        order=order,
    )


def _context(talk: Conversation, _: Texts) -> tuple[str, ...]:
    site, assignee = talk.docked.site, talk.ticket.assignee
    group = talk.group.name if talk.group else "-"
    rule = talk.ticket.placed_by
    return (
        _("{seller} - {market}", seller=site.seller_name, market=site.market.upper()),
        _("account {name}", name=talk.docked.account.name),
        _('group {name} by trigger "{rule}"', name=group, rule=rule) if rule else _("group {name}", name=group),
        _("category {name}", name=" > ".join(talk.category)) if talk.category else "",
        _("assignee {name}", name=talk.name(assignee) if assignee is not None else "-"),
    )


def _order_remark(talk: Conversation, _: Texts) -> Line:
    ticket = talk.ticket
    if talk.order is not None:
        return ()
    if ticket.order_id is None and ticket.before_purchase:
        return _.line("Pre-sale question, no order")
    if ticket.order_id is None:
        return _.line("The message names no order")
    if ticket.order_knowledge is OrderKnowledge.UNKNOWN:
        return _.line("Order {order}: Walmart knows no such order of this seller", order=ticket.order_id)
    return _.line("Order {order} is pending: Walmart has not answered yet, it is asked again", order=ticket.order_id)


def _buttons(talk: Conversation, _: Texts) -> tuple[Button, ...]:
    ticket = talk.ticket
    if ticket.junked_at is not None:
        return (Button(_("Restore"), Act(ActName.RESTORE, ticket.id), Style.PRIMARY),)
    buttons: list[Button] = []
    if talk.docked.site.state is not SiteState.DELETED:
        buttons.append(Button(_("Reply"), Act(ActName.REPLY, ticket.id), Style.PRIMARY))
    if ticket.assignee is None:
        buttons.append(Button(_("Take it"), Act(ActName.TAKE, ticket.id)))
    if ticket.status is Status.SOLVED:
        buttons.append(Button(_("Re-open"), Act(ActName.REOPEN, ticket.id)))
    else:
        buttons.append(Button(_("Resolve"), Act(ActName.RESOLVE, ticket.id)))
    return tuple(buttons)


def _overflow(talk: Conversation, _: Texts) -> tuple[Button, ...]:
    ticket = talk.ticket
    first = str(talk.first_letter.id)
    placing = [
        Button(_("Assign"), Act(ActName.ASSIGN, ticket.id)),
        Button(_("Priority"), Act(ActName.PRIORITY, ticket.id)),
        Button(_("Junk"), Act(ActName.JUNK, ticket.id)),
    ]
    items = [
        Button(_("Internal note"), Act(ActName.NOTE, ticket.id)),
        *(placing if ticket.junked_at is None else []),
        Button(_("Whole message"), Act(ActName.WHOLE_LETTER, ticket.id, first)),
        Button(_("History"), Act(ActName.HISTORY, ticket.id)),
        Button(_("Why here?"), Act(ActName.WHY_HERE, ticket.id)),
    ]
    if talk.visible_fields and ticket.junked_at is None:
        items.append(Button(_("Fields"), Act(ActName.FIELDS, ticket.id)))
    if talk.order is not None:
        items.insert(1, Button(_("Order details"), Act(ActName.ORDER_DETAILS, ticket.id)))
    elif Caution.NO_REPLY_ADDRESS in ticket.cautions and not ticket.approved_address:
        items.insert(
            1, Button(_("Approve reply address"), Act(ActName.APPROVE_ADDRESS, ticket.id, str(talk.newest_letter.id)))
        )
    return tuple(items)
