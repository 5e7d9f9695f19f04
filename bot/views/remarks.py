"""The program's own lines on a card: what became of each reply, and what to know before answering."""

from typing import assert_never

from bot.domain.conversation import Conversation
from bot.domain.replies import Reply, ReplyState
from bot.domain.sites import SiteState
from bot.domain.tickets import Caution
from bot.i18n import Texts
from bot.i18n.pieces import Line, Plain, Strong, When
from bot.views.acts import Act, ActName, Button, Confirm, Style
from bot.views.ticket_card import Remark, Tone
from bot.views.wording import relay_end

_BEGINNING = 200
_OLD_NEWS = {ReplyState.FAILED, ReplyState.BOUNCED, ReplyState.SENT}


def remarks(talk: Conversation, _: Texts) -> tuple[Remark, ...]:
    cautions = [_caution(caution, talk, _) for caution in Caution if caution in talk.ticket.cautions]
    replies = [reply_remark(reply, talk, _) for reply in _shown(talk)]
    return (*_site_remarks(talk, _), *cautions, *_wrote_again(talk, _), *replies)


def _wrote_again(talk: Conversation, _: Texts) -> list[Remark]:
    """The card keeps the first message; the later ones stand in its thread, and the newest shows its beginning."""
    newest = talk.newest_letter
    if newest.id == talk.first_letter.id:
        return []
    beginning = " ".join((newest.words or newest.whole_text).split())
    line = _.line(
        "Message {count}, {at}: {beginning}",
        count=len(talk.originals),
        at=When(newest.received_at),
        beginning=Plain(beginning[:_BEGINNING] + (" …" if len(beginning) > _BEGINNING else "")),
    )
    return [Remark(line, Tone.INFO)]


def _shown(talk: Conversation) -> list[Reply]:
    """The newest reply, and every earlier one that still wants a person: a failure is old news only once a later
    reply has left."""
    shown: list[Reply] = []
    left_later = False
    for reply in reversed(talk.replies):
        if not shown or not (reply.state in _OLD_NEWS and (left_later or reply.state is ReplyState.SENT)):
            shown.append(reply)
        # A rehearsal that left says nothing of what the buyer got.
        left_later = left_later or (reply.state is ReplyState.SENT and not reply.rehearsal)
    return shown[::-1]


def reply_remark(reply: Reply, talk: Conversation, _: Texts) -> Remark:
    who = talk.name(reply.author)
    view = Button(_("View"), Act(ActName.VIEW_REPLY, talk.ticket.id, str(reply.id)))
    match reply.state:
        case ReplyState.QUEUED | ReplyState.SENDING if reply.reason:
            line = _.line(
                "The reply that {who} wrote {at} waits: {reason} Nothing has left; it is tried again by itself.",
                who=who,
                at=When(reply.queued_at),
                reason=reply.reason,
            )
            return Remark(line, Tone.WARNING, (view,))
        case ReplyState.QUEUED | ReplyState.SENDING:
            return Remark(_.line("Sending the reply by {who} …", who=who), Tone.WAITING)
        case ReplyState.SENT:
            return Remark(sent_line(reply, who, _), Tone.WARNING if reply.rehearsal else Tone.GOOD, (view,))
        case ReplyState.BOUNCED:
            line = _.line(
                "The reply by {who} came back ({reason}). The buyer has not got it, and its deadline runs again. "
                "Check that {address} is the Customer Service contact in Seller Center, then reply again.",
                who=who,
                reason=reply.reason,
                address=reply.from_address,
            )
            return Remark(line, Tone.BAD, (view,))
        case ReplyState.FAILED:
            line = _.line(
                "The reply by {who} was not sent: {reason} The buyer has not got it.", who=who, reason=reply.reason
            )
            again = Button(_("Try again"), Act(ActName.TRY_AGAIN, talk.ticket.id, str(reply.id)), Style.PRIMARY)
            return Remark(line, Tone.BAD, (again, view))
        case ReplyState.UNCERTAIN:
            return _uncertain(reply, talk, who, view, _)
        case _unknown:
            assert_never(_unknown)


