"""Where nights take place: a migrated database of either kind, found by each night as migration left it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from psycopg import sql

from app.database import Database
from app.migrate import migrate
from tests import statements
from tests.postgres import Server, quick_folder, running
from tests.reused import VACUUM_EVERY, Reused
from tests.simulation.baton import Baton
from tests.simulation.boundary import Boundary
from tests.simulation.processes import Place

WEBS: Final = 3
CLOCKS: Final = 2


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A place, and a block that begins with a clean database."""

    place: Place
    clean: Callable[[], AbstractContextManager[None]]


@contextmanager
def ground(kind: str) -> Iterator[Ground]:
    """A place on `sqlite` or `postgresql` until the block ends."""
    with on_sqlite() if kind == "sqlite" else on_postgresql() as made:
        yield made


@contextmanager
def on_sqlite() -> Iterator[Ground]:
    """A file that is migrated once."""
    with TemporaryDirectory(dir=quick_folder()) as folder:
        migrated = Path(folder, "migrated.db")
        migrate(f"sqlite:///{migrated}", f"sqlite:///{migrated}")
        with on_copies(migrated) as made:
            yield made


@contextmanager
def on_copies(migrated: Path) -> Iterator[Ground]:
    """A file in memory, copied anew for each night."""
    with TemporaryDirectory(dir=quick_folder()) as folder:
        file = Path(folder, "night.db")
        shutil.copyfile(migrated, file)
        baton = Baton(lambda _backend: False)
        place = _place(f"sqlite:///{file}", baton, restarts=lambda: None)
        databases = (*place.webs, *place.clocks)

        @contextmanager
        def clean() -> Iterator[None]:
            for database in databases:
                database.close()
                database.kept.clear()
            for left in Path(folder).glob("night.db*"):
                left.unlink()
            shutil.copyfile(migrated, file)
            yield

        yield Ground(place=place, clean=clean)
        for database in databases:
            database.close()


@contextmanager
def on_postgresql() -> Iterator[Ground]:
    """A server that the tests bring, and one database on it that is set back for each night."""
    with running() as server, server.database() as template:
        migrate(server.url(template), server.url(template))
        with on_server(server, template) as made:
            yield made


@contextmanager
def on_server(server: Server, template: str) -> Iterator[Ground]:
    """A place on a server that runs."""
    reused = Reused(server, template)
    admin, name = reused._admin, reused._name
    admin.execute(sql.SQL("ALTER DATABASE {} SET deadlock_timeout = '20ms'").format(sql.Identifier(name)))

    def waits(backend: int) -> bool:
        row = admin.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend]).fetchone()
        return bool(row and row[0])

    def restarts() -> None:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]
        )

    place = _place(server.url(name), Baton(waits), restarts=restarts)

    nights = count(1)

    @contextmanager
    def clean() -> Iterator[None]:
        admin.execute(reused._script)
        for database in (*place.webs, *place.clocks):
            database.kept.clear()
        if next(nights) % VACUUM_EVERY == 0:
            admin.execute("VACUUM ANALYZE")
        yield

    try:
        yield Ground(place=place, clean=clean)
    finally:
        for database in (*place.webs, *place.clocks):
            database.close()
        reused.close()


def _place(url: str, baton: Baton, *, restarts: Callable[[], None]) -> Place:
    boundary = Boundary()
    databases = [Database(url) for _ in range(WEBS + CLOCKS)]
    for database in databases:
        with database.engine.connect():  # An engine asks at its first connection what server it speaks to: not in a night.
            pass
        statements.remembers(database)
        boundary.watch(database)
    boundary.watch_driver(databases[0].engine)

    def reached(cursor: Any, statement: str) -> None:  # noqa: ANN401 - the driver's own
        if not isinstance(cursor, sqlite3.Cursor):
            baton.pass_on(cursor.connection.info.backend_pid)
        elif statement.startswith("BEGIN"):
            baton.pass_on(None)

    boundary.reached, boundary.returned = reached, baton.returned
    return Place(webs=tuple(databases[:WEBS]), clocks=tuple(databases[WEBS:]), boundary=boundary, baton=baton, restarts=restarts)
