"""The arguments of one call, however the client sent them."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject

T = TypeVar("T")
MOST_ENTRIES = 1000


@dataclass(slots=True)
class Arguments:
    values: JsonObject = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) not in {None, ""} if _is_plain(self.values.get(name)) else True

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Slack takes true, "true", 1 and "1" for yes."""
        return str(self.values.get(name, "")).lower() in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        """A whole number; raises `invalid_arguments`."""
        if not self.has(name):
            return default
        try:
            return int(self.text(name))
        except ValueError:
            raise SlackError("invalid_arguments", f"[ERROR] must be an integer [json-pointer:/{name}]") from None

    def structure(self, name: str) -> object:
        """A JSON value, sent as such or as its text; None if absent or not JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            parsed: object = json.loads(value)
        except ValueError:
            return None
        return parsed

    def page(self, entries: Sequence[T], *, default: int = 100) -> tuple[list[T], str]:
        """The page that `cursor` and `limit` ask for, and the next cursor; raises `invalid_cursor`."""
        limit = self.number("limit", default)
        if not 1 <= limit <= MOST_ENTRIES:
            limit = default
        start = _start_of(self.text("cursor"))
        page = list(entries[start : start + limit])
        more = start + limit < len(entries)
        return page, _cursor_of(start + limit) if more else ""


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _cursor_of(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _start_of(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
        return int(start) if word == "next" else _refuse_cursor()
    except (binascii.Error, ValueError):
        return _refuse_cursor()


def _refuse_cursor() -> int:
    raise SlackError("invalid_cursor")


async def read_arguments(request: web.Request, *, reads_json: bool) -> Arguments:
    """Collect the arguments of a call; raises `json_not_object`."""
    values: JsonObject = dict(request.query)
    if request.content_type == "application/json":
        if reads_json:
            values |= await _json_body(request)
    elif request.method == "POST":
        values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Arguments(values)


async def _json_body(request: web.Request) -> JsonObject:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise SlackError("json_not_object") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body
