"""Many rows in one statement, whose text does not grow with them.

PostgreSQL takes a column as an array: a list of VALUES as long as the rows was a third of charging when measured, because the
driver reads through the text each time. SQLite, which is in this process, is told row by row, and one row alone is told as itself.
Each statement is built once: building one took longer than the database took for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Executable, Result, Table, Update, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import NamedFromClause

Row = Mapping[str, Any]
Statement = TypeVar("Statement")
Among = Callable[[Column[Any], str], ColumnElement[bool]]
Beside = Callable[[ColumnElement[Any]], Mapping[str, ColumnElement[Any]]]


def insert_once(
    session: Session, table: Table, rows: Sequence[Row], *, unique: str, returning: tuple[Column[Any], ...]
) -> Result[Any]:
    """Inserts those rows whose `unique` column no row has yet; `returning` of each that was inserted, in no certain order."""
    in_arrays = _in_arrays(session, rows)
    once = _inserting_once(table, tuple(rows[0]), unique, returning, in_arrays=in_arrays, is_sqlite=not takes_arrays(session))
    return session.execute(once, _told(rows, in_arrays=in_arrays))


def insert_all(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows."""
    in_arrays = _in_arrays(session, rows)
    session.execute(_inserting(table, tuple(rows[0]), in_arrays=in_arrays), _told(rows, in_arrays=in_arrays))


def change(
    session: Session,
    column: Column[Any],
    values: Mapping[int, Any],
    *,
    by: bool = False,
    beside: Beside | None = None,
    **told: object,
) -> None:
    """Sets one column of the rows with these ids, or moves it `by` so much where it is not null. Rows are locked by who calls.

    `beside`, a function of a module, says what other columns become, from what the column becomes and what else is `told`.
    """
    rows = [{"row": row, "new": value} for row, value in sorted(values.items())]
    if rows:
        in_arrays = _in_arrays(session, rows)
        changing = _changing(column, by=by, beside=beside, in_arrays=in_arrays)
        if in_arrays:
            session.execute(changing, {**_arrays(rows), **told})
        else:
            session.connection().execute(changing, [{**row, **told} for row in rows])


def given(**columns: Column[Any]) -> NamedFromClause:
    """Rows that PostgreSQL is told as one array for each column, to be joined with; a statement names its arrays as these are."""
    arrays = (bindparam(name, type_=postgresql.ARRAY(column.type)) for name, column in columns.items())
    return func.unnest(*arrays).table_valued(*columns).render_derived(name="given")


def listing(build: Callable[[Among], Statement]) -> Callable[[Session], Statement]:
    """A statement that is told a list, as the session's database takes it best.

    `build` makes it from how one says that a column is among what the list of that name holds.
    """
    listed, in_array = build(_among_list), build(_among_array)
    return lambda session: in_array if takes_arrays(session) else listed


def takes_arrays(session: Session) -> bool:
    """Whether the database does."""
    return session.get_bind().dialect.name == "postgresql"


def _among_list(column: Column[Any], name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True))


def _among_array(column: Column[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=postgresql.ARRAY(column.type)))


def _in_arrays(session: Session, rows: Sequence[Row]) -> bool:
    return len(rows) > 1 and takes_arrays(session)


@cache
def _inserting_once(
    table: Table, names: tuple[str, ...], unique: str, returning: tuple[Column[Any], ...], *, in_arrays: bool, is_sqlite: bool
) -> Executable:
    if is_sqlite:
        return sqlite.insert(table).on_conflict_do_nothing(index_elements=[unique]).returning(*returning)
    made = postgresql.insert(table)
    if in_arrays:
        made = made.from_select(names, select(*_columns(table, names).c))
    return made.on_conflict_do_nothing(index_elements=[unique]).returning(*returning)


@cache
def _inserting(table: Table, names: tuple[str, ...], *, in_arrays: bool) -> Executable:
    made = insert(table)
    return made.from_select(names, select(*_columns(table, names).c)) if in_arrays else made


@cache
def _changing(column: Column[Any], *, by: bool, beside: Beside | None, in_arrays: bool) -> Update:
    table = column.table
    new: ColumnElement[Any]
    if in_arrays:
        rows = given(row=table.c.id, new=column)
        new, changed = rows.c.new, update(table).where(table.c.id == rows.c.row)
    else:
        new, changed = bindparam("new", type_=column.type), update(table).where(table.c.id == bindparam("row"))
    if by:
        changed, new = changed.where(column.is_not(None)), column + new
    return changed.values({column.name: new, **(beside(new) if beside else {})})


def _columns(table: Table, names: tuple[str, ...]) -> NamedFromClause:
    return given(**{name: table.c[name] for name in names})


def _told(rows: Sequence[Row], *, in_arrays: bool) -> Any:  # noqa: ANN401 - what SQLAlchemy takes
    if in_arrays:
        return _arrays(rows)
    return rows if len(rows) > 1 else rows[0]


def _arrays(rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}
