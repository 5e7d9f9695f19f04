"""An admin at work on pages of settings: types commands, presses what stands on a page, fills in the forms it opens."""

import asyncio
from dataclasses import dataclass

from integrations.simulator.slack.inputs import Entry
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.views import View
from tests.journeys.shop import Shop, until, words_in


@dataclass
class AtAPage:
    shop: Shop
    person: Person

    @property
    def view(self) -> View | None:
        return self.shop.slack.open_view(self.person.user.id)

    def seen(self) -> str:
        """All words of the open page or form."""
        return " ".join(words_in(self.view.body).split()) if self.view else ""

    async def sees(self, words: str) -> None:
        await until(lambda: words in self.seen(), lambda: f"{words!r}; seen is {self.seen()!r}")

    async def type(self, words: str) -> Outcome:
        """Type a command after the platform's own word; again, as a person does, while Slack says that nobody answers."""
        for _attempt in range(40):
            outcome = await self.person.command(self.shop.channel, f"/walmart {words}")
            if outcome.acknowledged:
                return outcome
            await asyncio.sleep(0.1)
        raise AssertionError(f"nobody answered {words!r}: {outcome.warning}")

    async def press(self, words: str) -> Outcome:
        """Press the button, or choose the entry of the menu, that stands for these words."""
        assert self.view is not None, f"nothing is open to press {words!r} on"
        found = list(_controls(self.view.body, "", f"run:{words}"))
        assert found, f"nothing on the page runs {words!r}"
        block, action, chosen = found[0]
        if chosen:
            return await self.person.press_in_view(self.view.id, action, selected=f"run:{words}", block_id=block)
        return await self.person.press_in_view(self.view.id, action, value=f"run:{words}", block_id=block)

    async def send(self, **values: Entry) -> Outcome:
        """Fill in the open form and press its button."""
        assert self.view is not None
        return await self.person.submit(self.view.id, values)

    def told(self) -> list[str]:
        return [words_in(message.content.blocks) for message in self.shop.slack.ephemerals(self.person.user.id)]


def _controls(value: object, block: str, wanted: str) -> "list[tuple[str, str, bool]]":
    """Block, action and whether it is a menu, of what stands for these words."""
    if isinstance(value, list):
        return [found for part in value for found in _controls(part, block, wanted)]
    if not isinstance(value, dict):
        return []
    block = str(value.get("block_id", block))
    action = str(value.get("action_id", ""))
    if value.get("value") == wanted and action:
        return [(block, action, False)]
    if any(option.get("value") == wanted for option in value.get("options", ()) if isinstance(option, dict)):
        return [(block, action, True)]
    return [found for part in value.values() for found in _controls(part, block, wanted)]
