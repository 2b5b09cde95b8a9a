"""A PostgreSQL database that many tests of one worker use, one after another, each finding it as migration left it.

A new database costs a copy, new server processes and their empty caches: more than most tests do with it. Here rows are taken out
and sequences set back instead, while the connections stay. A test that hands an address to other processes has one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import psycopg
from psycopg import sql
from sqlalchemy import QueuePool

from app.database import Database
from tests.postgres import OWNER, Server

VACUUM_EVERY: Final = 50


class Reused:
    """Hands out one database again and again; makes it anew where a test has left it in a state that cannot be set back."""

    def __init__(self, server: Server, template: str) -> None:
        self._server, self._template = server, template
        self._used = 0
        self._open()

    def _open(self) -> None:
        self._block = self._server.database(template=self._template)
        self._name = self._block.__enter__()
        self._admin = psycopg.connect(host=str(self._server.folder), user=OWNER, dbname=self._name, autocommit=True)
        self._script = _script(self._admin)
        self._opened = Database(self._server.url(self._name))

    @contextmanager
    def clean(self) -> Iterator[Database]:
        """The database as migration left it. Whoever takes a connection gives it back."""
        try:
            yield self._opened
        except BaseException:
            self._anew()
            raise
        self._opened.kept.clear()
        kept = cast("QueuePool", self._opened.engine.pool).checkedout()
        try:
            self._admin.execute(self._script)
        except psycopg.Error:
            self._anew()
        assert not kept, f"{kept} connections were not given back"
        self._used += 1
        if self._used % VACUUM_EVERY == 0:
            self._admin.execute("VACUUM")

    def close(self) -> None:
        """The database is dropped."""
        self._opened.close()
        self._admin.close()
        self._block.__exit__(None, None, None)

    def _anew(self) -> None:
        self.close()
        self._open()


def _script(admin: psycopg.Connection[tuple[Any, ...]]) -> sql.Composed:
    """What sets every table and sequence back. Rows that migration wrote are kept in a schema of their own."""
    tables = [name for (name,) in admin.execute("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")]
    numbers = [name for (name,) in admin.execute("SELECT sequencename::text FROM pg_sequences WHERE schemaname = 'public'")]
    admin.execute("CREATE SCHEMA kept")
    parts: list[sql.Composable] = [sql.SQL("BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL session_replication_role = replica")]
    for table in map(sql.Identifier, tables):
        admin.execute(sql.SQL("CREATE TABLE kept.{0} AS TABLE public.{0}").format(table))
        parts.append(sql.SQL("DELETE FROM public.{}").format(table))
        if admin.execute(sql.SQL("SELECT 1 FROM kept.{} LIMIT 1").format(table)).fetchone():
            parts.append(sql.SQL("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM kept.{0}").format(table))
    for number in numbers:
        last, called = _state(admin, number)
        parts.append(sql.SQL("SELECT setval({}, {}, {})").format(sql.Literal(f"public.{number}"), last, called))
    return sql.SQL("; ").join([*parts, sql.SQL("COMMIT")])


def _state(admin: psycopg.Connection[tuple[Any, ...]], number: str) -> tuple[sql.Literal, sql.Literal]:
    row = admin.execute(sql.SQL("SELECT last_value, is_called FROM public.{}").format(sql.Identifier(number))).fetchone()
    if row is None:
        raise RuntimeError(f"{number} is no sequence")
    last, called = row
    return sql.Literal(last), sql.Literal(called)
