"""Structured logs: one line an event, JSON in production, readable on a terminal. No PIN, token or whole number (R2, R23).

Every line of this process looks alike and goes the same way, whether ours (structlog) or a library's (logging). What is going on is
bound where it begins and stands in each line until it is over: call, leg, turn, step and case while a webhook is answered
(ivr.traces), job and call of a clock's job, id and kind of an errand.

    masked     whatever looks like a number or a PIN keeps its last two digits, wherever it stands: in a value, in a traceback
    blotted    the secrets of this process's settings, should a library ever repeat one (those of six characters and more)
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final, TextIO, cast
from urllib.parse import unquote, urlsplit

import structlog

from app.settings import Settings
from models.values import masked_within

SPARED: Final = frozenset({"timestamp", "call"})
NAMED_ANYHOW: Final = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
"""A UUID, as requests of programs are named: digits may follow one another in it, and are nobody's number."""
SHORTEST_SECRET: Final = 6
BLOT: Final = "…"
# Whoever tells more than what is wrong. A job that is still at work when the next beat comes is no news.
QUIET: Final = {"apscheduler": logging.ERROR, "werkzeug": logging.WARNING}
Event = MutableMapping[str, Any]


def configure(settings: Settings) -> None:
    """Sets up logging for this process, to standard error; what is secret in `settings` is never written."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendered: list[Any] = [structlog.processors.format_exc_info, Cleaner(settings), _renderer()]
    ours = structlog.WriteLogger(cast("TextIO", _StandardError()))
    structlog.configure(
        processors=[*shared, *rendered],
        logger_factory=lambda *_: ours,
        cache_logger_on_first_use=False,
    )
    _take_in_libraries([*shared, structlog.stdlib.ExtraAdder(), structlog.stdlib.add_logger_name], rendered)


def take_in(logger: logging.Logger) -> None:
    """From now on this logger, which had handlers of its own, writes as everybody does."""
    logger.handlers.clear()
    logger.propagate = True


class _StandardError:
    """Standard error as it is at that moment: whoever exchanges it gets the lines."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Lines(logging.StreamHandler[_StandardError]):
    """The one handler of libraries' lines."""


class Cleaner:
    """Masks numbers and PINs, and blots secrets, in every value of an event, however deep, and in its name."""

    def __init__(self, settings: Settings) -> None:
        known = sorted((secret for secret in _secrets(settings) if len(secret) >= SHORTEST_SECRET), key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: object, _method: str, event: Event) -> Mapping[str, Any]:
        """A processor of structlog."""
        return {name: value if _is_spared(name, value) else self._clean(value) for name, value in event.items()}

    def text(self, text: str) -> str:
        """A text without numbers, PINs and secrets."""
        return masked_within(self._secret.sub(BLOT, text) if self._secret else text)

    def _clean(self, value: Any) -> Any:  # noqa: ANN401 - whatever an event holds
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(name): self._clean(one) for name, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(one) for one in value]
        return self.text(str(value))


def _is_spared(name: str, value: object) -> bool:
    """Whether it stands in a line as it is: what calls and requests are found by."""
    return isinstance(value, str) and (name in SPARED or (name == "request" and bool(NAMED_ANYHOW.fullmatch(value))))


def _secrets(settings: Settings) -> set[str]:
    """Keys, tokens, and the passwords of addresses, as they stand there and as they are meant."""
    addresses = (settings.database_url, settings.migration_database_url, settings.smtp_url or "")
    passwords = [urlsplit(address).password or "" for address in addresses]
    shown = [
        settings.oidc.client_secret if settings.oidc else None,
        settings.transcription.token if settings.transcription else None,
        settings.metrics_token,
    ]
    return {*settings.secret_keys, *settings.twilio_auth_tokens, *filter(None, shown), *passwords, *map(unquote, passwords)}


def _renderer() -> Callable[..., str | bytes]:
    if sys.stderr.isatty():
        # A traceback with the values in it would be prettier, and would have the PIN in it.
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer()


def _take_in_libraries(before: list[Any], rendered: list[Any]) -> None:
    """Warnings and errors of libraries become events. Call it as often as you like."""
    lines = _Lines(_StandardError())
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered]
        )
    )
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _Lines)]:
        root.removeHandler(old)
    root.addHandler(lines)
    root.setLevel(logging.WARNING)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
