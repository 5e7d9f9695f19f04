"""Logs: one JSON object a line on standard error; static event names, ids as facts, never a buyer's words."""

import asyncio
import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import TextIO

import structlog

from bot.ports.failures import Failure

Fields = MutableMapping[str, object]


def set_up(level: str, stream: TextIO | None = None) -> None:
    """Route the program's own events from `level` on, and the libraries' warnings, to standard error."""
    stream = stream or sys.stderr
    numeric = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _say_where_it_failed,
            structlog.processors.JSONRenderer(default=_name_of),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    # Libraries may log what they were given, bodies included; below a warning nothing of theirs is written.
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Libraries())
    logging.basicConfig(level=max(numeric, logging.WARNING), handlers=[handler], force=True)


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Log what a loop has to say of tasks that failed unheard, without the words of their exceptions."""
    loop.set_exception_handler(_failed_unheard)


def _failed_unheard(_loop: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    error = context.get("exception")
    facts = {"what": context.get("message")}
    _log = structlog.get_logger(__name__)
    _log.error("a task failed unheard", exc_info=error if isinstance(error, BaseException) else None, **facts)


class _Libraries(logging.Formatter):
    """A library's line as its template: what it would put into the places may be a buyer's."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "event": "a library has something to say",
            "logger": record.name,
            "says": str(record.msg).partition("\n")[0],
            "level": record.levelname.lower(),
            "exc_info": record.exc_info,
        }
        for process in (structlog.processors.TimeStamper(fmt="iso", utc=True), _say_where_it_failed):
            fields = dict(process(None, "", fields))
        rendered = structlog.processors.JSONRenderer(default=_name_of)(None, "", fields)
        return rendered if isinstance(rendered, str) else rendered.decode()


def _say_where_it_failed(_logger: object, _method: str, fields: Fields) -> Fields:
    """An exception as its type and the places it passed. Its text is left away unless it is one of the four failure
    words: a library's may quote the row, the mail or the address that it stumbled over."""
    found = fields.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else sys.exception() if found is True else found
    if isinstance(error, BaseException):
        fields["exception"] = [_in_short(each) for each in _chain(error)]
    return fields


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and what led to it, the newest first."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return chain


def _in_short(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    reason = {"reason": error.reason} if isinstance(error, Failure) else {}
    return {"type": type(error).__name__, **reason, "places": places}


def _name_of(value: object) -> str:
    """What JSON does not know is shown by its type: its text may hold anything."""
    return type(value).__name__
