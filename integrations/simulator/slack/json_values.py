"""Reading JSON that somebody else wrote, without trusting its shape."""

from collections.abc import Mapping

JsonObject = dict[str, object]


def object_of(value: object) -> JsonObject:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """Return `value` if it is a JSON list, else an empty one."""
    return value if isinstance(value, list) else []


def objects_of(value: object) -> list[JsonObject]:
    """Return the JSON objects among the entries of `value`."""
    return [entry for entry in list_of(value) if isinstance(entry, dict)]


def text_of(values: Mapping[str, object], name: str) -> str:
    """Return the text under `name`, or an empty one."""
    value = values.get(name)
    return value if isinstance(value, str) else ""
