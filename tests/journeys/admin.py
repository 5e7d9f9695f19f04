"""An admin at work in the pages and forms of the bot: what they type, press and read there."""

import asyncio
import contextlib
from dataclasses import dataclass

from integrations.simulator.slack.inputs import Entry
from integrations.simulator.slack.json_values import object_of, objects_of, text_of
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.views import View
from tests.journeys.shop import Shop, until, words_in


@dataclass
class Admin:
    shop: Shop
    person: Person

    @property
    def view(self) -> View | None:
        return self.shop.slack.open_view(self.person.user.id)

    def seen(self) -> str:
        """All words of the open window, as they are read."""
        return " ".join(words_in(self.view.body).split()) if self.view else ""

    def told(self) -> list[str]:
        """What only this person was told, the newest last."""
        return [self.shop.text_of(message) for message in self.shop.slack.ephemerals(self.person.user.id)]

    async def types(self, words: str) -> None:
        """Type a command; typed again, as a person does, while Slack says that nobody answered."""
        for _attempt in range(20):
            if (await self.person.command(self.shop.channel, f"/walmart {words}".strip())).acknowledged:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"nobody answers /walmart {words}")

    async def reads(self, *words: str, within: float = 10.0) -> str:
        """Wait until the open window shows all these words."""
        await until(
            lambda: all(one in self.seen() for one in words), lambda: f"{words} in {self.seen()!r}", within=within
        )
        return self.seen()

    async def is_told(self, words: str) -> str:
        await until(lambda: any(words in one for one in self.told()), lambda: f"{words!r} among {self.told()}")
        return next(one for one in reversed(self.told()) if words in one)

    async def opens(self, words: str, *shown: str) -> str:
        """Type a command and wait for the window that it opens; typed again, as a person does, when none comes."""
        for _attempt in range(3):
            await self.types(words)
            with contextlib.suppress(AssertionError):
                return await self.reads(*shown, within=4.0)
        return await self.reads(*shown)

    async def presses(self, label: str, *shown: str, in_row: str = "") -> None:
        """Press a button of the open window, and wait for what it shows. `in_row` is in the text of its own row."""
        assert self.view is not None, "no window is open"
        block, action, value = self._button(self.view, label, in_row)
        outcome = await self.person.press_in_view(self.view.id, action, value=value, block_id=block)
        assert outcome.acknowledged, outcome.warning
        await self.reads(*shown)

    async def at_home(self) -> str:
        """Open the bot's home and read it; opened again, as a person does, while it stays empty."""
        for _attempt in range(20):
            await self.person.open_home()
            with contextlib.suppress(AssertionError):
                await until(lambda: self.shop.slack.home(self.person.user.id) is not None, "the home", within=1.0)
                break
        home = self.shop.slack.home(self.person.user.id)
        assert home is not None, "the home stayed empty"
        return " ".join(words_in(home.body).split())

    async def presses_at_home(self, label: str, *shown: str) -> None:
        home = self.shop.slack.home(self.person.user.id)
        assert home is not None, "the home was not opened"
        block, action, value = self._button(home, label, "")
        outcome = await self.person.press_in_view(home.id, action, value=value, block_id=block)
        assert outcome.acknowledged, outcome.warning
        await self.reads(*shown)

    async def fills(self, **values: Entry) -> Outcome:
        """Fill in the open form and send it."""
        assert self.view is not None, "no form is open"
        outcome = await self.person.submit(self.view.id, values)
        for _attempt in range(5):
            if outcome.acknowledged:
                break
            # On a busy machine Slack's three seconds can be over; what was sent twice happens once.
            outcome = await self.person.submit(self.view.id)
        assert outcome.acknowledged, outcome.warning
        return outcome

    @staticmethod
    def _button(view: View, label: str, in_row: str) -> tuple[str, str, str]:
        row = ""
        for block in view.blocks:
            words = words_in(block)
            if text_of(block, "type") in {"section", "rich_text"}:
                row = words
            elements = [object_of(block.get("accessory")), *objects_of(block.get("elements"))]
            for element in elements:
                if text_of(object_of(element.get("text")), "text") == label and in_row in row:
                    return text_of(block, "block_id"), text_of(element, "action_id"), text_of(element, "value")
        raise AssertionError(f"no button {label!r} in {words_in(view.body)!r}")
