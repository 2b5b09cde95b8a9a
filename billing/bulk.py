"""Many rows in one statement, whose text does not grow with them.

PostgreSQL takes a column as an array: a list of VALUES as long as the rows was a third of charging when measured, because the
driver reads through the text each time. SQLite, which is in this process, is told row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Result, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import NamedFromClause

Row = Mapping[str, Any]


def insert_once(
    session: Session, table: Table, rows: Sequence[Row], *, unique: str, returning: Sequence[Column[Any]]
) -> Result[Any]:
    """Inserts those rows whose `unique` column no row has yet; `returning` of each that was inserted, in no certain order."""
    if _is_sqlite(session):
        once = sqlite.insert(table).on_conflict_do_nothing(index_elements=[unique])
        return session.execute(once.returning(*returning), rows)
    given = _given(table, rows)
    copied = postgresql.insert(table).from_select(list(rows[0]), select(*given.c))
    return session.execute(copied.on_conflict_do_nothing(index_elements=[unique]).returning(*returning), _arrays(rows))


def insert_all(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows."""
    if _is_sqlite(session):
        session.execute(insert(table), rows)
    else:
        session.execute(insert(table).from_select(list(rows[0]), select(*_given(table, rows).c)), _arrays(rows))


def change(session: Session, column: Column[Any], values: Mapping[int, Any], *, by: bool = False) -> None:
    """Sets one column of the rows with these ids, or moves it `by` so much where it is not null. Rows are locked by who calls."""
    table, name = column.table, column.name
    rows = [{"row": row, "new": value} for row, value in sorted(values.items())]
    if not rows:
        return
    if _is_sqlite(session):
        new: ColumnElement[Any] = bindparam("new", type_=column.type)
        changed = update(table).where(table.c.id == bindparam("row"))
    else:
        types = {"row": table.c.id.type, "new": column.type}
        given = func.unnest(*(bindparam(one, type_=postgresql.ARRAY(kind)) for one, kind in types.items())).table_valued(*types)
        given = given.render_derived(name="given")
        new, changed = given.c.new, update(table).where(table.c.id == given.c.row)
    if by:
        changed, new = changed.where(column.is_not(None)), column + new
    session.connection().execute(changed.values({name: new}), rows if _is_sqlite(session) else _arrays(rows))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _given(table: Table, rows: Sequence[Row]) -> NamedFromClause:
    names = list(rows[0])
    arrays = (bindparam(name, type_=postgresql.ARRAY(table.c[name].type)) for name in names)
    return func.unnest(*arrays).table_valued(*names).render_derived(name="given")


def _arrays(rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}
