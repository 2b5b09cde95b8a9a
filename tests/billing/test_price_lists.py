"""Price lists in the database: published once with their holidays, found again by the moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from billing.price_file import Draft
from billing.price_lists import AlreadyPublished, in_force, publish, tariff
from billing.tariff import EVERY_DAY, Period, price
from models import PriceList, PriceListHoliday, PricePeriod
from models.values import Flow, Points

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
NEW_YEAR = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
EXAMPLE = Draft(
    line=Flow.SUPPORT,
    valid_from=NEW_YEAR,
    periods=(
        Period("Dag", frozenset({1, 2, 3, 4, 5}), holidays=False, from_minute=480, to_minute=960, points=Points(10)),
        Period("Nat", frozenset({5, 6}), holidays=True, from_minute=1320, to_minute=360, points=Points(20)),
        Period("Altid", EVERY_DAY, None, 0, 1440, Points(15)),
    ),
    extra_holidays=frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
    source="# Døgnvagt, øre for øre",
)


def from_day(day: int, *, points: int) -> Draft:
    """A list at one price from a day of January 2026 on."""
    always = Period("Altid", EVERY_DAY, None, 0, 1440, Points(points))
    return replace(EXAMPLE, valid_from=NEW_YEAR + timedelta(days=day - 1), periods=(always,))


def rows(session: Session) -> list[int | None]:
    """How many rows each of the three tables has."""
    return [session.scalar(select(func.count()).select_from(table)) for table in (PriceList, PricePeriod, PriceListHoliday)]


def test_a_published_list_is_stored_as_it_came(session: Session) -> None:
    published = publish(session, EXAMPLE, now=NOW)
    session.expire_all()

    assert (published.line, published.valid_from, published.published_at) == (Flow.SUPPORT, NEW_YEAR, NOW)
    assert (published.interval_minutes, published.source) == (15, EXAMPLE.source)
    assert [(p.position, p.days, p.holidays, p.from_minute, p.to_minute, p.points) for p in published.periods] == [
        (1, "12345", False, 480, 960, 10),
        (2, "56", True, 1320, 360, 20),
        (3, "1234567", None, 0, 1440, 15),
    ]


def test_danish_public_holidays_and_the_extra_ones_are_stored_and_no_others(session: Session) -> None:
    publish(session, EXAMPLE, now=NOW)

    stored = {h.day: h.name for h in session.scalars(select(PriceListHoliday)) if h.day.year == 2026}

    assert sorted(f"{day:%m-%d}" for day in stored) == (
        ["01-01", "04-02", "04-03", "04-05", "04-06", "05-14", "05-24", "05-25", "12-24", "12-25", "12-26", "12-31"]
    )
    assert stored[date(2026, 5, 14)] == "Kristi himmelfartsdag"
    assert stored[date(2026, 12, 24)] == "Ekstra helligdag"


@pytest.mark.parametrize(
    ("valid_from", "first", "last"),
    [
        (NEW_YEAR, 2025, 2036),
        (datetime(2022, 6, 1, tzinfo=UTC), 2021, 2036),
        (datetime(2028, 6, 1, tzinfo=UTC), 2027, 2038),
    ],
)
def test_holidays_reach_from_the_year_before_the_list_to_ten_years_ahead(
    session: Session, valid_from: datetime, first: int, last: int
) -> None:
    publish(session, replace(EXAMPLE, valid_from=valid_from, extra_holidays=frozenset()), now=NOW)

    years = {day.year for day in session.scalars(select(PriceListHoliday.day))}

    assert years == set(range(first, last + 1))


def test_the_prayer_day_was_a_holiday_until_2023(session: Session) -> None:
    publish(session, replace(EXAMPLE, valid_from=datetime(2023, 1, 1, tzinfo=UTC)), now=NOW)

    found = in_force(session, Flow.SUPPORT, NOW)

    assert found is not None
    assert date(2023, 5, 5) in found.holidays
    assert date(2024, 4, 26) not in found.holidays


def test_an_extra_holiday_that_is_a_public_one_is_stored_once(session: Session) -> None:
    publish(session, replace(EXAMPLE, extra_holidays=frozenset({date(2026, 12, 25)})), now=NOW)

    assert session.scalars(select(PriceListHoliday.name).filter_by(day=date(2026, 12, 25))).all() == ["Juledag"]


def test_a_second_list_for_the_same_moment_is_refused_and_the_transaction_goes_on(session: Session) -> None:
    first = publish(session, EXAMPLE, now=NOW)
    before = rows(session)

    with pytest.raises(AlreadyPublished, match=f"price list {first.id}"):
        publish(session, from_day(1, points=99), now=NOW)

    assert rows(session) == before
    publish(session, from_day(2, points=1), now=NOW)
    session.commit()
    assert price(tariff(session, first.id), NOW) == 15
    assert rows(session)[:2] == [2, 4]


def test_any_other_refusal_of_the_database_is_not_taken_for_a_second_list(session: Session) -> None:
    draft = replace(EXAMPLE, periods=(Period("Altid", EVERY_DAY, None, 0, 1440, Points(-1)),))

    with pytest.raises(IntegrityError):
        publish(session, draft, now=NOW)

    assert rows(session) == [0, 0, 0]


def test_before_its_first_list_a_line_has_no_tariff(session: Session) -> None:
    publish(session, EXAMPLE, now=NOW)

    assert in_force(session, Flow.SUPPORT, NEW_YEAR - timedelta(microseconds=1)) is None
    assert in_force(session, Flow.SUPPORT, NEW_YEAR) is not None


def test_the_list_that_began_last_is_in_force_whenever_it_was_published(session: Session) -> None:
    for day, points in ((20, 20), (1, 1), (10, 10)):
        publish(session, from_day(day, points=points), now=NOW)

    found = [in_force(session, Flow.SUPPORT, NEW_YEAR + timedelta(days=day - 1, hours=-1)) for day in (2, 10, 11, 20, 21, 99)]

    assert [t and t.periods[0].points for t in found] == [1, 1, 10, 10, 20, 20]


def test_a_call_keeps_its_list_when_a_later_one_takes_over(session: Session) -> None:
    old = publish(session, from_day(1, points=10), now=NOW)
    publish(session, from_day(2, points=99), now=NOW)

    assert price(tariff(session, old.id), NOW + timedelta(days=365)) == 10


def test_a_tariff_comes_back_as_it_was_drafted(session: Session) -> None:
    list_id = publish(session, EXAMPLE, now=NOW).id
    session.commit()
    session.expunge_all()

    found = in_force(session, Flow.SUPPORT, NOW)

    assert found is not None
    assert found == tariff(session, list_id)
    assert (found.list_id, found.periods) == (list_id, EXAMPLE.periods)
    assert EXAMPLE.extra_holidays < found.holidays


def test_a_list_that_does_not_exist_has_no_tariff(session: Session) -> None:
    publish(session, EXAMPLE, now=NOW)

    with pytest.raises(NoResultFound):
        tariff(session, 4711)


def test_many_lists_cost_no_more_to_search_than_one(session: Session) -> None:
    for day in range(1, 20):
        publish(session, from_day(day, points=1), now=NOW)
    session.commit()
    session.expunge_all()
    statements: list[str] = []

    def executed(*said: str) -> None:
        statements.append(said[2])

    event.listen(session.get_bind(), "before_cursor_execute", executed)
    in_force(session, Flow.SUPPORT, NOW)
    event.remove(session.get_bind(), "before_cursor_execute", executed)

    assert len([s for s in statements if s.startswith("SELECT")]) == 3
