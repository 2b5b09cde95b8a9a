"""Lists a page at a time, by where the last row of the page before stood: nothing is skipped or comes twice while rows are added.

A position is the values of the columns that a list is ordered by, in their order; its rows are found by their index, however far
down the list they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Row, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

Position: TypeAlias = tuple[int | datetime, ...]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Slice(Generic[T]):
    """Some rows of a list; `then` is where the next ones begin, None where there are none."""

    rows: Sequence[T]
    then: Position | None


def sliced(
    session: Session,
    query: Select[*tuple[Any, ...]],
    *columns: InstrumentedAttribute[Any],
    after: Position | None,
    most: int,
    newest_first: bool = True,
) -> Slice[Row[*tuple[Any, ...]]]:
    """The next `most` rows of a query, ordered by columns of what it asks for first; the last column tells any two rows apart."""
    if after is not None:
        place = tuple_(*(literal(value, column.type) for column, value in zip(columns, after, strict=True)))
        here = tuple_(*columns)
        query = query.where(here < place if newest_first else here > place)
    order: list[ColumnElement[Any]] = [column.desc() if newest_first else column.asc() for column in columns]
    found = session.execute(query.order_by(*order).limit(most + 1)).all()
    more, rows = len(found) > most, found[:most]
    return Slice(rows=rows, then=tuple(getattr(rows[-1][0], column.key) for column in columns) if more else None)
