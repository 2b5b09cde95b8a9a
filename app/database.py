"""The one way to the database: an engine set up for two databases, and a transaction that says whether it writes.

SQLite has one writer. A transaction that writes therefore begins with BEGIN IMMEDIATE: a deferred one that reads first and then
writes fails at once when another was quicker. The driver must not begin or commit on its own (its legacy mode silently lost an
update), so `isolation_level` is None and we say BEGIN ourselves (architecture.md). PostgreSQL needs none of this: READ COMMITTED,
row locks and conditional updates carry every rule.

A connection that breaks before a transaction was answered is nobody's fault, so `write` does the work once more: it is all in the
session, and where only the commit's acknowledgement was lost the second time finds what the first one stored (R19). An error of
ours is never repeated.

An error of the database does not hold the values of its statement: they would stand in logs and marks (R2, R23).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import patience
from app.patience import PATIENT, UNLIMITED, Bounded, Limits, OutOfTime
from models.base import KEPT

log = structlog.get_logger()
PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")
# Somebody else's doing, gone the next moment: serialization failure, deadlock, a server that shuts down or starts.
PASSING: Final = frozenset({"40001", "40P01", "57P01", "57P02", "57P03"})
KNOWS_TRANSACTION_TIMEOUT: Final = 170_000
LONGEST: Final = "busy_timeout"  # what a connection to SQLite was told last
T = TypeVar("T")


class Database:
    """Sessions on one database. Nobody below the door commits: the block's end does, an exception rolls back.

    `kept` is what was read in any of them and never changes (models.base.KEPT).
    """

    def __init__(self, url: str, *, pool_size: int = 10, limits: Limits = PATIENT) -> None:
        self.engine, self._limits = engine(url, pool_size=pool_size, limits=limits), limits
        self._readers = self.engine.execution_options(reads_only=True)
        if self.engine.dialect.name == "postgresql":
            # What is read in one transaction is of one moment: balances and entries agree.
            self._readers = self._readers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self.kept: dict[str, Any] = {}
        self._one_writer = threading.Lock() if self.engine.dialect.name == "sqlite" else None
        self._opened: tuple[int, int] | None = None
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "first_connect", self._remember_file)

    def write(self, work: Callable[[Session], T], *, within: float | None = None) -> T:
        """Does `work` in one transaction, and once more where the connection broke under it; all of it within so many seconds.

        Raises what `work` raises, app.patience.OutOfTime, or the database's error.
        """
        with patience.within(within):
            try:
                with self.writing() as session:
                    return work(session)
            except DBAPIError as problem:
                if not is_passing(problem) or patience.is_over():
                    raise
                log.warning("transaction_repeated", problem=type(problem.orig).__name__, sqlstate=_sqlstate(problem))
            with self.writing() as session:
                return work(session)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write. On SQLite the threads of a process queue here: its own waiting is a lottery."""
        with self._turn_to_write(), self._session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def reading(self, *, within: float | None = None) -> Iterator[Session]:
        """One transaction that only looks, within so many seconds; on SQLite it waits for nobody."""
        with patience.within(within), self._session(self._readers) as session, session.begin():
            yield session

    def _session(self, bind: Engine) -> Session:
        """One for one transaction: what it read is of no use behind its end, so there it need not be told that it is stale."""
        return Session(bind, info={KEPT: self.kept}, expire_on_commit=False)

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """SQLite's one writer, as far as this process is concerned. Raises OutOfTime where others keep it too long."""
        if self._one_writer is None:
            yield
            return
        longest = _milliseconds(self._limits.writer) / 1_000
        if not self._one_writer.acquire(timeout=longest):
            raise OutOfTime(f"another transaction of this process has been writing for {longest:.1f} s")
        try:
            yield
        finally:
            self._one_writer.release()

    def file(self) -> Literal["ok", "missing", "replaced"]:
        """Whether the SQLite file that is open here is still the one at its address: it works on without, until a restart."""
        if self._opened is None:
            return "ok"
        found = self._identity()
        return "missing" if found is None else "ok" if found == self._opened else "replaced"

    def close(self) -> None:
        """Gives every connection back."""
        self.engine.dispose()

    def _remember_file(self, _connection: object, _record: object) -> None:
        self._opened = self._identity()

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = Path(self.engine.url.database or "").stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def is_passing(problem: DBAPIError) -> bool:
    """Whether it was the connection that broke, or two transactions that met: the same work may do better in another one."""
    return problem.connection_invalidated or _sqlstate(problem) in PASSING


def engine(url: str, *, pool_size: int = 10, limits: Limits = UNLIMITED) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…` (app.settings gives no other)."""
    made = _sqlite(url, limits) if make_url(url).get_backend_name() == "sqlite" else _postgresql(url, pool_size, limits)

    @event.listens_for(made, "before_cursor_execute")
    def executes(*_statement: object) -> None:
        patience.require_time()

    return made


def _postgresql(url: str, pool_size: int, limits: Limits) -> Engine:
    server = {
        "timezone": "UTC",
        "lock_timeout": limits.lock,
        "statement_timeout": limits.statement,
        "idle_in_transaction_session_timeout": limits.idle,
    }
    network = {"tcp_user_timeout": limits.unheard, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
    options = " ".join(f"-c {name}={value}" for name, value in server.items())
    made = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=limits.pool,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": limits.connect, "options": options, **network},
    )

    @event.listens_for(made, "do_connect")
    def connects(_dialect: object, _record: object, args: Any, named: Any) -> Bounded:  # noqa: ANN401 - psycopg's own arguments
        patience.require_time()
        connection = Bounded.connect(*args, **named)
        if limits.transaction and connection.info.server_version >= KNOWS_TRANSACTION_TIMEOUT:
            connection.execute(f"SET transaction_timeout = {limits.transaction:d}".encode())
            connection.commit()
        return connection

    return made


def _sqlite(url: str, limits: Limits) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(url, hide_parameters=True, connect_args={"isolation_level": None, "timeout": limits.writer / 1_000})

    @event.listens_for(made, "connect")
    def connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def begins(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get("reads_only", False)
        longest = _milliseconds(limits.writer)
        if connection.info.get(LONGEST) != longest:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={longest}")
            connection.info[LONGEST] = longest
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return made


def _milliseconds(most: int) -> int:
    """How long may be waited: `most`, or what is left if that is less."""
    seconds = patience.left()
    return most if seconds is None else max(1, min(most, int(seconds * 1_000)))


def _sqlstate(problem: DBAPIError) -> str | None:
    return getattr(problem.orig, "sqlstate", None)
