"""A database that somebody else keeps busy: a transaction of a stranger that holds what a turn needs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import create_engine, text

from app.database import Database

WRITER: Final = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(database: Database) -> Iterator[None]:
    """In this block a stranger holds every call's row; on SQLite another process holds its one writer."""
    url = database.engine.url
    with _writer(str(url.database)) if database.engine.dialect.name == "sqlite" else _rows(database):
        yield


@contextmanager
def _rows(database: Database) -> Iterator[None]:
    stranger = create_engine(database.engine.url)
    with stranger.connect() as connection:
        connection.execute(text("SELECT id FROM calls FOR UPDATE"))
        yield
    stranger.dispose()


@contextmanager
def _writer(path: str) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", WRITER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"held\n"
        yield
        writer.communicate()


def waits_for_a_row(database: Database, *, many: int = 1) -> None:
    """Returns when so many connections wait for another one's lock."""
    until = time.monotonic() + 30
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    while time.monotonic() < until:
        with database.reading() as session:
            if session.scalars(waiting).one() >= many:
                return
        time.sleep(0.01)  # another thread's statement reaches the server; nothing here can say when
    raise TimeoutError("nobody waits")
