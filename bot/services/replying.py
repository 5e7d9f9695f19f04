"""Writing a Walmart reply: the form, Send, and Send from a thread. Everything here is one short transaction."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.conversation import Conversation
from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.letters import LetterId
from bot.domain.people import ReplyMethod, by
from bot.domain.replies import Reply, ReplyFile, ReplyId
from bot.i18n.pieces import Line, When
from bot.ports.chat import Answer, Nothing, ShowForm, Submitted
from bot.ports.chat_records import ReplyForm
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, Refused, refuse_field
from bot.services.conversations import conversation
from bot.services.reactions import record
from bot.services.reply_checks import (
    Route,
    mark_in,
    mark_refusal,
    needs_vouching,
    no_walmart_reply,
    refuse_unless_answerable,
    too_many_files,
)
from bot.services.ticket_acts import add_note
from bot.views.form import Form
from bot.views.reply_form import INTERNAL_NOTE, ReplyToken, decode_reply_token, reply_form

_UNSTORED = ReplyId(0)


def minted(key: str) -> str:
    """A token for what this human act opens; the same act, delivered twice, opens the same form."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def open_reply_form(uow: UnitOfWork, ticket: TicketId, acting: Acting) -> Answer:
    talk = conversation(uow, ticket)
    return opened(uow, talk, refuse_unless_answerable(talk, acting), acting)


def opened(
    uow: UnitOfWork, talk: Conversation, found: Route, acting: Acting, *, news: tuple[Line, ...] = (), text: str = ""
) -> Answer:
    """The form, and that it is open; `text` stands in it already."""
    token = ReplyToken(minted(acting.key), *newest(talk))
    others = _others_writing(uow, talk, acting)
    if uow.reply_forms.get(token.token) is None:
        form = ReplyForm(token.token, talk.ticket.id, acting.agent.id, acting.now, token.letter, token.reply or None)
        uow.reply_forms.add(form)
    return ShowForm(reply_form(talk, token, found.recipient, acting.texts, others=others, news=news, text=text))


def newest(talk: Conversation) -> tuple[LetterId, ReplyId]:
    """What a person who looks now has seen: the letter that was filed last and the newest reply that may leave."""
    reply = talk.newest_public_reply
    return max(letter.id for letter in talk.originals), reply.id if reply else _UNSTORED


def _others_writing(uow: UnitOfWork, talk: Conversation, acting: Acting) -> tuple[str, ...]:
    since = acting.now - timedelta(seconds=acting.waits.form_open)
    writing = {form.agent for form in uow.reply_forms.open_on(talk.ticket.id, since)} - {acting.agent.id}
    return tuple(sorted(uow.people.agent(agent).name for agent in writing))


def close_reply_form(uow: UnitOfWork, token: str, acting: Acting) -> Answer:
    """A form left without sending; nobody is told any longer that its agent is replying."""
    decoded = decode_reply_token(token)
    form = uow.reply_forms.get(decoded.token) if decoded else None
    if form is not None and form.closed_at is None:
        uow.reply_forms.save(replace(form, closed_at=acting.now))
    return Nothing()


