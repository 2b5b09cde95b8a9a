"""Structured logs: one line an event, JSON in production, readable on a terminal. No PIN, token or whole number (R2, R23)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog

from models.values import masked_within

SPARED: Final = frozenset({"timestamp", "call"})


def configure() -> None:
    """Sets up logging for this process, to standard error."""
    terminal = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_numbers,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    # A job that is still at work when the next beat comes is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def mask_numbers(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Whatever looks like a telephone number or a PIN keeps its last two digits only, wherever it stands in an event."""
    return {name: value if name in SPARED or not isinstance(value, str) else masked_within(value) for name, value in event.items()}
