"""The front door: whatever Slack delivers is read, handed to the application, and acknowledged, in that order."""

import asyncio
from collections.abc import Coroutine

import structlog
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.i18n.texts import Texts
from bot.ports.chat import Answer, ChatInbox, FormErrors
from bot.ports.clock import Clock
from bot.views.ticket_card import Tone
from integrations.slack.afterwards import Answering
from integrations.slack.inbound import Arrival, Unclear, Us, Way, read
from integrations.slack.json_values import JsonObject, object_of
from integrations.slack.waiting import within

_log = structlog.get_logger(__name__)
_ACCEPTED = 200
_NOT_ACCEPTED = 503


class FrontDoor(AsyncMiddleware):
    """Bolt's only middleware, before everything else it has: nothing goes unmatched, nothing is acknowledged before
    `inbox.receive` has returned, and no call of Slack stands in between.

    An event that could not be taken is not acknowledged, because Slack delivers it again. Everything else Slack
    delivers once: it is acknowledged in any case and the person is told what became of it. `answer_within` and
    `late` are seconds of `clock`: Slack waits three, and half a second is left for the way back; a late answer is
    worth bringing to its person for a while yet.
    """

    def __init__(
        self,
        inbox: ChatInbox,
        answering: Answering,
        us: Us,
        clock: Clock,
        texts: Texts,
        *,
        answer_within: float = 2.5,
        late: float = 30.0,
    ) -> None:
        self._inbox = inbox
        self._answering = answering
        self._us = us
        self._clock = clock
        self._ = texts
        self._answer_within = answer_within
        self._late = late
        self._afterwards: set[asyncio.Task[None]] = set()

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: object,  # noqa: A002 - Bolt passes it by this name; it is never called
    ) -> BoltResponse:
        del resp, next
        accepted = await self.answer(object_of(req.body))
        if accepted is None:
            return BoltResponse(status=_NOT_ACCEPTED, body="")
        return BoltResponse(status=_ACCEPTED, body=accepted or "")

    async def answer(self, body: JsonObject) -> JsonObject | None:
        """What to acknowledge with; None for no acknowledgement."""
        arrival = read(body, self._us)
        match arrival:
            case Arrival():
                return await self._receive(arrival)
            case Unclear(way=way):
                text = self._("RelayDesk does not know this button or command any more. Nothing was done.")
                self._later(self._answering.say(Tone.WARNING, text, way))
                return {}
            case None:
                return {}

    async def _receive(self, arrival: Arrival) -> JsonObject | None:
        receiving = asyncio.ensure_future(self._inbox.receive(arrival.interaction))
        way = arrival.way
        try:
            answer = await within(self._clock, self._answer_within, receiving)
        except TimeoutError:
            _log.warning("the application was too slow", kind=type(arrival.interaction).__name__)
            return self._too_late(receiving, way)
        except Exception:  # noqa: BLE001 - the inbox promises not to raise; if it does, the person must hear of it
            _log.exception("the application failed", kind=type(arrival.interaction).__name__)
            return self._failed(way)
        if way.submission:
            self._later(self._answering.after_submission(answer, way))
            return self._answering.acknowledgement(answer, way)
        self._later(self._answering.carry_out(answer, way))
        return {}

    def _too_late(self, receiving: "asyncio.Future[Answer]", way: Way) -> JsonObject | None:
        if way.redelivered:
            self._later(_forgotten(receiving, self._late))
            return None
        if way.submission:
            # What was typed stays in the form. A second Send carries the same token, so nothing can leave twice.
            self._later(_forgotten(receiving, self._late))
            said = self._("RelayDesk is too busy to answer. Your text is still here: wait a moment and send it again.")
            return self._answering.acknowledgement(FormErrors({"": said}), way)
        self._later(self._wait_for(receiving, way))
        return {}

    async def _wait_for(self, receiving: "asyncio.Future[Answer]", way: Way) -> None:
        try:
            answer = await within(self._clock, self._late, receiving)
        except Exception:  # noqa: BLE001 - whatever it was, the person is told that it did not work
            receiving.cancel()
            await self._answering.say(Tone.BAD, self._apology(), way)
            return
        await self._answering.carry_out(answer, way)

    def _failed(self, way: Way) -> JsonObject | None:
        if way.redelivered:
            return None
        if way.submission:
            said = self._("RelayDesk could not take this. Nothing was done and your text is still here: try again.")
            return self._answering.acknowledgement(FormErrors({"": said}), way)
        self._later(self._answering.say(Tone.BAD, self._apology(), way))
        return {}

    def _apology(self) -> str:
        return self._(
            "RelayDesk could not do this. Look at the card: if it did not change, nothing was done; try again in a "
            "moment, and tell your admin if it stays like this."
        )

    def _later(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)

    async def close(self, within_seconds: float) -> None:
        """Let what is being done for people end, for a while."""
        if not self._afterwards:
            return
        _done, left = await asyncio.wait(self._afterwards, timeout=within_seconds)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _forgotten(receiving: "asyncio.Future[Answer]", seconds: float) -> None:
    await asyncio.wait({receiving}, timeout=seconds)
    receiving.cancel()
    await asyncio.gather(receiving, return_exceptions=True)
