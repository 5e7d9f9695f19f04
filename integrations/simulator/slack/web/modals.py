"""views.* and blocks.validate."""

from dataclasses import dataclass

from integrations.simulator.slack.blocks.elements import Surface
from integrations.simulator.slack.blocks.schema import Problem
from integrations.simulator.slack.blocks.surfaces import block_problems, check_view, view_problems
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject, object_of
from integrations.simulator.slack.records import Journal, RecordKind
from integrations.simulator.slack.triggers import Rights, Trigger
from integrations.simulator.slack.views import View, Views
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.workspace import Workspace


@dataclass(slots=True)
class Modals:
    workspace: Workspace
    views: Views
    rights: Rights
    journal: Journal

    def open(self, arguments: Arguments) -> JsonObject:
        trigger = self._trigger(arguments)
        view = self.views.open(trigger.user, check_view(arguments.structure("view"), kind="modal"))
        trigger.used = True
        return self._shown(view, RecordKind.VIEW_OPENED, "views.open")

    def push(self, arguments: Arguments) -> JsonObject:
        trigger = self._trigger(arguments)
        body = check_view(arguments.structure("view"), kind="modal")
        if not trigger.view:
            # Only an interaction inside a modal may put another one on top of it.
            raise SlackError("not_found")
        view = self.views.push(trigger.user, body)
        trigger.used = True
        return self._shown(view, RecordKind.VIEW_OPENED, "views.push")

    def update(self, arguments: Arguments) -> JsonObject:
        body = check_view(arguments.structure("view"), kind="modal")
        view = self.views.find(arguments.text("view_id"), external_id=arguments.text("external_id"))
        self.views.update(view, body, expected_hash=arguments.text("hash"))
        return self._shown(view, RecordKind.VIEW_UPDATED, "views.update")

    def publish(self, arguments: Arguments) -> JsonObject:
        user = arguments.text("user_id")
        if user not in self.workspace.users:
            raise SlackError("invalid_arguments", "[ERROR] invalid `user_id` [json-pointer:/user_id]")
        body = check_view(arguments.structure("view"), kind="home")
        view = self.views.publish(user, body, expected_hash=arguments.text("hash"))
        return self._shown(view, RecordKind.HOME_PUBLISHED, "views.publish")

    def validate(self, arguments: Arguments) -> JsonObject:
        given = [name for name in ("blocks", "message", "view") if arguments.has(name)]
        if len(given) != 1:
            raise SlackError("invalid_arguments", "must provide exactly one of `blocks`, `view`, or `message`")
        name = given[0]
        value = arguments.structure(name)
        found: list[Problem]
        if name == "view":
            found = view_problems(value)
        else:
            blocks = object_of(value).get("blocks", []) if name == "message" else value
            found = block_problems(blocks, "/blocks" if name == "message" else "", Surface.MESSAGE)
        if not found:
            return {}
        details: list[JsonObject] = [
            {"code": "failed_constraint", "message": problem.message, "pointer": problem.pointer.removeprefix("/view")}
            for problem in found
        ]
        raise SlackError(f"invalid_{name}", details=details)

    def _trigger(self, arguments: Arguments) -> Trigger:
        if not arguments.has("trigger_id"):
            raise SlackError("invalid_arguments", "[ERROR] missing required field: trigger_id")
        return self.rights.look_at(arguments.text("trigger_id"))

    def _shown(self, view: View, kind: RecordKind, method: str) -> JsonObject:
        self.journal.note(kind, method=method, user=view.user, view=view.id, body=view.body)
        return {"view": view.as_json(self.workspace.installation)}
