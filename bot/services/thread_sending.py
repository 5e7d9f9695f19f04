"""Text in a ticket's thread is internal (N13). Its author alone is offered to send it; without that act nothing
leaves, and what is sent is the text as it stood when it was written, whatever is edited afterwards."""

from bot.domain.conversation import Conversation
from bot.domain.events import TicketId
from bot.domain.jobs import OfferToSend
from bot.domain.people import ChatUser, ReplyMethod
from bot.domain.sites import Channel, SiteState
from bot.i18n import Texts
from bot.i18n.pieces import Line
from bot.ports.chat import Answer, MessageRef, Nothing, OnlyYou, Picked, Said
from bot.ports.chat_records import ThreadText
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.acting import Acting, Refused, refuse
from bot.services.conversations import conversation
from bot.services.reply_checks import (
    mark_in,
    mark_refusal,
    needs_vouching,
    refuse_unless_answerable,
    refuse_unless_may_reply,
    too_many_files,
)
from bot.services.replying import Draft, Held, minted, newest, queue_reply
from bot.views.acts import Act, ActName, Button, Style
from bot.views.notice import Notice
from bot.views.reply_form import ReplyToken, decode_reply_token
from bot.views.ticket_card import Tone
from bot.views.wording import relay_end


def heard(uow: UnitOfWork, said: Said, ticket: TicketId, acting: Acting) -> Answer:
    """Keep what an agent wrote, and let a job offer to send it."""
    channel = Channel(said.user.platform, said.channel)
    name = _name(said.message, said.text, said.user)
    if acting.reply_method is not ReplyMethod.WALMART:
        # What they write is internal anyway; to offer what would be refused helps nobody.
        return Nothing()
    uow.thread_texts.put(ThreadText(channel, name, ticket, said.user, acting.now, said.text, said.files))
    uow.jobs.enqueue(OfferToSend(ticket, channel.platform, channel.id, said.message.thread, name, said.user.id))
    return Nothing()


def picked(uow: UnitOfWork, pick: Picked, ticket: TicketId, acting: Acting) -> Answer:
    """Somebody chose a message of the thread and asks to send it: they answer for it from here on."""
    channel = Channel(pick.user.platform, pick.channel)
    talk = conversation(uow, ticket)
    refuse_unless_may_reply(talk, acting)
    # What RelayDesk itself posted is the buyer's own words, or a reply that has left already.
    if not pick.author.id or uow.posts.ticket_of(channel, pick.message.id) is not None:
        raise refuse(acting.texts.line("Only what a person of your team wrote can be sent to the buyer."))
    name = _name(pick.message, pick.text, acting.user)
    text = ThreadText(channel, name, ticket, acting.user, acting.now, pick.text, pick.files)
    uow.thread_texts.put(text)
    return OnlyYou(preview(talk, text, acting.texts))


def _name(message: MessageRef, text: str, user: ChatUser) -> str:
    """Under which a text is kept. A message that was edited or picked by somebody else is another text: what a
    preview has shown is what its *Send to buyer* sends."""
    return f"{message.id}~{minted(f'{user}:{text}')[:8]}"


def offer(snapshot: Snapshot, job: OfferToSend, _: Texts) -> Notice | None:
    """The only-you preview: what would leave, to whom. None when the text is no longer kept."""
    text = snapshot.thread_texts.get(Channel(job.platform, job.channel), job.message)
    return preview(conversation(snapshot, job.ticket), text, _) if text else None


def preview(talk: Conversation, text: ThreadText, _: Texts, news: tuple[Line, ...] = ()) -> Notice:
    letter, reply = newest(talk)
    shown = ReplyToken(text.message, letter, reply).encode()
    files = ", ".join(file.name for file in text.files)
    lines = (
        *news,
        _offer_line(talk, _),
        *((_.line("Files: {names}", names=files),) if files else ()),
    )
    buttons = (
        Button(_("Send to buyer"), Act(ActName.SEND_TO_BUYER, talk.ticket.id, shown), Style.PRIMARY),
        Button(_("Keep internal"), Act(ActName.DISMISS, talk.ticket.id)),
    )
    return Notice(Tone.INFO, lines, text.text, buttons)


def _offer_line(talk: Conversation, _: Texts) -> Line:
    site = talk.docked.site
    if site.state is SiteState.REHEARSAL:
        return _.line(
            "Only your team sees this message. The site is in rehearsal: sent from here it goes to {address} and not "
            "to the buyer. Rehearse it?",
            address=site.rehearsal_address,
        )
    return _.line(
        "Only your team sees this message. Send it to the buyer too, from {address} to relay {relay}?",
        address=talk.docked.mailbox.address,
        relay=relay_end(talk.newest_letter.reply_address or talk.ticket.approved_address),
    )


def send_to_buyer(uow: UnitOfWork, ticket: TicketId, about: str, acting: Acting) -> Answer:
    """The author pressed *Send to buyer* under the preview."""
    _ = acting.texts
    shown = decode_reply_token(about)
    channel = Channel(acting.user.platform, acting.channel)
    text = uow.thread_texts.get(channel, shown.token) if shown else None
    if shown is None or text is None or text.ticket != ticket:
        raise refuse(_.line("That message is no longer known here. Nothing was sent: use Reply on the card."))
    if text.user != acting.user:
        raise refuse(_.line("Only the one who wrote a message can send it to the buyer. Nothing was sent."))
    talk = conversation(uow, ticket)
    found = refuse_unless_answerable(talk, acting)
    if needs_vouching(talk):
        raise refuse(_.line("Walmart's check failed for this buyer's message: use Reply on the card and confirm it."))
    if not text.text.strip():
        raise refuse(_.line("There is no text to send. Nothing was sent: use Reply on the card for files."))
    if mark := mark_in(text.text):
        raise refuse(_.line("{reason}", reason=mark_refusal(mark, _)))
    if too_much := too_many_files(text.files, _):
        raise refuse(_.line("{reason}", reason=too_much))
    # Named after the message, not after who picked it: the same words of one message leave once.
    message = text.message.partition("~")[0]
    # What was rehearsed can be sent to the buyer once the site is live.
    kind = "rehearsal" if found.rehearsal else "thread"
    token = minted(f"{kind}:{channel.platform}:{channel.id}:{message}:{text.text}")
    try:
        queue_reply(uow, talk, Draft(token, text.text.strip(), text.files, shown), acting)
    except Held as held:
        raise Refused(OnlyYou(preview(talk, text, _, held.news))) from None
    if found.rehearsal:
        return OnlyYou(
            Notice(Tone.INFO, (_.line("On its way to {address}, as a rehearsal.", address=found.recipient),))
        )
    return OnlyYou(Notice(Tone.GOOD, (_.line("On its way to the buyer; the card shows when it has left."),)))