def sent_line(reply: Reply, who: str, _: Texts) -> Line:
    if reply.rehearsal:
        return _.line(
            "Rehearsal {at} by {who}: sent to {address}. The buyer has not got it, and the clock runs on.",
            at=When(reply.sent_at or reply.queued_at),
            who=Strong(who),
            address=reply.recipient,
        )
    return _.line(
        "Walmart reply sent {at} by {who}, to relay {relay}, from {address}",
        at=When(reply.sent_at or reply.queued_at),
        who=Strong(who),
        relay=relay_end(reply.recipient),
        address=reply.from_address,
    )


def _uncertain(reply: Reply, talk: Conversation, who: str, view: Button, _: Texts) -> Remark:
    line = _.line(
        "Nobody can tell whether the reply by {who} has left: {reason} It is not sent again by itself. "
        "Look for it in the Sent folder of {address} or in Seller Center, then choose:",
        who=who,
        reason=reply.reason,
        address=reply.from_address,
    )
    about = str(reply.id)
    arrived = Button(_("It was sent"), Act(ActName.IT_ARRIVED, talk.ticket.id, about))
    again = Button(
        _("It was not: send again"),
        Act(ActName.IT_DID_NOT_ARRIVE, talk.ticket.id, about),
        Style.DANGER,
        Confirm(
            _("Send it again?"),
            _("If the first one did leave, the buyer gets this reply twice."),
            _("Send again"),
            _("Cancel"),
        ),
    )
    return Remark(line, Tone.WARNING, (arrived, again, view))


def _site_remarks(talk: Conversation, _: Texts) -> list[Remark]:
    site = talk.docked.site
    if site.state is SiteState.DELETED:
        line = _.line(
            "This site was deleted. The ticket can be read, but no longer answered from here: answer in Seller Center."
        )
        return [Remark(line, Tone.BAD)]
    if site.state is SiteState.REHEARSAL:
        line = _.line(
            "This site is in rehearsal: replies go to {address} and not to the buyer, whose 48 hours run all the same.",
            address=site.rehearsal_address,
        )
        return [Remark(line, Tone.WARNING)]
    if site.state is SiteState.OFF:
        line = _.line("This site is switched off: this ticket can be answered, but new messages open no tickets.")
        return [Remark(line, Tone.WARNING)]
    return []


def _caution(caution: Caution, talk: Conversation, _: Texts) -> Remark:  # noqa: C901 -- one case a caution
    match caution:
        case Caution.FOUND_IN_JUNK:
            line = _.line("Found in the junk folder: tell the mailbox to let Walmart's relay mail through.")
        case Caution.NOT_AUTHENTIC:
            line = _.line("This message did not pass the check that it comes from Walmart. Be careful what you tell.")
        case Caution.UNREADABLE:
            line = _.line("The mail could not be read. Open the attached original before you answer.")
        case Caution.NOT_FETCHED:
            line = _.line(
                "Only the head of this mail could be fetched: it is too large, or the mail server failed. "
                "Read it in the mailbox {address} before you answer.",
                address=talk.docked.mailbox.address,
            )
        case Caution.PARTLY_READ:
            line = _.line("The layout of this mail is unknown: the whole text is shown, Walmart's words with it.")
        case Caution.SITE_UNSURE:
            names = [talk.docked.site, *talk.rivals]
            line = _.line(
                "It is not certain which site this is for: {sites}.",
                sites=Plain(", ".join(f"{site.seller_name} {site.market.upper()}" for site in names)),
            )
        case Caution.ORDER_UNSURE:
            line = _.line(
                "The order number was found in the buyer's text, not in Walmart's part of the message. "
                "Check that it is this buyer's order before you tell anything about it."
            )
        case Caution.NO_REPLY_ADDRESS:
            line = _.line("No Walmart relay address to answer to. An admin has to approve the sender's address first.")
        case Caution.CUSTOMER_CARE:
            line = _.line("Walmart Customer Care writes on the buyer's behalf. The answer goes to the buyer.")
        case Caution.AUTOMATIC:
            line = _.line("This looks like an automatic answer. It is kept and counted like any message.")
        case _unknown:
            assert_never(_unknown)
    return Remark(line, Tone.WARNING)
