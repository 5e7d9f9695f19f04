"""What follows from what happened to a ticket: the system's whole reaction on one page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.events import EventKind, TicketEvent
from bot.domain.jobs import DeliverReply, EnrichTicket, Job, SettleReply, SyncCard
from bot.domain.people import ActorKind
from bot.domain.replies import ReplyId
from bot.domain.sites import Channel
from bot.domain.tickets import Ticket
from bot.ports.store import UnitOfWork
from bot.services.triggering import run_triggers
from bot.services.waits import Waits


@dataclass(frozen=True, slots=True)
class Follow:
    """A job to enqueue, after `delay` seconds if that is more than nothing."""

    job: Job
    delay: float = 0.0


def jobs_for(event: TicketEvent, ticket: Ticket, channels: Iterable[Channel], waits: Waits) -> list[Follow]:
    shown_at_once = event.actor.kind is ActorKind.AGENT
    match event.kind:
        case EventKind.OPENED if ticket.order_id:
            # The order usually answers sooner than the card would have been posted without it.
            return [Follow(EnrichTicket(ticket.id)), *_cards(ticket, channels, delay=waits.card_for_order)]
        case EventKind.LETTER_ADDED if ticket.order_id:
            return [Follow(EnrichTicket(ticket.id)), *_cards(ticket, channels)]
        case EventKind.REPLY_QUEUED:
            deliver = DeliverReply(ReplyId(event.about or 0), ticket.id)
            return [Follow(deliver), *_cards(ticket, channels, urgent=True)]
        case EventKind.REPLY_UNCERTAIN:
            settle = SettleReply(ReplyId(event.about or 0), ticket.id)
            return [Follow(settle, waits.settle), *_cards(ticket, channels, urgent=True)]
        case (
            EventKind.REPLY_SENT
            | EventKind.REPLY_REHEARSED
            | EventKind.REPLY_FAILED
            | EventKind.REPLY_BOUNCED
            | EventKind.REPLY_PUT_BACK
        ):
            return _cards(ticket, channels, urgent=True)
        case (
            EventKind.OPENED
            | EventKind.LETTER_ADDED
            | EventKind.REOPENED
            | EventKind.TAKEN
            | EventKind.SOLVED
            | EventKind.PRIORITY_CHANGED
            | EventKind.NOTE_ADDED
            | EventKind.ADDRESS_APPROVED
            | EventKind.REPLY_CONFIRMED
            | EventKind.ORDER_READ
            | EventKind.ORDER_UNKNOWN
            | EventKind.SITE_SETTLED
            | EventKind.ANSWERED_ELSEWHERE
            | EventKind.ASSIGNED
            | EventKind.GROUP_CHANGED
            | EventKind.JUNKED
            | EventKind.RESTORED
            | EventKind.ORDER_FIELDS_WRITTEN
            | EventKind.CATEGORY_CHANGED
            | EventKind.FIELD_EDITED
            | EventKind.TRIGGER_FIRED
        ):
            return _cards(ticket, channels, urgent=shown_at_once)
        case EventKind.REPEAT_LINKED | EventKind.RECIPIENT_SHOWN | EventKind.REPLY_SENDING:
            # The card says "sending" from the moment a reply is queued.
            return []
        case _:
            assert_never(event.kind)


def _cards(ticket: Ticket, channels: Iterable[Channel], *, delay: float = 0.0, urgent: bool = False) -> list[Follow]:
    return [Follow(SyncCard(ticket.id, channel.platform, channel.id, urgent), delay) for channel in channels]


def record(uow: UnitOfWork, ticket: Ticket, events: Sequence[TicketEvent], now: datetime, waits: Waits) -> None:
    """Write the events, let triggers act on them, and enqueue what follows, in the transaction that made them true.

    The ticket has been saved already, and is not saved after this: triggers may have changed it.

    A card is kept up to date where it stands, also in a channel that the site has left since.
    """
    made = run_triggers(uow, ticket.id, events, now)
    uow.events.add([*events, *made])
    channels = dict.fromkeys((*uow.sites.get(ticket.site).channels, *uow.posts.channels(ticket.id)))
    follows = dict.fromkeys(follow for event in events for follow in jobs_for(event, ticket, channels, waits))
    # What triggers did is on the same card, which may be waiting for its order.
    synced = {(job.platform, job.channel) for job in (follow.job for follow in follows) if isinstance(job, SyncCard)}
    if made:
        late = [channel for channel in channels if (channel.platform, channel.id) not in synced]
        follows |= dict.fromkeys(_cards(ticket, late))
    for follow in follows:
        due = now + timedelta(seconds=follow.delay) if follow.delay else None
        uow.jobs.enqueue(follow.job, due=due)
