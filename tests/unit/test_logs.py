"""Log lines: JSON each, and silent about what they must not know."""

import asyncio
import io
import json
import logging

import pytest
import structlog

from bot import logs
from bot.ports.failures import Transient

LETTER = "Where is my parcel? Maria, 1401 Elm St"


@pytest.fixture
def stream() -> io.StringIO:
    written = io.StringIO()
    logs.set_up("DEBUG", written)
    return written


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def _fail(error: Exception) -> None:
    raise error


def _cannot_read() -> None:
    try:
        _fail(KeyError(LETTER))
    except KeyError as error:
        raise ValueError(f"cannot read {LETTER}") from error


def test_an_exception_is_its_type_and_place_without_its_words(stream: io.StringIO) -> None:
    try:
        _cannot_read()
    except ValueError:
        structlog.get_logger().exception("letter could not be filed", inbound=7)
    (line,) = lines(stream)
    assert (line["event"], line["inbound"], line["level"]) == ("letter could not be filed", 7, "error")
    assert [each["type"] for each in line["exception"]] == ["ValueError", "KeyError"]
    assert "test_logs.py:" in line["exception"][0]["places"][0]
    assert "Elm St" not in stream.getvalue()


def test_a_failure_word_says_its_reason(stream: io.StringIO) -> None:
    try:
        _fail(Transient("Slack did not answer."))
    except Transient:
        structlog.get_logger().exception("job failed")
    assert lines(stream)[0]["exception"][0]["reason"] == "Slack did not answer."


def test_what_is_no_plain_value_is_shown_by_its_type(stream: io.StringIO) -> None:
    structlog.get_logger().warning("odd", letter=object(), raw=LETTER.encode())
    assert (lines(stream)[0]["letter"], lines(stream)[0]["raw"]) == ("object", "bytes")


def test_a_library_is_quiet_below_a_warning_and_then_says_its_pattern_only(stream: io.StringIO) -> None:
    library = logging.getLogger("some.library")
    library.info("body: %s", LETTER)
    library.debug(LETTER)
    library.warning("body: %s", LETTER)
    try:
        _fail(RuntimeError(LETTER))
    except RuntimeError:
        library.exception("handler failed for %s\n%s", LETTER, LETTER)
    first, second = lines(stream)
    assert (first["logger"], first["says"], first["level"]) == ("some.library", "body: %s", "warning")
    assert second["says"] == "handler failed for %s"
    assert "Elm St" not in stream.getvalue()


async def test_a_task_that_failed_unheard_is_told_without_its_words(stream: io.StringIO) -> None:
    logs.watch(asyncio.get_running_loop())

    async def fail() -> None:
        raise ValueError(LETTER)

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "task": task}
    )
    (line,) = lines(stream)
    assert line["what"] == "Task exception was never retrieved"
    assert line["exception"][0]["type"] == "ValueError"
    assert "Elm St" not in stream.getvalue()
