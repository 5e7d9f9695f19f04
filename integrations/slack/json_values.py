"""Reading JSON that somebody else wrote, without trusting its shape."""

from collections.abc import Iterator, Mapping

JsonObject = dict[str, object]


def object_of(value: object) -> JsonObject:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_of(value: object) -> list[JsonObject]:
    """Return the JSON objects among the entries of `value`; an empty list if it is no list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def text_of(values: Mapping[str, object], *names: str) -> str:
    """Return the first text that stands under one of `names`, or an empty one."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def number_of(values: Mapping[str, object], name: str) -> int:
    """Return the whole number under `name`, or 0."""
    value = values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def walked(value: object) -> Iterator[JsonObject]:
    """Every JSON object in `value`, however deep."""
    if isinstance(value, dict):
        yield value
        for entry in value.values():
            yield from walked(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from walked(entry)
