"""What a person can see and touch: channels, messages, views, and the elements in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integrations.simulator.slack.blocks.identity import all_blocks, elements_of
from integrations.simulator.slack.channels import Channel, ChannelKind
from integrations.simulator.slack.errors import NotPossibleError, SlackError
from integrations.simulator.slack.json_values import JsonObject, list_of, objects_of, text_of
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.users import User, UserKind
from integrations.simulator.slack.views import View, Views
from integrations.simulator.slack.workspace import Workspace

_OUTSIDERS = {UserKind.SINGLE_CHANNEL_GUEST, UserKind.MULTI_CHANNEL_GUEST, UserKind.STRANGER}


@dataclass(slots=True)
class Reach:
    workspace: Workspace
    views: Views
    user: User

    def channel(self, channel_id: str, *, to_write: bool = False) -> Channel:
        """The channel if this person may see it (or write into it); raises `NotPossibleError`."""
        if self.user.deleted:
            raise NotPossibleError(f"{self.user.id} is deactivated")
        channel = self.workspace.channels.get(channel_id)
        if channel is None:
            raise NotPossibleError(f"there is no channel {channel_id}")
        if self.user.id not in channel.members:
            open_to_all = channel.kind is ChannelKind.PUBLIC and self.user.kind not in _OUTSIDERS
            if to_write or not open_to_all:
                raise NotPossibleError(f"{self.user.id} is not a member of {channel_id}")
        if to_write and channel.archived:
            raise NotPossibleError(f"{channel_id} is archived")
        return channel

    def message(self, channel: Channel, ts: str) -> Message:
        """A message that this person sees, theirs alone or everybody's."""
        found = channel.find(ts) or self.workspace.ephemeral(self.user.id, channel.id, ts)
        if found is None:
            raise NotPossibleError(f"{self.user.id} sees no message {ts} in {channel.id}")
        return found

    def view(self, view_id: str) -> View:
        """The modal on top, or this person's home tab."""
        if self.user.deleted:
            raise NotPossibleError(f"{self.user.id} is deactivated")
        try:
            view = self.views.find(view_id)
        except SlackError:
            raise NotPossibleError(f"the view {view_id} is not open") from None
        covered = view.kind == "modal" and view is not self.views.top(self.user.id)
        if view.user != self.user.id or covered:
            raise NotPossibleError(f"{self.user.id} does not see the view {view_id}")
        return view

    def element(
        self, blocks: Sequence[JsonObject], action_id: str, *, value: str | None = None, block_id: str | None = None
    ) -> tuple[JsonObject, JsonObject]:
        """The block and the element; `value` and `block_id` choose between several of one `action_id`."""
        for block, element in _elements(blocks):
            same = text_of(element, "action_id") == action_id
            wanted = value is None or element.get("value") == value
            if same and wanted and block_id in {None, block.get("block_id")} and self._is_shown(element):
                return block, element
        raise NotPossibleError(f"{self.user.id} sees no element {action_id}")

    def input(self, blocks: Sequence[JsonObject], name: str) -> tuple[JsonObject, JsonObject]:
        """The block and element of a field, by its block id or its action id."""
        for block, element in _elements(blocks):
            if name in {block.get("block_id"), element.get("action_id")}:
                return block, element
        raise NotPossibleError(f"there is no field {name}")

    def _is_shown(self, element: JsonObject) -> bool:
        chosen = list_of(element.get("visible_to_user_ids"))
        return not chosen or self.user.id in chosen


def _elements(blocks: Sequence[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    for block in all_blocks(objects_of(list(blocks))):
        for element in elements_of(block):
            yield block, element
