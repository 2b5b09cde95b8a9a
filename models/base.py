"""What every table shares: the naming of constraints, moments in UTC, enumerations with a CHECK.

Two databases must mean the same by every column, so a moment is written as aware UTC and read as aware UTC on both.

Relationships of what a turn touches are `viewonly`: one writes the column (`call.case_id`), and the row it leads to beside it where
it is read again. SQLAlchemy then has no rows to bring into an order, and writes a call down in half the time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from sqlalchemy import JSON, ColumnElement, DateTime, Dialect, Enum, Index, Integer, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column
from sqlalchemy.types import TypeDecorator

from models.values import Points


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive one raises ValueError: nobody could say when it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The moment in UTC, for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The moment in UTC, for the program; SQLite gives it back without a time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(kind: type[StrEnum], *, create_constraint: bool = True) -> Enum:
    """A text column that holds one value of `kind`; the database refuses any other."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=create_constraint,
        length=32,
        values_callable=lambda values: [v.value for v in values],
    )


def without(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """That a row has no value there, where most have none: SQLite would look for `IS NULL` in the column's index, and find most."""
    return column.is_not(None).is_(False)


def due_by(*moments: str) -> list[Index]:
    """An index for each column that tells when a row is due, of the rows that have such a moment: of all that ever were, few.

    PostgreSQL plans a statement that comes often without its values; it then takes a third of a table for due, and reads all of it
    where an index of the whole table is all it has.
    """
    return [
        Index(None, one, sqlite_where=text(f"{one} IS NOT NULL"), postgresql_where=text(f"{one} IS NOT NULL")) for one in moments
    ]


class Base(DeclarativeBase):
    """The root of all tables. Constraint names are derived, so that a migration can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        datetime: Moment(),
        dict[str, Any]: JSON(),
        list[dict[str, Any]]: JSON(none_as_null=True),
        Points: Integer(),
    }


KEPT: Final = "kept"
"""In a session's `info`: a dict of what was read and never changes, which all sessions on one database may share."""
LARGEST_KEY: Final = 2**31 - 1
Key = Annotated[int, mapped_column(Integer, primary_key=True)]
Name = Annotated[str, mapped_column(String(200))]
Number = Annotated[str, mapped_column(String(32))]
Sid = Annotated[str, mapped_column(String(34))]