def submit_reply(uow: UnitOfWork, submitted: Submitted, acting: Acting) -> Answer:
    """Send was pressed. Refused by field with the text kept; held when the buyer or a colleague wrote meanwhile."""
    _ = acting.texts
    token = decode_reply_token(submitted.token)
    form = uow.reply_forms.get(token.token) if token else None
    if token is None or form is None:
        raise refuse_field("", _("This form is too old. Nothing was sent: copy your text and press Reply again."))
    text = submitted.values.get("text", "").strip()
    if not text:
        raise refuse_field("text", _("Write something first. Nothing was sent."))
    files = submitted.files.get("files", ())
    if submitted.values.get("kind") == INTERNAL_NOTE:
        if files:
            raise refuse_field("files", _("A note keeps no files: put them into the ticket's thread instead."))
        add_note(uow, form.ticket, text, acting)
    elif acting.reply_method is not ReplyMethod.WALMART:
        raise refuse_field("kind", no_walmart_reply(_))
    else:
        draft = Draft(token.token, text, files, token)
        if too_much := too_many_files(draft.files, _):
            raise refuse_field("files", too_much)
        if mark := mark_in(draft.text):
            raise refuse_field("text", mark_refusal(mark, _))
        talk = conversation(uow, form.ticket)
        vouched = submitted.values.get("vouch") == "yes"
        if needs_vouching(talk) and not vouched:
            raise refuse_field("vouch", _("Walmart's check failed for this message. Look at it again and tick this."))
        queue_reply(uow, talk, draft, acting, vouched=vouched)
    uow.reply_forms.save(replace(form, closed_at=acting.now))
    return Nothing()


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply before it is queued. `shown` is what its author had seen when they pressed Send."""

    token: str
    text: str
    files: tuple[ReplyFile, ...]
    shown: ReplyToken


def queue_reply(uow: UnitOfWork, talk: Conversation, draft: Draft, acting: Acting, *, vouched: bool = False) -> Reply:
    """Commit the agent's decision; delivery is a job. Raises `Refused` when it may not leave or should be held."""
    known = uow.replies.by_token(talk.ticket.id, draft.token)
    if known is not None:
        return known
    found = refuse_unless_answerable(talk, acting)
    _hold_if_news(talk, draft, found.recipient, acting)
    letter, ticket = talk.newest_letter, talk.ticket
    events: list[TicketEvent] = []
    # A rehearsal leaves no trace on the ticket but its own.
    if vouched and needs_vouching(talk) and not found.rehearsal:
        ticket = replace(ticket, vouched=True)
        uow.tickets.save(ticket)
        events.append(
            TicketEvent(ticket.id, acting.now, by(acting.agent.id), EventKind.REPLY_CONFIRMED, about=letter.id)
        )
    else:
        # Saved unchanged: of two agents who press Send at once, the second one's work starts again and sees the first.
        uow.tickets.save(ticket)
    mailbox = talk.docked.mailbox
    reply = uow.replies.add(
        Reply(
            id=_UNSTORED,
            ticket=ticket.id,
            token=draft.token,
            author=acting.agent.id,
            text=draft.text,
            files=draft.files,
            mailbox=mailbox.id,
            from_address=mailbox.address,
            recipient=found.recipient,
            message_id=acting.rules.message_id(ticket.id, draft.token, mailbox.address),
            subject=acting.rules.subject(letter.subject),
            in_reply_to=letter.message_id,
            references=(*letter.references, letter.message_id) if letter.message_id else letter.references,
            shown_letter=draft.shown.letter,
            queued_at=acting.now,
            rehearsal=found.rehearsal,
        )
    )
    queued = TicketEvent(ticket.id, acting.now, by(acting.agent.id), EventKind.REPLY_QUEUED, about=reply.id)
    record(uow, ticket, [*events, queued], acting.now, acting.waits)
    return reply


def _hold_if_news(talk: Conversation, draft: Draft, recipient: str, acting: Acting) -> None:
    """Send asks again only if a newer buyer message or public reply exists that its author had not seen."""
    letter, reply = newest(talk)
    news: list[Line] = []
    _ = acting.texts
    if letter != draft.shown.letter:
        news.append(
            _.line("The buyer wrote again {at}, see below. Send anyway?", at=When(talk.newest_letter.received_at))
        )
    replied = talk.newest_public_reply
    # A reply that failed since is gone from what is newest; only a later one is news.
    if replied is not None and reply > draft.shown.reply:
        news.append(
            _.line("{name} replied {at}. Send anyway?", name=talk.name(replied.author), at=When(replied.queued_at))
        )
    if news:
        token = ReplyToken(draft.token, letter, reply)
        raise Held(reply_form(talk, token, recipient, _, news=tuple(news), text=draft.text), tuple(news))


class Held(Refused):
    """The reply waits for its author to look at what is new; the text is kept in the form shown."""

    def __init__(self, form: Form, news: tuple[Line, ...]) -> None:
        super().__init__(ShowForm(form))
        self.news = news
