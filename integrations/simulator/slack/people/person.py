"""A person's hands in Slack: tests, the demo and the web page act through them."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.events import Events
from integrations.simulator.slack.files import File
from integrations.simulator.slack.inputs import Entry
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.messages import Author, Content, Message
from integrations.simulator.slack.payloads import Payloads
from integrations.simulator.slack.people.forms import Forms
from integrations.simulator.slack.people.interactivity import Interactivity
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.people.presses import Presses
from integrations.simulator.slack.people.reach import Reach
from integrations.simulator.slack.people.typing import FileToSend, as_blocks, as_sent
from integrations.simulator.slack.posting import Posting
from integrations.simulator.slack.users import User, UserKind
from integrations.simulator.slack.web.response_urls import ResponseUrls


@dataclass(slots=True)
class Person:
    """Everything here raises `NotPossibleError` where Slack's client would not let this person do it."""

    user: User
    reach: Reach
    posting: Posting
    events: Events
    payloads: Payloads
    interactivity: Interactivity
    answers: ResponseUrls
    presses: Presses
    forms: Forms

    async def say(
        self,
        channel: str,
        text: str,
        thread_ts: str = "",
        files: Sequence[FileToSend] = (),
        *,
        broadcast: bool = False,
    ) -> Message:
        """Write into a channel or thread. `text` is as typed; `<@U...>` and `<https://...>` are mentions and links."""
        place = self.reach.channel(channel, to_write=True)
        if thread_ts:
            # Slack's client answers in the thread, also when the menu of a reply was used.
            thread_ts = self.reach.message(place, thread_ts).thread_ts or thread_ts
        kept = [self._keep(file, place.id) for file in files]
        message = self.posting.post(
            place,
            self._author(),
            Content(as_sent(text), as_blocks(text)),
            method="say",
            thread_ts=thread_ts,
            broadcast=broadcast,
            files=kept,
            subtype="file_share" if kept else "",
            client_msg_id=str(uuid.uuid4()),
        )
        await _let_go()
        return message

    async def say_to_bot(self, text: str, files: Sequence[FileToSend] = ()) -> Message:
        """Write to the application in the direct conversation with it."""
        return await self.say(self.posting.workspace.direct_with(self.user.id).id, text, files=files)

    async def edit(self, channel: str, ts: str, text: str) -> None:
        message = self._own(channel, ts)
        self.posting.edit(
            message, Content(as_sent(text), as_blocks(text)), by=self.user.id, method="edit", metadata=None
        )
        await _let_go()

    async def delete(self, channel: str, ts: str) -> None:
        self.posting.delete(self._own(channel, ts), by=self.user.id, method="delete")
        await _let_go()

    async def react(self, channel: str, ts: str, name: str) -> None:
        message = self.reach.message(self.reach.channel(channel, to_write=True), ts)
        if self.user.id in message.reactions.get(name, []):
            raise NotPossibleError(f"{self.user.id} has already reacted with {name}")
        self.posting.react(message, self.user.id, name, method="react")
        await _let_go()

    async def join(self, channel: str) -> None:
        """Enter a public channel."""
        place = self.reach.channel(channel)
        if self.user.id in place.members:
            raise NotPossibleError(f"{self.user.id} is already in {channel}")
        place.members.append(self.user.id)
        event: JsonObject = {
            "type": "member_joined_channel",
            "user": self.user.id,
            "channel": channel,
            "channel_type": "C",
            "team": self.user.team_id,
            "event_ts": self.posting.workspace.new_ts(place),
        }
        self.events.announce(event, place)
        await _let_go()

    async def command(self, channel: str, text: str) -> Outcome:
        """Type a slash command, its word included. Commands cannot be used in threads, so there is no thread here."""
        place = self.reach.channel(channel)
        word, _, rest = text.partition(" ")
        payload = self.payloads.command(self.user, place, word, rest.strip())
        warning = f'{word} failed with the error "operation_timeout"'
        outcome = await self.interactivity.tell(
            "slash_commands", payload, self.user, what="command", channel=channel, warning=warning
        )
        if outcome.answer:
            self.answers.answer_at_once(place.id, self.user.id, outcome.answer)
        return outcome

    async def press(
        self,
        channel: str,
        ts: str,
        action_id: str,
        *,
        value: str | None = None,
        selected: Entry = None,
        block_id: str | None = None,
    ) -> Outcome:
        """Press a button of a message, or choose `selected` in a menu of it; see `Presses`."""
        return await self.presses.in_message(channel, ts, action_id, value=value, selected=selected, block_id=block_id)

    async def press_in_view(
        self,
        view_id: str,
        action_id: str,
        *,
        value: str | None = None,
        selected: Entry = None,
        block_id: str | None = None,
    ) -> Outcome:
        """Press a button of the modal on top or of the home tab."""
        return await self.presses.in_view(view_id, action_id, value=value, selected=selected, block_id=block_id)

    async def fill(self, view_id: str, values: Mapping[str, Entry]) -> None:
        """Type into fields of a modal, named by block id or action id, without submitting it."""
        await self.forms.fill(view_id, values)

    async def fill_in_message(self, channel: str, ts: str, values: Mapping[str, Entry]) -> None:
        """Type into the fields of a message; nobody else sees it."""
        self.forms.fill_in_message(channel, ts, values)
        await _let_go()

    async def submit(self, view_id: str, values: Mapping[str, Entry] | None = None) -> Outcome:
        """Fill the fields and press the submit button."""
        return await self.forms.submit(view_id, values or {})

    async def close(self, view_id: str, *, everything: bool = False) -> None:
        """Press the close button, or with `everything` the cross that ends the whole stack."""
        await self.forms.close(view_id, everything=everything)

    async def suggestions(self, view_id: str, action_id: str, typed: str) -> list[JsonObject]:
        """The options that the application offers while this person types into an external select."""
        return await self.forms.suggestions(view_id, action_id, typed)

    async def shortcut(self, callback_id: str) -> Outcome:
        """Use a global shortcut."""
        if self.user.deleted:
            raise NotPossibleError(f"{self.user.id} is deactivated")
        payload = self.payloads.global_shortcut(self.user, callback_id)
        return await self.interactivity.tell("interactive", payload, self.user, what="shortcut")

    async def message_shortcut(self, callback_id: str, channel: str, ts: str) -> Outcome:
        """Use a shortcut from a message's menu; it works inside threads."""
        place = self.reach.channel(channel)
        message = self.reach.message(place, ts)
        if message.subtype == "ephemeral":
            raise NotPossibleError("an only-you message has no menu")
        payload = self.payloads.message_shortcut(self.user, place, message, callback_id)
        return await self.interactivity.tell(
            "interactive", payload, self.user, what="message_shortcut", channel=channel
        )

    async def open_home(self) -> None:
        """Open the application's home tab."""
        if self.user.deleted or self.user.kind is UserKind.STRANGER:
            raise NotPossibleError(f"{self.user.id} cannot open the home tab")
        place = self.posting.workspace.direct_with(self.user.id)
        event: JsonObject = {
            "type": "app_home_opened",
            "user": self.user.id,
            "channel": place.id,
            "tab": "home",
            "event_ts": self.posting.workspace.new_ts(place),
        }
        home = self.forms.home()
        if home is not None:
            event["view"] = home
        self.events.send(event)
        await _let_go()

    def _author(self) -> Author:
        home = self.posting.workspace.installation.team_id
        return Author(
            self.user.id,
            self.user.team_id,
            self.user.bot_id,
            name=self.user.real_name,
            external=self.user.team_id != home,
        )

    def _own(self, channel: str, ts: str) -> Message:
        message = self.reach.message(self.reach.channel(channel, to_write=True), ts)
        if message.author.user != self.user.id:
            raise NotPossibleError(f"{self.user.id} did not write {ts}")
        return message

    def _keep(self, sent: FileToSend, channel: str) -> File:
        return self.forms.keep_file(sent, channels=(channel,))


async def _let_go() -> None:
    """Let the events of what was just done leave before the person does the next thing."""
    await asyncio.sleep(0)
