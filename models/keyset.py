"""Lists a page at a time, by where the last row of the page before stood: nothing is skipped or comes twice while rows are added.

A position is the values of the columns that a list is ordered by, in their order; its rows are found by their index, however far
down the list they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

Position: TypeAlias = tuple[int | datetime, ...]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Slice(Generic[T]):
    """Some rows of a list; `then` is where the next ones begin, None where there are none."""

    rows: Sequence[T]
    then: Position | None


@dataclass(frozen=True, kw_only=True)
class Window(Generic[T]):
    """Some rows of a list with the newest first, and whether there are newer and older ones."""

    rows: Sequence[T]
    newer: bool
    older: bool


def ordered(
    query: Select[*tuple[Any, ...]],
    *columns: InstrumentedAttribute[Any],
    after: Position | None,
    most: int,
    newest_first: bool = True,
) -> Select[*tuple[Any, ...]]:
    """The first `most` rows of a query behind that place, in the order of columns, of which the last tells any two rows apart."""
    if after is not None:
        place = tuple_(*(literal(value, column.type) for column, value in zip(columns, after, strict=True)))
        here = tuple_(*columns)
        query = query.where(here < place if newest_first else here > place)
    order: list[ColumnElement[Any]] = [column.desc() if newest_first else column.asc() for column in columns]
    return query.order_by(*order).limit(most)


def sliced(
    session: Session,
    query: Select[*tuple[Any, ...]],
    *columns: InstrumentedAttribute[Any],
    after: Position | None,
    most: int,
    newest_first: bool = True,
) -> Slice[Any]:
    """The next `most` rows of a query in the order of these columns (`ordered`), each as a tuple of what was asked for."""
    wanted = ordered(query.add_columns(*columns), *columns, after=after, most=most + 1, newest_first=newest_first)
    found = session.execute(wanted).all()
    rows = [tuple(row)[: -len(columns)] for row in found[:most]]
    return Slice(rows=rows, then=tuple(found[most - 1])[-len(columns) :] if len(found) > most else None)


def window(
    session: Session,
    query: Select[*tuple[Any, ...]],
    *columns: InstrumentedAttribute[Any],
    before: Position | None,
    after: Position | None,
    most: int,
) -> Window[Any]:
    """The newest rows of a query, `most` of them; those that are older than the place `before`, or newer than the place `after`."""
    if after is not None:
        found = sliced(session, query, *columns, after=after, most=most, newest_first=False)
        return Window(rows=found.rows[::-1], newer=found.then is not None, older=True)
    found = sliced(session, query, *columns, after=before, most=most)
    return Window(rows=found.rows, newer=before is not None, older=found.then is not None)
