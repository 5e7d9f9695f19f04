"""Agents who answer buyers while the desk dies under their hands: they do what people do, and press again."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.inputs import Entry
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.people.typing import FileToSend
from integrations.simulator.slack.views import View
from integrations.simulator.trip.hands import action_named
from integrations.simulator.trip.words import words_of
from integrations.simulator.world import World

T = TypeVar("T")

# How long a person waits for what they pressed before they press again.
PRESSES_AGAIN = 0.25
LOOKS = 0.03
# How long they look at a wheel that turns before they press again; Slack itself gives up after three seconds.
IMPATIENT_AFTER = 1.0
# How long they wait for the offer under what they wrote in a thread, before they use the form after all.
OFFERED_WITHIN = 1.5


class GaveUp(Exception):
    """The desk did not come back in a time in which any desk comes back."""


@dataclass
class Board:
    """The desk's cards in the channel, each read once: what a card was opened with stays on it."""

    world: World
    _words: dict[str, str] = field(default_factory=dict)

    def card(self, words: str) -> Message | None:
        bot = self.world.slack.bot_user_id
        for message in self.world.slack.messages(self.world.shop.channel.id):
            if message.author.user == bot and not message.is_reply:
                if message.ts not in self._words:
                    self._words[message.ts] = words_of(message.content.blocks)
                if words in self._words[message.ts]:
                    return message
        return None


