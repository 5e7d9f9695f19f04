"""Whether cards can reach the channels of the sites: a bot that was removed from one is not told of it."""

import asyncio
from collections.abc import Mapping

import structlog

from bot.domain.people import Platform
from bot.domain.sites import Channel, SiteState
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Permanent
from bot.ports.store import Snapshot, Store
from bot.services.health import Health
from bot.services.waits import Waits

_log = structlog.get_logger(__name__)


class ChannelWatch:
    def __init__(
        self, store: Store, chats: Mapping[Platform, Chat], health: Health, clock: Clock, waits: Waits
    ) -> None:
        self._store = store
        self._chats = chats
        self._health = health
        self._clock = clock
        self._waits = waits

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self._look()
            except Failure as failure:
                _log.warning("channels could not be looked at", reason=failure.reason)
            except Exception:  # noqa: BLE001  # the next look may succeed, and nothing else depends on this one
                _log.exception("channels could not be looked at")
            await asyncio.sleep(self._waits.channel_look)

    async def _look(self) -> None:
        channels = await self._store.read(_in_use)
        self._health.only_channels(channels)
        for channel in channels:
            chat = self._chats.get(channel.platform)
            if chat is None:
                continue
            try:
                await chat.directory.channel(channel.id)
            except (Misconfigured, Permanent) as failure:
                self._health.channel_failed(channel, failure, self._clock.now())
            except Failure:
                # The chat itself does not answer, which is told already.
                return
            else:
                self._health.channel_served(channel, self._clock.now())


def _in_use(snapshot: Snapshot) -> tuple[Channel, ...]:
    sites = [site for site in snapshot.sites.all() if site.state is not SiteState.DELETED]
    return tuple(dict.fromkeys(channel for site in sites for channel in site.channels))
