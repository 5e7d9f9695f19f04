"""Logs: one JSON object a line on standard error; static event names, ids as facts, never a buyer's words."""

import logging
import sys

import structlog


def set_up(level: str) -> None:
    """Route the program's own events and the libraries' warnings to standard error."""
    numeric = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries may log what they were given, bodies included; below a warning nothing of theirs is written.
    logging.basicConfig(level=max(numeric, logging.WARNING), stream=sys.stderr, force=True)
