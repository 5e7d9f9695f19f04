"""Modals and home tabs that are open, with what was typed into them."""

import secrets
from dataclasses import dataclass, field

from integrations.simulator.slack.blocks.identity import with_ids
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.inputs import InputState, initial_state
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.json_values import JsonObject, objects_of, text_of

DEEPEST_STACK = 3


@dataclass(slots=True)
class View:
    id: str
    user: str
    body: JsonObject
    hash: str
    root: str
    previous: str = ""
    entered: InputState = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return text_of(self.body, "type")

    @property
    def external_id(self) -> str:
        return text_of(self.body, "external_id")

    @property
    def blocks(self) -> list[JsonObject]:
        return objects_of(self.body.get("blocks"))

    def as_json(self, installation: Installation) -> JsonObject:
        shown: JsonObject = {
            "id": self.id,
            "team_id": installation.team_id,
            "type": self.kind,
            "blocks": self.blocks,
            "private_metadata": text_of(self.body, "private_metadata"),
            "callback_id": text_of(self.body, "callback_id"),
            "external_id": self.external_id,
            "state": {"values": self.entered},
            "hash": self.hash,
            "clear_on_close": self.body.get("clear_on_close") is True,
            "notify_on_close": self.body.get("notify_on_close") is True,
            "root_view_id": self.root,
            "previous_view_id": self.previous or None,
            "app_id": installation.app_id,
            "app_installed_team_id": installation.team_id,
            "bot_id": installation.bot_id,
        }
        for part in ("title", "submit", "close"):
            shown[part] = self.body.get(part)
        return shown


@dataclass(slots=True)
class Views:
    """Each person sees the top of the last stack; a stack is a root view with at most two pushed onto it."""

    stacks: dict[str, list[list[View]]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def open(self, user: str, body: JsonObject) -> View:
        """Open a root view; raises `duplicate_external_id`."""
        self._refuse_known_external_id(body)
        view = _new_view(user, body)
        self.stacks.setdefault(user, []).append([view])
        return view

    def push(self, user: str, body: JsonObject) -> View:
        """Put a view onto the one that is open; raises `not_found`, `push_limit_reached`, `duplicate_external_id`."""
        stacks = self.stacks.get(user)
        if not stacks:
            raise SlackError("not_found")
        stack = stacks[-1]
        if len(stack) >= DEEPEST_STACK:
            raise SlackError("push_limit_reached")
        self._refuse_known_external_id(body)
        view = _new_view(user, body)
        view.root, view.previous = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def update(self, view: View, body: JsonObject, *, expected_hash: str = "") -> None:
        """Replace a view's body; raises `hash_conflict`. What was typed stays where block and action keep their ids."""
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        if text_of(body, "external_id") != view.external_id:
            self._refuse_known_external_id(body)
        kept = _with_ids(body)
        fresh = initial_state(objects_of(kept.get("blocks")))
        for block_id, actions in fresh.items():
            for action_id, entry in actions.items():
                before = view.entered.get(block_id, {}).get(action_id)
                if before is not None and before.get("type") == entry.get("type"):
                    actions[action_id] = before
        view.body, view.entered, view.hash = kept, fresh, _new_hash()

    def publish(self, user: str, body: JsonObject, *, expected_hash: str = "") -> View:
        """Show a home tab; raises `hash_conflict`."""
        home = self.homes.get(user)
        if home is None:
            home = self.homes[user] = _new_view(user, body)
        else:
            self.update(home, body, expected_hash=expected_hash)
        return home

    def find(self, view_id: str, *, external_id: str = "") -> View:
        """An open view or a home tab; raises `not_found`."""
        for view in self._all():
            if (view_id and view.id == view_id) or (external_id and view.external_id == external_id):
                return view
        raise SlackError("not_found")

    def top(self, user: str) -> View | None:
        """The modal that `user` looks at."""
        stacks = self.stacks.get(user)
        return stacks[-1][-1] if stacks else None

    def close(self, view: View, *, everything: bool) -> list[View]:
        """Take the view away, or its whole stack; returns what was closed, the topmost first."""
        stacks = self.stacks.get(view.user, [])
        stack = next((entry for entry in stacks if view in entry), None)
        if stack is None:
            raise SlackError("not_found")
        closed = list(reversed(stack)) if everything else [view]
        for entry in closed:
            stack.remove(entry)
        if not stack:
            stacks.remove(stack)
        return closed

    def _all(self) -> list[View]:
        modals = [view for stacks in self.stacks.values() for stack in stacks for view in stack]
        return modals + list(self.homes.values())

    def _refuse_known_external_id(self, body: JsonObject) -> None:
        wanted = text_of(body, "external_id")
        if wanted and any(view.external_id == wanted for view in self._all()):
            raise SlackError("duplicate_external_id")


def _with_ids(body: JsonObject) -> JsonObject:
    return body | {"blocks": with_ids(objects_of(body.get("blocks")))}


def _new_view(user: str, body: JsonObject) -> View:
    kept = _with_ids(body)
    view_id = f"V0SIM{secrets.token_hex(4).upper()}"
    return View(view_id, user, kept, _new_hash(), view_id, entered=initial_state(objects_of(kept.get("blocks"))))


def _new_hash() -> str:
    return f"{secrets.randbelow(10**9) + 10**9}.{secrets.token_hex(4)}"
