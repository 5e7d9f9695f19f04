"""The newer blocks, each on the surfaces where it is really drawn."""

from collections.abc import Mapping

from integrations.simulator.slack.blocks.composition import IDENTIFIER, plain, words
from integrations.simulator.slack.blocks.elements import IMAGE, Surface, elements_for
from integrations.simulator.slack.blocks.rich_text import RICH_TEXT, RICH_TEXT_BLOCK
from integrations.simulator.slack.blocks.schema import (
    Check,
    Problems,
    Shape,
    anything,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    items,
    number,
    one_of,
    text,
    whole_number,
)
from integrations.simulator.slack.json_values import JsonObject, list_of, object_of, objects_of

_ID: dict[str, Check] = {"block_id": IDENTIFIER}
_PICTURE = by_type({"image": IMAGE})
TABLE_CHARACTERS = 10_000

_CELL = by_type(
    {
        "raw_text": Shape({"text": text(TABLE_CHARACTERS, least=0)}),
        "raw_number": Shape({"value": number}, {"text": text(255)}),
        "rich_text": RICH_TEXT_BLOCK,
    }
)
_COLUMN = Shape(optional={"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _characters(value: object) -> int:
    if isinstance(value, dict):
        own = len(str(value["text"])) if isinstance(value.get("text"), str) else 0
        return own + sum(_characters(entry) for entry in value.values())
    return sum(_characters(entry) for entry in list_of(value))


def _cells_fit(block: JsonObject, pointer: str, problems: Problems) -> None:
    if _characters(block.get("rows")) > TABLE_CHARACTERS:
        problems.note(f"table cells must hold less than {TABLE_CHARACTERS + 1} characters", f"{pointer}/rows")


def _first_row_is_plain(block: JsonObject, pointer: str, problems: Problems) -> None:
    rows = list_of(block.get("rows"))
    for position, cell in enumerate(objects_of(rows[0]) if rows else []):
        if cell.get("type") != "raw_text":
            problems.note("header cells must be raw_text", f"{pointer}/rows/0/{position}/type")


def _points_match_categories(chart: JsonObject, pointer: str, problems: Problems) -> None:
    """Each series has a name of its own and one point for each category, in any order."""
    categories = sorted(str(name) for name in list_of(object_of(chart.get("axis_config")).get("categories")))
    names: set[object] = set()
    for position, series in enumerate(objects_of(chart.get("series"))):
        if sorted(str(point.get("label")) for point in objects_of(series.get("data"))) != categories:
            problems.note("data labels must match axis_config.categories", f"{pointer}/series/{position}/data")
        if series.get("name") in names:
            problems.note("series names must be unique", f"{pointer}/series/{position}/name")
        names.add(series.get("name"))


_TABLE = Shape(
    {"rows": items(items(_CELL, 20), 100)},
    _ID | {"column_settings": items(_COLUMN, 20)},
    (_cells_fit,),
)
_DATA_TABLE = Shape(
    {"rows": items(items(_CELL, 20), 100), "caption": text(150)},
    _ID | {"column_settings": items(_COLUMN, 20), "page_size": whole_number(1, 100), "row_header_column_index": number},
    (_cells_fit, _first_row_is_plain),
)

_SEGMENTS = items(Shape({"label": text(20), "value": number}), 12)
_SERIES = items(Shape({"name": text(20), "data": items(Shape({"label": text(20), "value": number}), 20)}), 12)
_AXIS = Shape({"categories": items(text(20), 20)}, {"x_label": text(50), "y_label": text(50)})
_GRAPH = Shape({"series": _SERIES, "axis_config": _AXIS}, rules=(_points_match_categories,))
_CHART = by_type({"pie": Shape({"segments": _SEGMENTS}), "line": _GRAPH, "bar": _GRAPH, "area": _GRAPH})
_DATA_VISUALIZATION = Shape({"title": text(50), "chart": _CHART}, _ID)


def _card(surface: Surface) -> Shape:
    return Shape(
        optional=_ID
        | {
            "title": words(150),
            "subtitle": words(150),
            "body": words(200),
            "icon": _PICTURE,
            "hero_image": _PICTURE,
            "actions": items(by_type(elements_for("card", surface)), 3),
        },
        rules=(at_least_one("title", "body", "hero_image", "actions"),),
    )


def _container(inside: Mapping[str, Check]) -> Shape:
    return Shape(
        {"child_blocks": items(by_type(inside), 10)},
        _ID
        | {
            "title": plain(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": words(150),
            "icon": _PICTURE,
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        (exactly_one("title", "rich_text_title"),),
    )


_ALERT = Shape({"text": words(200)}, _ID | {"level": one_of("default", "info", "warning", "error", "success")})
_TASK = Shape(
    {"task_id": text(255), "title": text(255), "status": one_of("pending", "in_progress", "complete", "error")},
    _ID | {"details": RICH_TEXT, "output": RICH_TEXT, "sources": anything},
)


def rare_blocks(surface: Surface, classic: Mapping[str, Check]) -> dict[str, Check]:
    """The newer blocks that `surface` accepts; a container holds `classic` ones."""
    if surface is Surface.MODAL:
        return {"alert": _ALERT}
    card = _card(surface)
    both: dict[str, Check] = {
        "container": _container(classic),
        "card": card,
        "carousel": Shape({"elements": items(by_type({"card": card}), 10)}, _ID),
        "data_visualization": _DATA_VISUALIZATION,
    }
    if surface is Surface.HOME:
        return both
    return both | {
        "table": _TABLE,
        "data_table": _DATA_TABLE,
        "markdown": Shape({"text": text(12_000)}, _ID),
        "context_actions": Shape({"elements": items(by_type(elements_for("context_actions", surface)), 5)}, _ID),
        "plan": Shape({"title": text(255)}, _ID | {"tasks": items(by_type({"task_card": _TASK}), 50)}),
        "task_card": _TASK,
    }


def at_most(kind: str, most: int) -> Check:
    """A rule over all blocks of a message: no more than `most` of one kind."""

    def check(blocks: object, pointer: str, problems: Problems) -> None:
        if sum(object_of(block).get("type") == kind for block in objects_of(blocks)) > most:
            problems.note(f"no more than {most} {kind} blocks allowed", pointer)

    return check
