"""Pressing buttons and choosing in menus, in messages and in views."""

from dataclasses import dataclass

from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.inputs import Entry, entered, initial_state, option_named
from integrations.simulator.slack.json_values import JsonObject, text_of
from integrations.simulator.slack.payloads import Payloads
from integrations.simulator.slack.people.interactivity import Interactivity
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.people.reach import Reach

_PRESSED = {"button", "icon_button", "workflow_button"}


@dataclass(slots=True)
class Presses:
    """A button needs nothing; a menu, an overflow or boxes need `selected`: the value of an option, an id, a date."""

    reach: Reach
    payloads: Payloads
    interactivity: Interactivity

    async def in_message(
        self, channel: str, ts: str, action_id: str, *, value: str | None, selected: Entry, block_id: str | None
    ) -> Outcome:
        place = self.reach.channel(channel)
        message = self.reach.message(place, ts)
        block, element = self.reach.element(message.content.blocks, action_id, value=value, block_id=block_id)
        entry = self._entry(element, selected)
        if text_of(element, "type") not in _PRESSED | {"overflow"}:
            state = message.entered.setdefault(self.reach.user.id, initial_state(message.content.blocks))
            state.setdefault(text_of(block, "block_id"), {})[action_id] = entry
        action = self.payloads.action(block, element, entry)
        payload = self.payloads.pressed_in_message(self.reach.user, place, message, action)
        return await self.interactivity.tell(
            "interactive", payload, self.reach.user, what=f"press {action_id}", channel=channel
        )

    async def in_view(
        self, view_id: str, action_id: str, *, value: str | None, selected: Entry, block_id: str | None
    ) -> Outcome:
        view = self.reach.view(view_id)
        block, element = self.reach.element(view.blocks, action_id, value=value, block_id=block_id)
        entry = self._entry(element, selected)
        if text_of(element, "type") not in _PRESSED | {"overflow"}:
            view.entered.setdefault(text_of(block, "block_id"), {})[action_id] = entry
        action = self.payloads.action(block, element, entry)
        payload = self.payloads.pressed_in_view(self.reach.user, view, action)
        return await self.interactivity.tell("interactive", payload, self.reach.user, what=f"press {action_id}")

    @staticmethod
    def _entry(element: JsonObject, selected: Entry) -> JsonObject:
        kind = text_of(element, "type")
        if kind in _PRESSED:
            if selected is not None:
                raise NotPossibleError("nothing can be selected in a button")
            return {}
        if selected is None:
            raise NotPossibleError(f"choose something in the {kind}")
        if kind == "overflow":
            return {"selected_option": option_named(element, selected)}
        return entered(element, selected)
