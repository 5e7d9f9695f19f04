"""What is opened to be read: an order in full, a reply with its proof, a letter, a ticket's history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.events import EventKind, TicketEvent
from bot.domain.orders import Order, Recipient
from bot.domain.people import ActorKind, AgentId, GroupId
from bot.domain.replies import Reply
from bot.domain.tickets import Letter
from bot.i18n import Texts
from bot.i18n.pieces import Line, When
from bot.views.event_words import event_words
from bot.views.field_facts import fields_part
from bot.views.notice import Notice
from bot.views.order_facts import flags, logistics, masked, order_status, order_title, product_lines
from bot.views.remarks import reply_remark
from bot.views.sheet import Sheet, SheetPart
from bot.views.ticket_card import Tone


def order_sheet(order: Order, talk: Conversation, _: Texts, now: datetime) -> Sheet:
    money = [
        (_("Total"), order.total),
        (_("Taxes"), order.tax),
        (_("Shipping"), order.shipping),
    ]
    totals = tuple(_.line("{what}: {amount}", what=what, amount=_.money(amount)) for what, amount in money if amount)
    products = tuple(
        _.line(
            "{count} x {name} (SKU {sku}) {amount}",
            count=line.quantity,
            name=line.name,
            sku=line.sku,
            amount=line.amount,
        )
        for line in product_lines(order, _)
    )
    shipping = tuple(line for purchase in order.purchase_orders for line in logistics(purchase, _, now))
    recipient = masked(order.recipient) if order.recipient else _("not told by Walmart")
    return Sheet(
        _("Order details"),
        (
            SheetPart(
                order_title(order, _),
                (_.line("{status}", status=order_status(order)), *_plain(flags(order, _, now), _)),
            ),
            SheetPart(_("Amounts"), totals),
            SheetPart(_("Products"), products),
            SheetPart(_("Logistics"), shipping),
            SheetPart(_("Recipient"), (_.line("{recipient}", recipient=recipient),)),
            *fields_part(talk, _),
            SheetPart(_("Read"), (_.line("As Walmart told it {at}", at=When(order.fetched_at)),)),
        ),
    )


def _plain(texts: tuple[str, ...], _: Texts) -> tuple[Line, ...]:
    return tuple(_.line("{text}", text=text) for text in texts)


def reply_sheet(reply: Reply, talk: Conversation, _: Texts) -> Sheet:
    facts = (
        reply_remark(reply, talk, _).line,
        _.line("From: {address}", address=reply.from_address),
        _.line("To: {address}", address=reply.recipient),
        _.line("Subject: {subject}", subject=reply.subject),
        _.line("Message-ID: {message_id}", message_id=reply.message_id),
        _.line("Files: {names}", names=", ".join(file.name for file in reply.files) or _("none")),
    )
    return Sheet(_("Walmart reply"), (SheetPart(talk.ticket.number, facts), SheetPart(_("Text"), quoted=reply.text)))


def letter_sheet(letter: Letter, talk: Conversation, _: Texts) -> Sheet:
    received = _.line("Received {at}", at=When(letter.received_at))
    text = letter.whole_text or letter.words
    return Sheet(_("Whole message"), (SheetPart(talk.ticket.number, (received,), quoted=text),))


@dataclass(frozen=True, slots=True)
class Named:
    """Whom the events of a history speak of."""

    agents: Mapping[AgentId, str]
    groups: Mapping[GroupId, str]


def history_sheet(talk: Conversation, events: tuple[TicketEvent, ...], known: Named, _: Texts) -> Sheet:
    lines = tuple(
        _.line("{at}  {what}, {who}", at=When(event.at), what=_what(event, known, _), who=_actor(event, known, _))
        for event in events
    )
    return Sheet(_("History"), (SheetPart(talk.ticket.number, lines),))


def _what(event: TicketEvent, known: Named, _: Texts) -> str:
    if event.kind is EventKind.ASSIGNED and event.after:
        return _("assigned to {name}", name=known.agents[AgentId(int(event.after))])
    if event.kind is EventKind.GROUP_CHANGED and event.after:
        return _("given to group {name}", name=known.groups[GroupId(int(event.after))])
    if event.kind is EventKind.TRIGGER_FIRED:
        return _('trigger "{name}" fired', name=event.after)
    return event_words(event.kind, _)


def _actor(event: TicketEvent, known: Named, _: Texts) -> str:
    match event.actor.kind:
        case ActorKind.AGENT:
            return known.agents.get(event.actor.agent or AgentId(0), _("an agent"))
        case ActorKind.BUYER:
            return _("buyer")
        case ActorKind.OPERATOR:
            return _("operator")
        case _other:
            return "RelayDesk"


def recipient_notice(recipient: Recipient, talk: Conversation, _: Texts) -> Notice:
    """Only for the one who asked; that they asked is in the ticket's history."""
    lines = (
        _.line("Recipient of {number}, shown to you only. That you looked is recorded.", number=talk.ticket.number),
        _.line("{name}", name=recipient.name),
        _.line("{street}", street=recipient.street),
        _.line(
            "{city}, {state} {code}, {country}",
            city=recipient.city,
            state=recipient.state,
            code=recipient.postal_code,
            country=recipient.country,
        ),
        *((_.line("Phone {phone}", phone=recipient.phone),) if recipient.phone else ()),
    )
    return Notice(Tone.NEUTRAL, lines)
