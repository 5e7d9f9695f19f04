"""Carrying what a person does to the application, and the application's answer back to the person."""

from dataclasses import dataclass

from integrations.simulator.slack.blocks.surfaces import check_view
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject, object_of, text_of
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.records import Journal, RecordKind
from integrations.simulator.slack.socket_mode import NotAcknowledgedError, SocketMode
from integrations.simulator.slack.users import User
from integrations.simulator.slack.views import View, Views

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(slots=True)
class Interactivity:
    socket: SocketMode
    views: Views
    journal: Journal

    async def tell(
        self, kind: str, payload: JsonObject, user: User, *, what: str, channel: str = "", warning: str = TROUBLE
    ) -> Outcome:
        """Send an interaction; what is not acknowledged in three seconds is shown to the person as `warning`."""
        self.journal.note(RecordKind.ACTED, method=what, channel=channel, user=user.id, payload=payload)
        try:
            answer = await self.socket.ask(kind, payload)
        except NotAcknowledgedError:
            return self.warn(user, warning, what=what, channel=channel)
        return Outcome(acknowledged=True, answer=answer)

    def warn(self, user: User, warning: str, *, what: str, channel: str = "", acknowledged: bool = False) -> Outcome:
        self.journal.note(RecordKind.WARNED, method=what, channel=channel, user=user.id, warning=warning)
        return Outcome(acknowledged=acknowledged, warning=warning)

    def after_submission(self, user: User, view: View, outcome: Outcome) -> Outcome:
        """Do to the modal what the acknowledgement of its submission asks for."""
        answer = outcome.answer
        action = text_of(answer, "response_action")
        try:
            self.views.find(view.id)
            if action == "errors":
                return self._show_errors(user, view, answer)
            if action == "update":
                self.views.update(view, check_view(answer.get("view"), kind="modal"))
                self._note(RecordKind.VIEW_UPDATED, view)
            elif action == "push":
                pushed = self.views.push(user.id, check_view(answer.get("view"), kind="modal"))
                self._note(RecordKind.VIEW_OPENED, pushed)
            elif action in {"", "clear"}:
                for closed in self.views.close(view, everything=action == "clear"):
                    self._note(RecordKind.VIEW_CLOSED, closed)
            else:
                return self.warn(user, TROUBLE, what=f"response_action {action}", acknowledged=True)
        except SlackError as refusal:
            if refusal.code == "not_found":
                # The application or another window has closed the view in the meantime; nothing is left to do.
                return Outcome(acknowledged=True, action=action, answer=answer)
            warned = self.warn(user, TROUBLE, what="view_submission", acknowledged=True)
            self.journal.note(
                RecordKind.REFUSED, method="view_submission", error=refusal.code, messages=list(refusal.messages)
            )
            return warned
        return Outcome(acknowledged=True, action=action, answer=answer)

    def _show_errors(self, user: User, view: View, answer: JsonObject) -> Outcome:
        errors = {block: str(told) for block, told in object_of(answer.get("errors")).items()}
        inputs = {text_of(block, "block_id") for block in view.blocks if block.get("type") == "input"}
        if not errors or not errors.keys() <= inputs:
            # Errors can only stand under input blocks; Slack shows its own trouble instead of ours.
            return self.warn(user, TROUBLE, what="view_submission", acknowledged=True)
        return Outcome(acknowledged=True, action="errors", errors=errors, answer=answer)

    def _note(self, kind: RecordKind, view: View) -> None:
        self.journal.note(kind, method="view_submission", user=view.user, view=view.id, body=view.body)
