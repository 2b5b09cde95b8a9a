"""The driver's boundary: where a database fails, a process dies, and another process gets its turn.

One for all processes of a simulated house. It stands between SQLAlchemy and the driver (`do_execute`, the `commit` event), so that
what is broken there is what a driver would raise, and nothing of the house knows of it. It also notes what each request's committed
transactions wrote, which the reference model must know: a report that was rolled back was never made.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from app.database import Database

INJECTED: Final = "on purpose, by the simulation"
WRITES: Final = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (\w+)")
BOOKS: Final = frozenset({"journal", "entry", "holds", "accounts", "facts"})
FACTS: Final = re.compile(r"[ ,](state|accepted_at|bridged|ended_at|granted_quarters|end_unknown|customer_id)=")


class Crashed(BaseException):
    """The process died here: nothing of the house may catch this, and what was not committed is gone."""


class Blunder(ArithmeticError):
    """An error of our own, such as any line may raise."""


@dataclass(kw_only=True)
class Odds:
    """How often what happens: once in so many commits or statements; 0 is never."""

    crash_before: int = 0
    crash_behind: int = 0
    cut_before: int = 0
    cut_behind: int = 0
    cut: int = 0
    passing: int = 0
    blunder: int = 0
    full: int = 0
    locked: int = 0


@dataclass(eq=False)
class Doing:
    """What a thread is at, for whom faults are meant, and what its committed transactions wrote: table names, and "accepted".

    `turn` is its place in the order in which reports were committed: of two that tell the same the database keeps the first.
    """

    kept: set[str] = field(default_factory=set)
    turn: int = 0


class Boundary:
    """Watches databases. `reached` is called before each statement that another process may overtake."""

    def __init__(self) -> None:
        self.odds, self.chance = Odds(), Random(0)  # noqa: S311 - chance that comes again
        self.counts: Counter[str] = Counter()
        self.is_dirty = self.is_moved = True
        self.is_away = False
        self.reached: Callable[[Any, str], None] = lambda _cursor, _statement: None
        self.returned: Callable[[], None] = lambda: None
        self._of_thread, self._turns = threading.local(), count()

    def is_back(self) -> None:
        """The database can be reached again."""
        self.is_away = False

    @property
    def doing(self) -> Doing | None:
        """What this thread is at; None where nothing may fail: in audits, and between nights."""
        return getattr(self._of_thread, "doing", None)

    @contextmanager
    def at(self, doing: Doing) -> Iterator[None]:
        """In this block this thread does that."""
        self._of_thread.doing = doing
        try:
            yield
        finally:
            self._of_thread.doing = None

    def goes_on_with(self, doing: Doing) -> None:
        """From now on what this thread commits belongs to that."""
        if self.doing is not None:
            self._of_thread.doing = doing

    def watch(self, database: Database) -> None:
        """Stands between SQLAlchemy and the driver of this database."""
        event.listen(database.engine, "commit", self._commits)
        event.listen(database.engine, "begin", self._begins)
        event.listen(database.engine, "after_cursor_execute", lambda *_: self.returned())

    def watch_driver(self, engine: Engine) -> None:
        """Stands before the driver's statements; once for all engines that share a dialect."""
        event.listen(engine, "do_execute", self._executes)
        event.listen(engine, "do_executemany", self._executes)
        event.listen(engine, "handle_error", lambda *_: self.returned())

    def _begins(self, connection: Connection) -> None:
        connection.info["wrote"] = set()

    def _executes(self, cursor: Any, statement: str, _parameters: Any, context: Any) -> None:  # noqa: ANN401 - the driver's own
        if self.doing is None:
            return
        self.reached(cursor, statement)
        self._perhaps_fails(cursor, statement)
        written = WRITES.match(statement)
        if written is not None:
            wrote = context.root_connection.info["wrote"]
            wrote.add(written[2])
            if written[2] == "calls" and FACTS.search(statement):
                wrote.add("facts")
            if written[2] == "attempts" and "accepted_at=" in statement:
                wrote.add("accepted")

    def _perhaps_fails(self, cursor: Any, statement: str) -> None:  # noqa: ANN401 - the driver's own
        is_sqlite = isinstance(cursor, sqlite3.Cursor)
        if self.is_away or (not is_sqlite and self._happens("cut")):
            raise _lost(cursor.connection)
        if not is_sqlite and self._happens("passing"):
            raise self.chance.choice([psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected])(INJECTED)
        if is_sqlite and statement == "BEGIN IMMEDIATE" and self._happens("locked"):
            raise sqlite3.OperationalError(f"database is locked, {INJECTED}")
        if self._happens("full"):
            raise sqlite3.OperationalError(f"disk is full, {INJECTED}") if is_sqlite else psycopg.errors.DiskFull(INJECTED)
        if self._happens("blunder"):
            raise Blunder(INJECTED)

    def _commits(self, connection: Connection) -> None:
        doing = self.doing
        if doing is None or connection.get_execution_options().get("reads_only", False):
            return
        driver: Any = connection.connection.dbapi_connection
        is_sqlite = isinstance(driver, sqlite3.Connection)
        if self._happens("crash_before"):
            raise Crashed
        if self._happens("cut_before"):
            if is_sqlite:
                raise OperationalError("COMMIT", None, sqlite3.OperationalError(f"disk I/O error, {INJECTED}"))
            driver.close()
            return
        wrote = connection.info["wrote"]
        self.is_dirty |= bool(wrote & BOOKS)
        self.is_moved |= bool(wrote)
        if "reports" in wrote - doing.kept:
            doing.turn = next(self._turns)
        doing.kept |= wrote
        if self._happens("crash_behind"):
            driver.commit()
            raise Crashed
        if not is_sqlite and self._happens("cut_behind"):
            driver.commit()
            driver.close()

    def _happens(self, what: str) -> bool:
        one_in: int = getattr(self.odds, what)
        if not one_in or self.chance.randrange(one_in):
            return False
        self.counts[what] += 1
        return True


def _lost(connection: Any) -> Exception:  # noqa: ANN401 - the driver's own
    """The connection is gone, as the driver says it."""
    if isinstance(connection, sqlite3.Connection):
        return sqlite3.OperationalError(f"unable to open database file, {INJECTED}")
    connection.close()
    return psycopg.OperationalError(f"server closed the connection unexpectedly, {INJECTED}")