@dataclass
class Agent:
    """`patience` is in seconds of the wall; a slow machine needs more of it than a broken desk deserves."""

    world: World
    board: Board
    person: Person
    patience: float
    hand: asyncio.Lock = field(default_factory=asyncio.Lock)  # a person does one thing at a time

    async def answer(self, words: str, text: str, **values: Entry) -> bool | None:
        """Press Reply on the card with these words, type, and press Send until it is accepted."""
        async with self.hand:
            return await self._press_until_accepted(words, {"text": text, **values}, insists=True, twice=False)

    async def click_twice(self, words: str, text: str) -> bool | None:
        async with self.hand:
            return await self._press_until_accepted(words, {"text": text}, insists=True, twice=True)

    async def answer_unless_held(self, words: str, text: str) -> bool | None:
        """The same, but a Send that is held because of somebody else's is let be."""
        async with self.hand:
            return await self._press_until_accepted(words, {"text": text}, insists=False, twice=False)

    async def note(self, words: str, text: str) -> None:
        async with self.hand:
            values: dict[str, Entry] = {"text": text, "kind": "internal_note"}
            await self._press_until_accepted(words, values, insists=True, twice=False)

    async def send_from_thread(self, words: str, text: str) -> bool | None:
        """Write in the card's thread and press the offer to send it. Without an offer the form is used instead."""
        async with self.hand:
            await self._wait(lambda: self._card(words) is not None, f"the card with {words!r}")
            await self.person.say(self._channel, text, thread_ts=self._root(words))
            with contextlib.suppress(GaveUp):
                await self._wait(lambda: self._told(text) is not None, "the offer", seconds=OFFERED_WITHIN)
            if self._told(text) is None:
                return await self._press_until_accepted(words, {"text": text}, insists=True, twice=False)
            ends = time.monotonic() + self.patience
            while time.monotonic() < ends:
                offer = self._told(text)
                if offer is None:
                    # Somebody who no longer has the button cannot press again, and believes the card.
                    return True if self._told("On its way to the buyer") else None
                with contextlib.suppress(NotPossibleError, LookupError, TimeoutError):
                    await self._press(offer, "send_to_buyer")
                with contextlib.suppress(GaveUp):
                    await self._wait(lambda: self._told("On its way to the buyer") is not None, "", seconds=0.5)
                    return True
            raise GaveUp(f"nobody answered {self.person.user.id}, who sends from the thread: {text!r}")

    # --- the form ------------------------------------------------------------------------------------------------

    async def _press_until_accepted(
        self, words: str, values: dict[str, Entry], *, insists: bool, twice: bool
    ) -> bool | None:
        await self._wait(lambda: self._card(words) is not None, f"the card with {words!r}")
        ends = time.monotonic() + self.patience
        sent: View | None = None
        while time.monotonic() < ends:
            if sent is not None and not await self._is_open(sent):
                return None
            # Who has pressed Send and got no answer presses it again in the same form. Another one would be another
            # reply, and whoever says there that it shall leave anyway has sent two.
            view = sent or self._view or await self._open(words)
            if view is None:
                continue
            if not self._is_about(view, words):
                # A press of long ago opens its form late. Whoever types into that answers another buyer.
                await self._close(view)
                continue
            sent = view
            accepted = await self._submit(view, values, twice=twice)
            if accepted:
                return True
            if accepted is False and not insists:
                await self._close(view)
                return False
            await asyncio.sleep(PRESSES_AGAIN)
        raise GaveUp(f"{self.person.user.id} could not send: {values['text']!r}")

    async def _open(self, words: str) -> View | None:
        card = self._card(words)
        if card is not None:
            with contextlib.suppress(NotPossibleError, LookupError, TimeoutError):
                await self._press(card, "reply")
        with contextlib.suppress(GaveUp):
            await self._wait(lambda: self._view is not None, "the form", seconds=0.8)
        return self._view

    async def _is_open(self, view: View) -> bool:
        """A form that opened late lies over it, and is put away."""
        if self._view is not None and self._view.id != view.id:
            await self._close(self._view)
        try:
            return self.person.reach.view(view.id) is not None
        except NotPossibleError:
            return False

    async def _close(self, view: View) -> None:
        with contextlib.suppress(NotPossibleError, TimeoutError):
            await _impatiently(self.person.close(view.id))

    def _is_about(self, view: View, words: str) -> bool:
        """A form and its card show the same number."""
        card = self._card(words)
        numbers = re.findall(r"#\d+", words_of(card.content.blocks)) if card else []
        return bool(numbers) and numbers[0] in re.findall(r"#\d+", words_of(view.body))

    async def _submit(self, view: View, values: dict[str, Entry], *, twice: bool) -> bool | None:
        """True: taken. False: held, with news to read first. None: nobody answered, or it was refused for now."""
        presses = [_impatiently(self.person.submit(view.id, values)) for _press in range(2 if twice else 1)]
        outcomes = await asyncio.gather(*presses, return_exceptions=True)
        answered = [outcome for outcome in outcomes if isinstance(outcome, Outcome) and outcome.acknowledged]
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, NotPossibleError | TimeoutError):
                raise outcome
        if any(outcome.action in {"", "clear"} and not outcome.errors for outcome in answered):
            return True
        return False if any(outcome.action in {"update", "push"} for outcome in answered) else None

    # --- what they see -------------------------------------------------------------------------------------------

    @property
    def _channel(self) -> str:
        return self.world.shop.channel.id

    @property
    def _view(self) -> View | None:
        return self.world.slack.open_view(self.person.user.id)

    def _card(self, words: str) -> Message | None:
        return self.board.card(words)

    def _root(self, words: str) -> str:
        card = self._card(words)
        if card is None:
            raise GaveUp(f"the card with {words!r} went away")
        return card.ts

    def _told(self, text: str) -> Message | None:
        """What only this person sees, the newest that holds these words."""
        seen = self.world.slack.ephemerals(self.person.user.id)
        return next((message for message in reversed(seen) if text in words_of(message.content.blocks)), None)

    async def _press(self, message: Message, act: str) -> Outcome:
        action = action_named(message.content.blocks, act)
        return await _impatiently(self.person.press(self._channel, message.ts, action))

    async def _wait(self, so: Callable[[], bool], what: str, seconds: float = 0.0) -> None:
        ends = time.monotonic() + (seconds or self.patience)
        while not so():
            if time.monotonic() > ends:
                raise GaveUp(f"{self.person.user.id} waited in vain for {what}")
            await asyncio.sleep(LOOKS)


async def _impatiently(press: Awaitable[T]) -> T:
    """Raises TimeoutError; what the press did is done all the same."""
    async with asyncio.timeout(IMPATIENT_AFTER):
        return await press


def a_file(number: int) -> FileToSend:
    return FileToSend(f"label-{number}.txt", b"A return label.", "text/plain")
