"""A database without room: what SQLite and PostgreSQL say when the disk is full.

SQLite gets no further page, so its error is its own (SQLITE_FULL) and comes where a page is needed. PostgreSQL needs room for every
row that is written; a trigger on every table raises what it raises then (53100).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, event, text

from app.database import Database
from models import Base

FULL: Final = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
"""


@contextmanager
def full(database: Database) -> Iterator[None]:
    """In this block nothing new is taken."""
    with _no_page(database) if database.engine.dialect.name == "sqlite" else _no_row(database):
        yield


@contextmanager
def _no_page(database: Database) -> Iterator[None]:
    def begins(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as small as it is

    event.listen(database.engine, "begin", begins)
    try:
        yield
    finally:
        event.remove(database.engine, "begin", begins)
        database.engine.dispose()


@contextmanager
def _no_row(database: Database) -> Iterator[None]:
    tables = [table.name for table in Base.metadata.sorted_tables]
    with database.engine.begin() as connection:
        connection.execute(text(FULL))
        for table in tables:
            connection.execute(text(f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION disk_full()"))
    try:
        yield
    finally:
        with database.engine.begin() as connection:
            connection.execute(text("DROP FUNCTION disk_full() CASCADE"))
