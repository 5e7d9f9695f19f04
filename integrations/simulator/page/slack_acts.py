"""What a visitor does in Slack, carried out by the hands of the person as whom they act."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from integrations.simulator.page.asked import Asked, files_in
from integrations.simulator.page.slack_state import APP
from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.inputs import Entry
from integrations.simulator.slack.json_values import JsonObject, list_of
from integrations.simulator.slack.people.outcome import Outcome
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.people.typing import FileToSend
from integrations.simulator.slack.server import SlackServer

Act = Callable[[Person, Asked], Awaitable[JsonObject]]


@dataclass(frozen=True, slots=True)
class SlackActs:
    """Each answers with what the person sees of the outcome; NotPossibleError says what Slack would not allow."""

    slack: SlackServer

    def all(self) -> dict[str, Act]:
        return {
            "say": self._say,
            "command": self._command,
            "press": self._press,
            "press-in-view": self._press_in_view,
            "choose-in-message": self._choose_in_message,
            "fill": self._fill,
            "submit": self._submit,
            "close": self._close,
            "suggest": self._suggest,
            "message-shortcut": self._message_shortcut,
            "react": self._react,
            "open-home": self._open_home,
        }

    def person(self, user_id: str) -> Person:
        if user_id not in self.slack.workspace.users:
            raise NotPossibleError(f"there is nobody called {user_id}")
        return self.slack.person(user_id)

    async def _say(self, person: Person, asked: Asked) -> JsonObject:
        files = _files(asked.any("files"))
        text = asked.text("text")
        if not text.strip() and not files:
            raise NotPossibleError("there is nothing to send yet")
        message = await person.say(self._channel(person, asked), text, asked.text("thread_ts"), files)
        return {"ts": message.ts}

    async def _command(self, person: Person, asked: Asked) -> JsonObject:
        return _seen(await person.command(self._channel(person, asked), asked.needed("text")))

    async def _press(self, person: Person, asked: Asked) -> JsonObject:
        return _seen(
            await person.press(
                self._channel(person, asked),
                asked.needed("ts"),
                asked.needed("action_id"),
                selected=_entry(asked.any("selected")),
                block_id=asked.text("block_id") or None,
            )
        )

    async def _press_in_view(self, person: Person, asked: Asked) -> JsonObject:
        return _seen(
            await person.press_in_view(
                asked.needed("view"),
                asked.needed("action_id"),
                selected=_entry(asked.any("selected")),
                block_id=asked.text("block_id") or None,
            )
        )

    async def _choose_in_message(self, person: Person, asked: Asked) -> JsonObject:
        await person.fill_in_message(self._channel(person, asked), asked.needed("ts"), _entries(asked.object("values")))
        return {}

    async def _fill(self, person: Person, asked: Asked) -> JsonObject:
        await person.fill(asked.needed("view"), _entries(asked.object("values")))
        return {}

    async def _submit(self, person: Person, asked: Asked) -> JsonObject:
        return _seen(await person.submit(asked.needed("view"), _entries(asked.object("values"))))

    async def _close(self, person: Person, asked: Asked) -> JsonObject:
        await person.close(asked.needed("view"), everything=asked.any("everything") is True)
        return {}

    async def _suggest(self, person: Person, asked: Asked) -> JsonObject:
        options = await person.suggestions(asked.needed("view"), asked.needed("action_id"), asked.text("typed"))
        return {"options": options}

    async def _message_shortcut(self, person: Person, asked: Asked) -> JsonObject:
        return _seen(
            await person.message_shortcut(asked.needed("callback_id"), self._channel(person, asked), asked.needed("ts"))
        )

    async def _react(self, person: Person, asked: Asked) -> JsonObject:
        await person.react(self._channel(person, asked), asked.needed("ts"), asked.needed("name"))
        return {}

    async def _open_home(self, person: Person, asked: Asked) -> JsonObject:
        del asked
        await person.open_home()
        return {}

    def _channel(self, person: Person, asked: Asked) -> str:
        named = asked.needed("channel")
        return self.slack.workspace.direct_with(person.user.id).id if named == APP else named


def _seen(outcome: Outcome) -> JsonObject:
    return {"warning": outcome.warning, "errors": outcome.errors}


def _entries(values: JsonObject) -> dict[str, Entry]:
    return {name: _entry(value) for name, value in values.items()}


def _entry(value: object) -> Entry:
    """A value as the page sends it: a text, a number, a list of texts, an option of an external menu, or files."""
    match value:
        case None | str() | int():
            return value
        case list():
            return [str(entry) for entry in value]
        case {"files": chosen}:
            return _files(chosen)
        case dict():
            return value
        case _:
            raise NotPossibleError("a field takes a text, a list, an option or files")


def _files(value: object) -> list[FileToSend]:
    return [FileToSend(file.name, file.content, file.content_type) for file in files_in(list_of(value))]
