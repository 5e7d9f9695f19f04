"""Filling in modals, submitting and closing them."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.files import File
from integrations.simulator.slack.inputs import Entry, entered, initial_state, missing_inputs
from integrations.simulator.slack.json_values import JsonObject, objects_of, text_of
from integrations.simulator.slack.payloads import Payloads
from integrations.simulator.slack.people.interactivity import Interactivity
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.people.reach import Reach
from integrations.simulator.slack.people.typing import FileToSend
from integrations.simulator.slack.records import RecordKind
from integrations.simulator.slack.users import UserKind

MOST_SUGGESTIONS = 100


@dataclass(slots=True)
class Forms:
    reach: Reach
    payloads: Payloads
    interactivity: Interactivity

    async def fill(self, view_id: str, values: Mapping[str, Entry]) -> None:
        """Fields with `dispatch_action` tell the application at once, as Slack does when Enter is pressed."""
        view = self.reach.view(view_id)
        for name, value in values.items():
            block, element = self.reach.input(view.blocks, name)
            entry = entered(element, self._with_files(value))
            view.entered.setdefault(text_of(block, "block_id"), {})[text_of(element, "action_id")] = entry
            self.interactivity.journal.touch()
            if block.get("dispatch_action") is True:
                action = self.payloads.action(block, element, entry)
                payload = self.payloads.pressed_in_view(self.reach.user, view, action)
                await self.interactivity.tell("interactive", payload, self.reach.user, what=f"fill {name}")

    def fill_in_message(self, channel: str, ts: str, values: Mapping[str, Entry]) -> None:
        message = self.reach.message(self.reach.channel(channel), ts)
        state = message.entered.setdefault(self.reach.user.id, initial_state(message.content.blocks))
        for name, value in values.items():
            block, element = self.reach.input(message.content.blocks, name)
            state.setdefault(text_of(block, "block_id"), {})[text_of(element, "action_id")] = entered(element, value)

    async def submit(self, view_id: str, values: Mapping[str, Entry]) -> Outcome:
        """Raises `NotPossibleError` if there is no submit button or a required field is empty."""
        view = self.reach.view(view_id)
        if view.kind != "modal" or not view.body.get("submit"):
            raise NotPossibleError("the view has no submit button")
        await self.fill(view_id, values)
        missing = missing_inputs(view.blocks, view.entered)
        if missing:
            raise NotPossibleError(f"please complete these required fields: {', '.join(missing)}")
        payload = self.payloads.submitted(self.reach.user, view)
        outcome = await self.interactivity.tell("interactive", payload, self.reach.user, what="submit")
        if not outcome.acknowledged:
            return outcome
        return self.interactivity.after_submission(self.reach.user, view, outcome)

    async def close(self, view_id: str, *, everything: bool) -> None:
        """A view with `clear_on_close` takes its stack along; `notify_on_close` tells the application."""
        view = self.reach.view(view_id)
        cleared = everything or view.body.get("clear_on_close") is True
        for closed in self.interactivity.views.close(view, everything=cleared):
            self.interactivity.journal.note(
                RecordKind.VIEW_CLOSED, method="close", user=self.reach.user.id, view=closed.id
            )
            if closed.body.get("notify_on_close") is True:
                payload = self.payloads.closed(self.reach.user, closed, cleared=cleared)
                await self.interactivity.tell("interactive", payload, self.reach.user, what="close")

    async def suggestions(self, view_id: str, action_id: str, typed: str) -> list[JsonObject]:
        """Raises `NotPossibleError` if the text is shorter than the menu wants before it asks."""
        view = self.reach.view(view_id)
        block, element = self.reach.element(view.blocks, action_id)
        least = element.get("min_query_length")
        if len(typed) < (least if isinstance(least, int) else 3):
            raise NotPossibleError("type more before Slack asks for options")
        payload = self.payloads.suggestion(self.reach.user, block, element, typed, view=view)
        outcome = await self.interactivity.tell("interactive", payload, self.reach.user, what=f"type into {action_id}")
        groups = objects_of(outcome.answer.get("option_groups"))
        options = objects_of(outcome.answer.get("options"))
        options += [option for group in groups for option in objects_of(group.get("options"))]
        if len(options) > MOST_SUGGESTIONS:
            self.interactivity.warn(self.reach.user, "No results", what="block_suggestion", acknowledged=True)
            return []
        return options

    def home(self) -> JsonObject | None:
        view = self.interactivity.views.homes.get(self.reach.user.id)
        return view.as_json(self.payloads.installation) if view else None

    def keep_file(self, sent: FileToSend, *, channels: tuple[str, ...] = ()) -> File:
        workspace = self.reach.workspace
        user = self.reach.user
        file = File(
            workspace.new_id("F"),
            sent.name,
            sent.name,
            sent.mimetype,
            sent.content,
            user.id,
            user.team_id,
            int(workspace.clock.now().timestamp()),
            workspace.base_url,
            foreign=user.kind is UserKind.STRANGER,
            channels=channels,
        )
        workspace.remember_file(file)
        return file

    def _with_files(self, value: Entry) -> Entry:
        if isinstance(value, str | int | dict) or value is None:
            return value
        if any(isinstance(entry, FileToSend) for entry in value):
            kept = [self.keep_file(entry) for entry in value if isinstance(entry, FileToSend)]
            return [file.as_json(whole=True) for file in kept]
        return value
