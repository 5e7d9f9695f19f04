"""What must hold before a reply may be written or leave; asked when the form opens, at Send and again at delivery."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Conversation
from bot.domain.people import ReplyMethod, Role
from bot.domain.replies import LARGEST_FILE, MOST_FILES, ReplyFile
from bot.domain.sites import SiteState
from bot.domain.tickets import Caution
from bot.i18n import Texts
from bot.ports.marketplace import ReplyRules
from bot.services.acting import Acting, Refused, refuse
from bot.views.acts import Act, ActName, Button

# A mention as the chats write it, where the name behind it is known to the chat alone (slack 2.3).
_MARK = re.compile(r"<[@#][^<>\s]{1,100}>")


@dataclass(frozen=True, slots=True)
class Route:
    """`rehearsal` says that the recipient is an admin, because the site is in rehearsal."""

    recipient: str
    rehearsal: bool = False


def route(talk: Conversation, rules: ReplyRules) -> Route | None:
    """Where an answer goes: the newest letter's reply address, or what an admin approved for this ticket."""
    address = talk.newest_letter.reply_address
    if address and rules.may_receive(address):
        return Route(address)
    approved = talk.ticket.approved_address
    return Route(approved) if approved and approved == talk.newest_letter.sender else None


def refuse_unless_may_reply(talk: Conversation, acting: Acting) -> None:
    """Raises `Refused`, with the way to an internal note, for an agent whose reply method is that alone."""
    _ = acting.texts
    if acting.reply_method is not ReplyMethod.WALMART:
        note = Button(_("Internal note"), Act(ActName.NOTE, talk.ticket.id))
        raise refuse(_.line("{reason}", reason=no_walmart_reply(_)), buttons=(note,))


def no_walmart_reply(_: Texts) -> str:
    return _(
        "An admin has set your reply method to internal notes only, so nothing was sent to the buyer. Write a note for "
        "your colleagues, or ask an admin for the Walmart reply."
    )


def refuse_unless_answerable(talk: Conversation, acting: Acting) -> Route:
    """Raises `Refused` with what to do instead. Whatever leaves for a buyer at an agent's wish has passed here."""
    _ = acting.texts
    refuse_unless_may_reply(talk, acting)
    if talk.ticket.junked_at is not None:
        raise refuse(_.line("{number} is in junk. Restore it first, on its card.", number=talk.ticket.number))
    if talk.docked.site.state is SiteState.DELETED:
        raise refuse(
            _.line("This site was deleted, so nothing can be sent for it. Answer the buyer in Seller Center instead.")
        )
    found = route(talk, acting.rules)
    if found is None:
        raise _no_address(talk, acting.role, _)
    site = talk.docked.site
    return Route(site.rehearsal_address, rehearsal=True) if site.state is SiteState.REHEARSAL else found


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


def too_many_files(files: Sequence[ReplyFile], _: Texts) -> str:
    """What is wrong with the files for Walmart's relay; empty when nothing is."""
    if len(files) > MOST_FILES:
        return _("Walmart takes at most {count} files. Nothing was sent.", count=MOST_FILES)
    large = next((file for file in files if file.size > LARGEST_FILE), None)
    if large is None:
        return ""
    megabytes = LARGEST_FILE // 2**20
    return _("{name} is larger than {size} MB. Nothing was sent.", name=large.name, size=megabytes)


def mark_in(text: str) -> str:
    """A mention that would leave as `<@U0123>`, which tells a buyer nothing; empty when there is none."""
    found = _MARK.search(text)
    return found[0] if found else ""


def mark_refusal(mark: str, _: Texts) -> str:
    return _("A buyer cannot read {mark}: write the name as a word. Nothing was sent.", mark=mark)
