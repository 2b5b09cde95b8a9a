"""A moment is the same on the way out as on the way in, whatever the database and whatever the zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import DateTime, select
from sqlalchemy.exc import StatementError

from app.database import Database
from models import Audit, Base
from models.base import Moment
from models.local import COPENHAGEN
from tests.models.rows import a

SECOND_HALF_PAST_TWO = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=COPENHAGEN)


def test_every_column_that_holds_a_moment_is_of_our_own_type() -> None:
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]

    assert [column for column in columns if isinstance(column.type, DateTime)] == []
    assert len([column for column in columns if isinstance(column.type, Moment)]) > 40


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        datetime(2026, 3, 1, 12, 34, 56, 789_123, tzinfo=UTC),
        datetime(2026, 3, 1, 12, 34, 56, 1, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
        datetime(2026, 7, 1, 0, 0, 0, 999_999, tzinfo=COPENHAGEN),
        SECOND_HALF_PAST_TWO,
    ],
)
def test_a_moment_comes_back_aware_in_utc_and_equal_to_the_microsecond(database: Database, moment: datetime) -> None:
    with database.writing() as session:
        session.execute(a(Audit, at=moment))

    with database.reading() as session:
        kept = session.scalars(select(Audit.at)).one()
    assert kept == moment.astimezone(UTC)
    assert kept.tzinfo is UTC


def test_moments_are_compared_as_moments_and_not_as_clock_faces(database: Database) -> None:
    with database.writing() as session:
        session.execute(a(Audit, actor="first", at=SECOND_HALF_PAST_TWO.replace(fold=0)))
        session.execute(a(Audit, actor="second", at=SECOND_HALF_PAST_TWO))
        session.execute(a(Audit, actor="third", at=SECOND_HALF_PAST_TWO.astimezone(UTC) + timedelta(microseconds=1)))

    with database.reading() as session:
        from_then = session.scalars(select(Audit.actor).where(Audit.at >= SECOND_HALF_PAST_TWO).order_by(Audit.at)).all()
    assert from_then == ["second", "third"]


def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - that is the point

    with pytest.raises(StatementError, match="a moment without a time zone cannot be stored"), database.writing() as session:
        session.execute(a(Audit, at=naive))
