"""A chat is served for as long as the process runs, and somebody knows whether it answers."""

import asyncio

import structlog

from bot.ports.chat import Chat, ChatInbox
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Transient
from bot.services.health import DEFECT, Health
from bot.services.waits import Waits

_log = structlog.get_logger(__name__)
# While a chat is not well it is looked at so many times as often, so that its return is soon known.
_MORE_OFTEN = 10


class ChatWatch:
    """Nothing of what it does holds up mail: a chat that is down is tried again beside everything else."""

    def __init__(self, inbox: ChatInbox, health: Health, clock: Clock, waits: Waits) -> None:
        self._inbox = inbox
        self._health = health
        self._clock = clock
        self._waits = waits

    async def watch(self, chat: Chat) -> None:
        """Serve until cancelled, through refused tokens and defects."""
        looking = asyncio.create_task(self._look_after(chat))
        try:
            while True:
                await self._serve(chat)
                await asyncio.sleep(self._waits.chat_retry)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _serve(self, chat: Chat) -> None:
        try:
            await chat.connection.serve(self._inbox)
        except Failure as failure:
            self._health.chat_failed(chat.platform, failure, self._clock.now())
            _log.error("chat refuses us", platform=chat.platform, reason=failure.reason)  # no defect
        except Exception:  # noqa: BLE001  # a defect in one door must not close the others
            self._health.chat_failed(chat.platform, Transient(DEFECT), self._clock.now())
            _log.exception("chat connection failed", platform=chat.platform)

    async def _look_after(self, chat: Chat) -> None:
        """Two things can be dead: the way that cards take, and the way on which clicks arrive."""
        last_up = self._clock.now()
        while True:
            now = self._clock.now()
            up = chat.connection.connected_since is not None
            last_up = now if up else last_up
            failure = await self._failure(chat)
            if failure is None and not up and (now - last_up).total_seconds() >= self._waits.chat_hello:
                failure = Transient("It answers, but no connection stands: clicks and forms do not arrive.")
            if failure is not None:
                self._health.chat_failed(chat.platform, failure, now)
            elif up:
                self._health.chat_connected(chat.platform, now)
            well = failure is None and up
            await asyncio.sleep(self._waits.chat_look if well else self._waits.chat_look / _MORE_OFTEN)

    async def _failure(self, chat: Chat) -> Failure | None:
        try:
            await chat.connection.check()
        except Failure as failure:
            return failure
        except Exception:  # noqa: BLE001  # the same defect may pass, and then the look must go on
            _log.exception("chat could not be asked", platform=chat.platform)
            return Transient(DEFECT)
        return None
