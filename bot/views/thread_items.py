"""What stands in a card's thread, in order: messages, files, replies that left, notes."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.domain.conversation import Conversation
from bot.domain.letters import LetterId
from bot.domain.mails import Attachment
from bot.domain.replies import Reply, ReplyState
from bot.domain.tickets import Letter, Note
from bot.i18n import Texts
from bot.i18n.pieces import Strong, When
from bot.views.acts import Act, ActName, Button
from bot.views.card_of_ticket import buyer_words, words_on_card
from bot.views.remarks import sent_line
from bot.views.thread_message import ThreadMessage, Voice

_LONGEST = 6000


@dataclass(frozen=True, slots=True)
class Spoken:
    """`item` is the name under which a post remembers it."""

    item: str
    message: ThreadMessage


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of a letter, by its place among the letter's files."""

    item: str
    letter: LetterId
    place: int


ThreadItem: TypeAlias = Spoken | Filed


def thread_items(talk: Conversation, _: Texts) -> list[ThreadItem]:
    """The first message is repeated in the thread only if the card had to shorten it."""
    dated: list[tuple[datetime, int, ThreadItem]] = []
    for letter in talk.originals:
        if letter.id != talk.first_letter.id or words_on_card(letter, _)[1]:
            dated.append((letter.received_at, letter.id, Spoken(f"letter:{letter.id}", _of_letter(letter, talk, _))))
        dated += [
            (letter.received_at, letter.id, Filed(f"file:{letter.id}:{place}", letter.id, place))
            for place in range(letter.files)
        ]
    for reply in talk.replies:
        if reply.state in {ReplyState.SENT, ReplyState.BOUNCED} and reply.sent_at:
            dated.append((reply.sent_at, reply.id, Spoken(f"reply:{reply.id}", _of_reply(reply, talk, _))))
    dated += [(note.at, note.id, Spoken(f"note:{note.id}", _of_note(note, talk, _))) for note in talk.notes]
    return [item for _at, _id, item in sorted(dated, key=lambda entry: entry[:2])]


def refused_file(file: Attachment, talk: Conversation, _: Texts) -> ThreadMessage:
    """In the place of a file that the chat does not take."""
    return ThreadMessage(
        voice=Voice.DESK,
        summary=_("{number}: a file of the buyer's cannot be shown", number=talk.ticket.number),
        heading=_.line(
            "The buyer sent a file that cannot be shown here, because the chat does not take it. "
            "Look at it in the mailbox {address} before you answer.",
            address=talk.docked.mailbox.address,
        ),
        text=_("{name} ({count} bytes)", name=file.name, count=file.size),
    )


def _of_letter(letter: Letter, talk: Conversation, _: Texts) -> ThreadMessage:
    words = letter.words or letter.whole_text
    whole = Button(_("Whole message"), Act(ActName.WHOLE_LETTER, talk.ticket.id, str(letter.id)))
    return ThreadMessage(
        voice=Voice.BUYER,
        summary=_("{number}: the buyer wrote", number=talk.ticket.number),
        heading=buyer_words(talk, letter, _).heading,
        text=words[:_LONGEST] or words_on_card(letter, _)[0],
        buttons=(whole,) if len(words) > _LONGEST or words != letter.whole_text else (),
    )


def _of_reply(reply: Reply, talk: Conversation, _: Texts) -> ThreadMessage:
    return ThreadMessage(
        voice=Voice.REPLY,
        summary=_("{number}: a reply was rehearsed", number=talk.ticket.number)
        if reply.rehearsal
        else _("{number}: a Walmart reply was sent", number=talk.ticket.number),
        heading=sent_line(reply, talk.name(reply.author), _),
        text=reply.text[:_LONGEST],
        buttons=(Button(_("View"), Act(ActName.VIEW_REPLY, talk.ticket.id, str(reply.id))),),
    )


def _of_note(note: Note, talk: Conversation, _: Texts) -> ThreadMessage:
    return ThreadMessage(
        voice=Voice.NOTE,
        summary=_("{number}: internal note", number=talk.ticket.number),
        heading=_.line(
            "Internal note by {who}, {at}; it never leaves", who=Strong(talk.name(note.author)), at=When(note.at)
        ),
        text=note.text[:_LONGEST],
    )
