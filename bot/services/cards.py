"""Cards are synced, not sent (design, decision 5): the present conversation is drawn and compared with what stands
in the channel, so that a job may run twice, late or for nothing."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import structlog

from bot.domain.events import TicketId
from bot.domain.jobs import SyncCard
from bot.domain.people import Platform
from bot.domain.sites import Channel
from bot.ports.chat import Chat, MessageGone
from bot.ports.failures import Misconfigured
from bot.ports.store import UnitOfWork
from bot.services.card_sync import CardSync, Desk
from bot.services.pacing import NotYet

_log = structlog.get_logger(__name__)


class Cards:
    def __init__(self, desk: Desk, chats: Mapping[Platform, Chat]) -> None:
        self._desk = desk
        self._chats = chats

    async def sync(self, job: SyncCard, reserved: Mapping[str, datetime]) -> None:
        """Bring card and thread up to date. Raises `NotYet`, and the platform's failures for a later try."""
        chat = self._chats.get(job.platform)
        if chat is None:
            # Done would be for ever; what failed is tried again, and the card catches up once the platform is there.
            raise Misconfigured(
                f"{job.platform.capitalize()} is not connected, so nobody sees this card yet: put its tokens into the "
                "settings and start RelayDesk again."
            )
        channel = Channel(job.platform, job.channel)
        try:
            await CardSync(self._desk, chat, channel, job.ticket, dict(reserved)).run()
        except MessageGone:
            _log.warning("card is gone and is posted anew", ticket=job.ticket, channel=job.channel)
            await self._desk.store.run(partial(_forget, ticket=job.ticket, channel=channel))
            raise NotYet(self._desk.clock.now()) from None


def _forget(uow: UnitOfWork, ticket: TicketId, channel: Channel) -> None:
    """Without its root a thread cannot be read: everything is posted again under a new card."""
    for post in uow.posts.of_ticket(ticket, channel).values():
        uow.posts.forget(post)
