"""An agent at work in a shop's channel: what they press, type and are told."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from integrations.simulator.slack.inputs import Entry
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.views import View
from tests.journeys.shop import Shop, until, words_in

Found = tuple[str, str, str]  # block id, action id, value


@dataclass
class Agent:
    shop: Shop
    person: Person

    # --- buttons -------------------------------------------------------------------------------------------------

    def offered(self, message: Message) -> list[str]:
        """The names of the acts that a message offers, the menu's included."""
        return [value.partition(":")[0] for _block, _action, value in _acts(message)]

    async def press(self, message: Message, act: str) -> Outcome:
        """Press the button, or choose the entry of the menu, that stands for this act."""
        found = next((acts for acts in _acts(message) if acts[2].startswith(f"{act}:")), None)
        assert found is not None, f"no {act} among {self.offered(message)}"
        block, action, value = found
        if action == "more":
            return await self.person.press(message.channel, message.ts, action, selected=value, block_id=block)
        return await self.person.press(message.channel, message.ts, action, value=value, block_id=block)

    # --- forms ---------------------------------------------------------------------------------------------------

    @property
    def view(self) -> View | None:
        return self.shop.slack.open_view(self.person.user.id)

    def seen(self) -> str:
        """All words of the open view."""
        return words_in(self.view.body) if self.view else ""

    def typed(self, name: str = "text") -> object:
        """What stands in a field of the open form."""
        assert self.view is not None
        return self.view.entered[name]["value"].get("value")

    async def open(self, message: Message, act: str = "reply") -> View:
        """Press what opens something; pressed again, as a person does, while Slack says that nobody answered, and when
        nothing opens, because a busy machine was later than Slack's three seconds."""
        before = self.view
        for _attempt in range(40):
            if not (await self.press(message, act)).acknowledged:
                await asyncio.sleep(0.1)
                continue
            with contextlib.suppress(AssertionError):
                await until(lambda: self.view is not None and self.view is not before, "a view", within=3.0)
                break
        assert self.view is not None, f"waited for what {act} opens"
        assert self.view is not before, f"waited for what {act} opens"
        return self.view

    async def send(self, text: str | None = None, **values: Entry) -> Outcome:
        """Fill in the open form and press its button."""
        assert self.view is not None
        return await self.person.submit(self.view.id, dict(values) if text is None else {"text": text, **values})

    async def close(self) -> None:
        assert self.view is not None
        await self.person.close(self.view.id)

    async def reply(self, card: Message, text: str, **values: Entry) -> None:
        """The whole of it: open the form, type, send; the form must be taken."""
        await self.open(card)
        outcome = await self.send(text, **values)
        assert (outcome.acknowledged, outcome.errors, outcome.action) == (True, {}, "clear"), outcome

    # --- only-you messages ---------------------------------------------------------------------------------------

    async def told(self, holding: str) -> Message:
        """Wait for an only-you message with these words."""
        found: list[Message] = []

        def there() -> bool:
            found[:] = [message for message in self._only_you() if holding in words_in(message.content.blocks)]
            return bool(found)

        await until(there, lambda: f"{holding!r}; told were {[words_in(m.content.blocks) for m in self._only_you()]}")
        return found[-1]

    def _only_you(self) -> Sequence[Message]:
        return self.shop.slack.ephemerals(self.person.user.id)

    async def not_told_any_more(self, message: Message) -> None:
        await until(lambda: message not in self._only_you(), "the only-you message to go")


def _acts(message: Message) -> list[Found]:
    found: list[Found] = []
    for block in message.content.blocks:
        _collect(block, str(block.get("block_id", "")), found)
    return found


def _collect(value: object, block: str, found: list[Found]) -> None:
    if isinstance(value, list):
        for part in value:
            _collect(part, block, found)
    if not isinstance(value, dict):
        return
    block = str(value.get("block_id", block))
    action = str(value.get("action_id", ""))
    if value.get("type") == "button":
        found.append((block, action, str(value.get("value", ""))))
    elif value.get("type") == "overflow":
        found += [(block, action, str(option["value"])) for option in value["options"]]
    else:
        for part in value.values():
            _collect(part, block, found)
