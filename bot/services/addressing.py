"""Which ticket a human act is about, and in which channels that ticket is worked on."""

from bot.domain.events import TicketId
from bot.domain.sites import Channel
from bot.ports.chat import FormClosed, Interaction, Opened, Picked, Pressed, Said, Submitted, Typed
from bot.ports.store import Snapshot
from bot.views.acts import id_from
from bot.views.reply_form import REPLY_FORM, decode_reply_token


def ticket_of(snapshot: Snapshot, interaction: Interaction) -> TicketId | None:
    """None for an act that is about no ticket, or about one that does not exist."""
    match interaction:
        case Pressed(act=act):
            return act.ticket if snapshot.tickets.find(act.ticket) else None
        case Submitted(form=form, token=token) | FormClosed(form=form, token=token):
            return _of_form(snapshot, form, token)
        case Said(message=message) | Picked(message=message):
            channel = Channel(interaction.user.platform, interaction.channel)
            return snapshot.posts.ticket_of(channel, message.thread or message.id)
        case Typed() | Opened():
            return None


def _of_form(snapshot: Snapshot, form: str, token: str) -> TicketId | None:
    if form == REPLY_FORM:
        decoded = decode_reply_token(token)
        opened = snapshot.reply_forms.get(decoded.token) if decoded else None
        return opened.ticket if opened else None
    number = id_from(token.rpartition(".")[2])
    return TicketId(number) if number is not None and snapshot.tickets.find(TicketId(number)) else None


def working_channels(snapshot: Snapshot, ticket: TicketId, interaction: Interaction) -> tuple[Channel, ...]:
    """The channels on the person's platform whose members work on the ticket: the one where they acted if it is one
    of them, else all (a form does not say where it was opened)."""
    site = snapshot.sites.get(snapshot.tickets.get(ticket).site)
    channels = dict.fromkeys((*site.channels, *snapshot.posts.channels(ticket)))
    own = tuple(channel for channel in channels if channel.platform is interaction.user.platform)
    here = Channel(interaction.user.platform, interaction.channel)
    return (here,) if here in own else own
