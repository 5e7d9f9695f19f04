"""Files as Slack describes them in messages and forms."""

from bot.domain.replies import ReplyFile
from integrations.slack.json_values import JsonObject, number_of, objects_of, text_of
from integrations.slack.safe_text import one_line

_MOST_NAME = 120


def file_name(name: str) -> str:
    """A name without path, control characters or markup that misleads; never empty."""
    last = one_line(name).replace("\\", "/").rpartition("/")[2].strip(" .")
    if len(last) <= _MOST_NAME:
        return last or "file"
    stem, dot, ending = last.rpartition(".")
    ending = dot + ending if dot and len(ending) < 10 else ""  # noqa: PLR2004 - longer than that is no ending
    return (stem or last)[: _MOST_NAME - len(ending)] + ending


def reply_file(file: JsonObject) -> ReplyFile | None:
    """None for what is no file. A stranger's file comes as a stub without name and size; fetching it asks again."""
    identity = text_of(file, "id")
    if not identity:
        return None
    return ReplyFile(
        file_name(text_of(file, "name", "title")),
        text_of(file, "mimetype") or "application/octet-stream",
        max(0, number_of(file, "size")),
        identity,
    )


def reply_files(value: object) -> tuple[ReplyFile, ...]:
    return tuple(file for file in map(reply_file, objects_of(value)) if file is not None)
