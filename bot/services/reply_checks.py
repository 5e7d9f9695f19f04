"""What must hold before a reply may be written or leave; asked when the form opens, at Send and again at delivery."""

from dataclasses import dataclass

from bot.domain.conversation import Conversation
from bot.domain.people import Role
from bot.domain.sites import SiteState
from bot.domain.tickets import Caution
from bot.i18n import Texts
from bot.ports.marketplace import ReplyRules
from bot.services.acting import Refused, refuse
from bot.views.acts import Act, ActName, Button


@dataclass(frozen=True, slots=True)
class Route:
    recipient: str


def route(talk: Conversation, rules: ReplyRules) -> Route | None:
    """Where an answer goes: the newest letter's reply address, or what an admin approved for this ticket."""
    address = talk.newest_letter.reply_address
    if address and rules.may_receive(address):
        return Route(address)
    approved = talk.ticket.approved_address
    return Route(approved) if approved and approved == talk.newest_letter.sender else None


def refuse_unless_answerable(talk: Conversation, rules: ReplyRules, role: Role, _: Texts) -> Route:
    """Raises `Refused` with what to do instead."""
    if talk.docked.site.state is SiteState.DELETED:
        raise refuse(
            _.line("This site was deleted, so nothing can be sent for it. Answer the buyer in Seller Center instead.")
        )
    found = route(talk, rules)
    if found is None:
        raise _no_address(talk, role, _)
    return found


def _no_address(talk: Conversation, role: Role, _: Texts) -> Refused:
    sender = talk.newest_letter.sender
    line = _.line(
        "This message did not come from a Walmart relay address, so a reply might reach the wrong person. "
        "Nothing was sent. An admin can approve {sender} for this ticket, or answer in Seller Center.",
        sender=sender or _("its sender"),
    )
    if role < Role.ADMIN or not sender:
        return refuse(line)
    act = Act(ActName.APPROVE_ADDRESS, talk.ticket.id, str(talk.newest_letter.id))
    return refuse(line, buttons=(Button(_("Approve {sender}", sender=sender), act),))


def needs_vouching(talk: Conversation) -> bool:
    return Caution.NOT_AUTHENTIC in talk.ticket.cautions and not talk.ticket.vouched
