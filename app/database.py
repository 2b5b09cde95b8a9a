"""The one way to the database: an engine set up for two databases, and a transaction that says whether it writes.

SQLite has one writer. A transaction that writes therefore begins with BEGIN IMMEDIATE: a deferred one that reads first and then
writes fails at once when another was quicker. The driver must not begin or commit on its own (its legacy mode silently lost an
update), so `isolation_level` is None and we say BEGIN ourselves (architecture.md). PostgreSQL needs none of this: READ COMMITTED,
row locks and conditional updates carry every rule.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

BUSY_MS: Final = 4_000
PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    f"busy_timeout={BUSY_MS}",
)


class Database:
    """Sessions on one database. Nobody below the door commits: the block's end does, an exception rolls back."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = engine(url, pool_size=pool_size)
        self._readers = self.engine.execution_options(reads_only=True)
        if self.engine.dialect.name == "postgresql":
            # What is read in one transaction is of one moment: balances and entries agree.
            self._readers = self._readers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._one_writer = threading.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write. On SQLite the threads of a process queue here: its own waiting is a lottery."""
        with self._one_writer, Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only looks; on SQLite it waits for nobody."""
        with Session(self._readers) as session, session.begin():
            yield session

    def close(self) -> None:
        """Gives every connection back."""
        self.engine.dispose()


def engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…` (app.settings gives no other)."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 3, "options": "-c timezone=UTC"},
    )


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(url, connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000})

    @event.listens_for(made, "connect")
    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def begins(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return made
