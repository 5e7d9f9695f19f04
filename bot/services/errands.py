"""The part of a command that waits for a network, and bringing what came of it to whoever asked.

An errand is an async function of `Sent`: it looks, writes down what it found in a transaction of its own, and returns
an answer as a command does. It may run twice, and long after it was asked for. bot/application.py lists those that
there are.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from bot.domain.jobs import RunErrand
from bot.domain.people import AgentId, Platform
from bot.domain.sites import Channel
from bot.domain.where import Where
from bot.i18n import Texts
from bot.ports.chat import Answer, Chat
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Permanent
from bot.ports.store import NotFound
from bot.services.acting import Refused, only_you
from bot.services.waits import Waits

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """Who sent an errand, and what it is about; `at` is now."""

    about: str
    agent: AgentId
    where: Where
    at: datetime
    texts: Texts


Errand: TypeAlias = Callable[[Sent], Awaitable[Answer]]


class Errands:
    def __init__(
        self,
        errands: Mapping[str, Errand],
        *,
        chats: Mapping[Platform, Chat],
        texts: Callable[[Channel], Texts],
        clock: Clock,
        waits: Waits,
    ) -> None:
        self._errands = errands
        self._chats = chats
        self._texts = texts
        self._clock = clock
        self._waits = waits

    async def run(self, job: RunErrand, asked_at: datetime) -> None:
        """What the errand could not do is told to its sender, who may ask again; only the telling is tried again."""
        errand, chat = self._errands.get(job.errand), self._chats.get(job.where.platform)
        if errand is None or chat is None:
            raise Permanent(f"nobody here runs {job.errand!r} for {job.where.platform}")
        texts = self._texts(Channel(job.where.platform, job.where.channel))
        answer = await self._answer(errand, Sent(job.about, job.agent, job.where, self._clock.now(), texts))
        # The platform draws its answer to the form first; news that overtook it would be lost under it.
        drawn = asked_at + timedelta(seconds=self._waits.form_rest)
        await self._clock.sleep(max(0.0, (drawn - self._clock.now()).total_seconds()))
        await chat.forms.refresh(job.where, answer)

    async def _answer(self, errand: Errand, sent: Sent) -> Answer:
        _ = sent.texts
        try:
            return await errand(sent)
        except Refused as refused:
            return refused.answer
        except NotFound:
            return only_you(_.line("What this is about does not exist any more: somebody has removed it."))
        except Failure as failure:
            _log.warning("errand failed", reason=failure.reason)
            return only_you(_.line("This could not be done: {reason} Try again.", reason=failure.reason))
