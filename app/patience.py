"""How long whoever asks the database may be kept waiting, in all: a limit that every wait of one thread's work obeys.

A caller hears an answer within five seconds whatever the database does. Its own time-outs cannot promise that: a server that was
stopped, or whose packets are lost, keeps no time. So the wait itself is bounded here, on our side of the connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg.abc import PQGen
from sqlalchemy.exc import TimeoutError as WaitedTooLong

LAST_WORD: Final = 0.2  # what a rollback may still take when there is no time left
_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


class OutOfTime(WaitedTooLong):
    """The time there was for an answer is used up; nothing was written, or it is not known to have been."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one transaction may take, in milliseconds; 0 is no limit. `connect` and `pool` are seconds.

    `lock` is waiting for a row, `statement` one statement, `transaction` all of it (PostgreSQL 17 and newer), `idle` a pause in
    it, `writer` waiting for SQLite's one writer, `unheard` how long a network may swallow what was sent.
    """

    lock: int = 0
    statement: int = 0
    transaction: int = 0
    idle: int = 0
    writer: int = 4_000
    unheard: int = 30_000
    connect: int = 3
    pool: int = 30


UNLIMITED: Final = Limits()
PATIENT: Final = Limits(lock=30_000)
ANSWERING: Final = Limits(
    lock=1_500, statement=2_500, transaction=4_000, idle=4_000, writer=1_500, unheard=2_000, connect=2, pool=1
)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Everything that this thread waits for in the block ends within so many seconds; None: as long as it takes.

    Raises OutOfTime where there is no time at all.
    """
    before = _ends_at.get()
    mark = _ends_at.set(before if seconds is None else monotonic() + seconds)
    try:
        require_time()
        yield
    finally:
        _ends_at.reset(mark)


def left() -> float | None:
    """How many seconds there are; None where there is no limit."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - monotonic()


def is_over() -> bool:
    """Whether there is a limit, and it is reached."""
    seconds = left()
    return seconds is not None and seconds <= 0


def require_time() -> None:
    """Raises OutOfTime where none is left."""
    if is_over():
        raise OutOfTime("the time for an answer is used up")


class Bounded(psycopg.Connection[Any]):
    """A connection that waits no longer than there is time, and is closed when it had to give up waiting."""

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401 - what `gen` gives
        """What psycopg's own does, ended by `left`. Raises psycopg.OperationalError."""
        seconds = left()
        if seconds is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(seconds, LAST_WORD))
        except psycopg.OperationalError:
            if is_over():
                self.close()
            raise
