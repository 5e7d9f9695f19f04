"""The form in which an agent answers a buyer, or leaves a note for colleagues."""

from dataclasses import dataclass

from bot.domain.conversation import Conversation
from bot.domain.letters import LetterId
from bot.domain.replies import LARGEST_FILE, MOST_FILES, ReplyId
from bot.domain.sites import SiteState
from bot.domain.tickets import Caution, Priority
from bot.i18n import Texts
from bot.i18n.pieces import Line
from bot.views.acts import id_from
from bot.views.form import Choice, ChoiceField, Field, FileField, Form, TextField, ToggleField
from bot.views.wording import priority_badge, relay_end

REPLY_FORM = "reply"
NOTE_FORM = "note"
PRIORITY_FORM = "priority"

WALMART_REPLY = "walmart_reply"
INTERNAL_NOTE = "internal_note"
LONGEST_REPLY = 3000
_QUOTED = 1500


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """What a reply form carries: its own name, and the newest letter and reply that it has shown."""

    token: str
    letter: LetterId
    reply: ReplyId

    def encode(self) -> str:
        return f"{self.token}.{self.letter}.{self.reply}"


def decode_reply_token(text: str) -> ReplyToken | None:
    # From the end: what the token is made of is its owner's business, and Slack's message ids hold a full stop.
    rest, _, last = text.rpartition(".")
    token, _, before = rest.rpartition(".")
    letter, reply = id_from(before), id_from(last)
    if not token or letter is None or reply is None:
        return None
    return ReplyToken(token, LetterId(letter), ReplyId(reply))


def reply_form(
    talk: Conversation,
    token: ReplyToken,
    recipient: str,
    _: Texts,
    *,
    others: tuple[str, ...] = (),
    news: tuple[Line, ...] = (),
    text: str = "",
) -> Form:
    """`others` are agents who have the form open too; `news` is what happened since the form was first shown."""
    fields: list[Field] = [
        ChoiceField(
            "kind",
            _("Send as"),
            (
                Choice(WALMART_REPLY, _("Walmart reply (leaves to the buyer)")),
                Choice(INTERNAL_NOTE, _("Internal note (never leaves)")),
            ),
            WALMART_REPLY,
        ),
        TextField("text", _("Your answer"), text, long=True, most=LONGEST_REPLY),
        FileField(
            "files",
            _("Files"),
            MOST_FILES,
            _("Up to {files} files of {size} MB, about this order", files=MOST_FILES, size=LARGEST_FILE // 2**20),
        ),
    ]
    if Caution.NOT_AUTHENTIC in talk.ticket.cautions and not talk.ticket.vouched:
        fields.append(
            ToggleField("vouch", _("I have checked that this message is a Walmart buyer's"), hint=_("Asked once."))
        )
    return Form(
        name=REPLY_FORM,
        token=token.encode(),
        title=_("Walmart reply"),
        intro=(*news, *_presence(others, _), *_route(talk, recipient, _)),
        fields=tuple(fields),
        submit=_("Send"),
        cancel=_("Cancel"),
        quoted=(talk.newest_letter.words or talk.newest_letter.whole_text)[:_QUOTED],
    )


def _route(talk: Conversation, recipient: str, _: Texts) -> tuple[Line, ...]:
    if talk.docked.site.state is SiteState.REHEARSAL:
        return (
            _.line(
                "{number}: REHEARSAL. This reply goes to {address} and not to the buyer, whose 48 hours run on.",
                number=talk.ticket.number,
                address=recipient,
            ),
        )
    return (
        _.line(
            "{number}: leaves from {address} to the buyer's relay address {relay}",
            number=talk.ticket.number,
            address=talk.docked.mailbox.address,
            relay=relay_end(recipient),
        ),
    )


def _presence(others: tuple[str, ...], _: Texts) -> tuple[Line, ...]:
    return tuple(_.line("{name} is replying to this ticket right now", name=name) for name in others)


def note_form(talk: Conversation, token: str, _: Texts) -> Form:
    return Form(
        name=NOTE_FORM,
        token=f"{token}.{talk.ticket.id}",
        title=_("Internal note"),
        intro=(_.line("{number}: only your team sees this. It never leaves.", number=talk.ticket.number),),
        fields=(TextField("text", _("Note"), long=True, most=LONGEST_REPLY),),
        submit=_("Save"),
        cancel=_("Cancel"),
    )


def priority_form(talk: Conversation, token: str, _: Texts) -> Form:
    choices = tuple(Choice(priority.name, priority_badge(priority, _).text) for priority in Priority)
    return Form(
        name=PRIORITY_FORM,
        token=f"{token}.{talk.ticket.id}",
        title=_("Priority"),
        intro=(_.line("Priority of {number}", number=talk.ticket.number),),
        fields=(ChoiceField("priority", _("Priority"), choices, talk.ticket.priority.name),),
        submit=_("Save"),
        cancel=_("Cancel"),
    )
