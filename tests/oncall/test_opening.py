"""When a line is open: a table of moments, and what holds for any hours. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.local import to_local
from oncall.opening import Opening, OpeningHours, SpecialDay, closes_next, is_open, opens_next, special_days
from tests.oncall.hours import ALWAYS, HOLIDAYS, MONDAYS, NIGHTS, OFFICE, SPRING, hours
from tests.oncall.rotas import moment

A_MINUTE: Final = timedelta(minutes=1)
# Hours, a local moment, when it is open next and when closed next ("2026-10-25T02:30+" is the second 02:30 of that night).
MOMENTS: Final = {
    "the minute before it opens": (OFFICE, "2026-11-23T07:59", "2026-11-23T08:00", "2026-11-23T07:59"),
    "the minute of opening": (OFFICE, "2026-11-23T08:00", "2026-11-23T08:00", "2026-11-23T16:00"),
    "the last minute": (OFFICE, "2026-11-23T15:59", "2026-11-23T15:59", "2026-11-23T16:00"),
    "the minute of closing": (OFFICE, "2026-11-23T16:00", "2026-11-24T08:00", "2026-11-23T16:00"),
    "Friday closes early": (OFFICE, "2026-11-27T15:30", "2026-11-30T08:00", "2026-11-27T15:30"),
    "Sunday": (OFFICE, "2026-11-29T12:00", "2026-11-30T08:00", "2026-11-29T12:00"),
    "an exception that is closed": (OFFICE, "2026-12-24T10:00", "2026-12-26T10:00", "2026-12-24T10:00"),
    "a holiday": (OFFICE, "2026-12-25T10:00", "2026-12-26T10:00", "2026-12-25T10:00"),
    "an exception on a holiday": (OFFICE, "2026-12-26T10:00", "2026-12-26T10:00", "2026-12-26T12:00"),
    "between two openings": (OFFICE, "2026-12-26T12:00", "2026-12-26T13:00", "2026-12-26T12:00"),
    "year's end": (OFFICE, "2026-12-31T16:00", "2027-01-04T08:00", "2026-12-31T16:00"),
    "Easter, and the clocks go forward": (OFFICE, "2027-03-24T16:00", "2027-03-30T08:00", "2027-03-24T16:00"),
    "a holiday on which it is open": (
        f"open_on_holidays = true\n{OFFICE}",
        "2027-01-01T09:00",
        "2027-01-01T09:00",
        "2027-01-01T15:30",
    ),
    "a week ahead, behind all special days": (MONDAYS, "2027-11-01T09:00", "2027-11-08T08:00", "2027-11-01T09:00"),
    "midnight within": (NIGHTS, "2026-11-28T23:59", "2026-11-28T23:59", "2026-11-29T02:30"),
    "midnight itself": (NIGHTS, "2026-11-29T00:00", "2026-11-29T00:00", "2026-11-29T02:30"),
    "the first 02:30 of the long night": (NIGHTS, "2026-10-25T02:30", "2026-10-25T02:30", "2026-10-25T02:30+"),
    "the second 02:30": (NIGHTS, "2026-10-25T02:30+", "2026-10-25T04:00", "2026-10-25T02:30+"),
    "an end that the clock jumps over": (NIGHTS, "2027-03-27T23:00", "2027-03-27T23:00", "2027-03-28T03:00"),
    "hours that the clock jumps over": (SPRING, "2027-03-27T03:00", "2027-03-29T02:00", "2027-03-27T03:00"),
    "hours that come twice": (SPRING, "2026-10-25T01:00", "2026-10-25T02:00", "2026-10-25T01:00"),
    "within those": (SPRING, "2026-10-25T02:59", "2026-10-25T02:59", "2026-10-25T02:59+"),
    "round the clock": (ALWAYS, "2026-12-25T00:00", "2026-12-25T00:00", None),
    "round the clock but for holidays": (
        ALWAYS.replace("true", "false"),
        "2026-12-24T12:00",
        "2026-12-24T12:00",
        "2026-12-25T00:00",
    ),
}


@pytest.mark.parametrize(("text", "at", "opens", "closes"), MOMENTS.values(), ids=MOMENTS)
def test_it_opens_and_closes_to_the_minute(text: str, at: str, opens: str, closes: str | None) -> None:
    found = hours(text)

    assert opens_next(found, moment(at)) == moment(opens)
    assert closes_next(found, moment(at)) == (closes and moment(closes))
    assert is_open(found, moment(at)) == (opens == at)


def test_hours_of_exceptions_alone_end_with_the_last() -> None:
    found = OpeningHours(week={}, exceptions={date(2026, 12, 1): SpecialDay("", (Opening(0, 1440),))}, holidays=HOLIDAYS)

    assert opens_next(found, moment("2026-11-01T00:00")) == moment("2026-12-01T00:00")
    assert closes_next(found, moment("2026-12-01T12:00")) == moment("2026-12-02T00:00")
    assert opens_next(found, moment("2026-12-02T00:00")) is None
    assert closes_next(found, moment("2026-12-02T00:00")) == moment("2026-12-02T00:00")


def test_the_special_days_of_a_year_have_their_names() -> None:
    found = special_days(hours(OFFICE), date(2026, 12, 24), date(2027, 1, 1))

    assert [(day.day, one.name, len(one.openings)) for day, one in found] == [
        (24, "Juleaften", 0),
        (25, "Juledag", 0),
        (26, "Anden juledag", 2),
        (1, "Nytårsdag", 0),
    ]
    assert special_days(hours(ALWAYS), date(2026, 1, 1), date(2027, 12, 31)) == []


def test_hours_without_a_holiday_or_an_exception_open_and_close() -> None:
    found = OpeningHours(week={1: (Opening(480, 960),)}, exceptions={}, holidays={})
    at = moment("2026-11-23T07:00")

    assert (opens_next(found, at), closes_next(found, moment("2026-11-23T09:00"))) == (
        at + 60 * A_MINUTE,
        moment("2026-11-23T16:00"),
    )


def openings() -> st.SearchStrategy[tuple[Opening, ...]]:
    """Up to two openings a day, in whole half hours, some of them meeting at midnight or in the night."""
    marks = st.lists(st.sampled_from([0, 90, 120, 150, 180, 210, 480, 960, 1410, 1440]), max_size=4, unique=True)
    return marks.map(sorted).map(lambda found: tuple(map(Opening, found[::2], found[1::2])))


@given(
    week=st.dictionaries(st.integers(1, 7), openings()),
    exceptions=st.dictionaries(st.dates(date(2027, 3, 24), date(2027, 4, 2)), openings().map(lambda one: SpecialDay("", one))),
    open_on_holidays=st.booleans(),
    at=st.sampled_from([datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2027, 3, 27, 20, tzinfo=UTC)]),
    later=st.integers(0, 600),
)
def test_it_opens_next_at_the_first_open_moment(
    week: dict[int, tuple[Opening, ...]],
    exceptions: dict[date, SpecialDay],
    open_on_holidays: bool,  # noqa: FBT001 - Hypothesis passes it by name
    at: datetime,
    later: int,
) -> None:
    """Both nights on which the clocks turn, minute for minute, against what the clock on the wall shows."""
    found = OpeningHours(week=week, exceptions=exceptions, holidays=HOLIDAYS, open_on_holidays=open_on_holidays)
    at += later * A_MINUTE

    opens, closes = opens_next(found, at), closes_next(found, at)

    ahead = [at + number * 15 * A_MINUTE for number in range(2 * 96)]
    for to, wanted in ((opens, True), (closes, False)):
        assert to is None or (is_open(found, to) is wanted and (to == at or is_open(found, to - A_MINUTE) is not wanted))
        assert not any(is_open(found, one) is wanted for one in ahead if to is None or one < to)
    assert all(is_open(found, one) for one in ahead if _shown(found, to_local(one)))


def _shown(found: OpeningHours, local: datetime) -> bool:
    """Whether the hours have what the clock on the wall shows; a line is never closed then."""
    day = local.date()
    like_others = found.open_on_holidays or day not in HOLIDAYS
    written = (
        found.exceptions[day].openings if day in found.exceptions else found.week.get(day.isoweekday(), ()) if like_others else ()
    )
    return any(one.from_minute <= local.hour * 60 + local.minute < one.to_minute for one in written)
