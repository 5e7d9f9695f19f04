"""Reading what the page's scripts ask for, without trusting its shape."""

import base64
import binascii
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from integrations.simulator.slack.json_values import JsonObject, object_of, objects_of, text_of

MOST_FILE_BYTES = 10 * 1024 * 1024
Word = TypeVar("Word", bound=StrEnum)


class NotUnderstoodError(Exception):
    """The request does not have the shape that the page's own scripts give it."""


class Asked:
    """One act that the page asks for, with its values by name."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    @classmethod
    async def read(cls, request: web.Request) -> "Asked":
        try:
            values = json.loads(await request.read())
        except ValueError as error:
            raise NotUnderstoodError("The request holds no JSON.") from error
        if not isinstance(values, dict):
            raise NotUnderstoodError("The request holds no JSON object.")
        return cls(values)

    def text(self, name: str) -> str:
        """The text under `name`, empty if there is none."""
        return text_of(self._values, name)

    def needed(self, name: str) -> str:
        text = self.text(name).strip()
        if not text:
            raise NotUnderstoodError(f"Please give {name.replace('_', ' ')}.")
        return text

    def number(self, name: str, least: float, most: float) -> float:
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise NotUnderstoodError(f"{name.replace('_', ' ')} must be a number from {least:g} to {most:g}.")
        return value

    def word(self, name: str, words: type[Word]) -> Word:
        try:
            return words(self.text(name))
        except ValueError:
            raise NotUnderstoodError(f"{self.text(name)!r} is not known as {name.replace('_', ' ')}.") from None

    def any(self, name: str) -> object:
        return self._values.get(name)

    def object(self, name: str) -> JsonObject:
        return object_of(self._values.get(name))

    def files(self, name: str) -> list["AskedFile"]:
        return files_in(self._values.get(name))


class AskedFile:
    """A file that a visitor has chosen: its name, its type as the browser names it, its bytes."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.name = text_of(values, "name") or "file"
        self.content_type = text_of(values, "type") or "application/octet-stream"
        try:
            self.content = base64.b64decode(text_of(values, "base64"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise NotUnderstoodError(f"The file {self.name} did not arrive whole.") from error
        if len(self.content) > MOST_FILE_BYTES:
            raise NotUnderstoodError(f"The file {self.name} is larger than {MOST_FILE_BYTES // 1024**2} MB.")


def files_in(value: object) -> list[AskedFile]:
    return [AskedFile(entry) for entry in objects_of(value)]
