"""Hours by what they are worth, and short rests (R12). Pure: the classes add up to real time, whatever the clocks do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oncall import duty_hours
from oncall.duty_hours import ShortRest, Worth
from oncall.rota import Span
from tests.oncall.rotas import moment, span

HOLIDAYS = {date(2026, 12, 25), date(2026, 12, 26), date(2027, 3, 28), date(2027, 3, 29)}
HOUR = timedelta(hours=1)
BEGINNINGS = some.sampled_from(["2026-10-23T12:00", "2026-12-24T20:00", "2027-03-26T12:00", "2028-02-28T21:00"])


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T08:00", "2026-11-23T16:00", {Worth.WEEKDAY: 8}),
        ("2026-11-23T16:00", "2026-11-24T08:00", {Worth.WEEKDAY: 8, Worth.WEEKDAY_NIGHT: 8}),
        (
            "2026-11-27T21:00",
            "2026-11-28T07:00",
            {Worth.WEEKDAY: 1, Worth.WEEKDAY_NIGHT: 2, Worth.WEEKEND: 1, Worth.WEEKEND_NIGHT: 6},
        ),
        ("2026-10-24T22:00", "2026-10-25T06:00", {Worth.WEEKEND_NIGHT: 9}),
        ("2026-10-25T02:30", "2026-10-25T02:30+", {Worth.WEEKEND_NIGHT: 1}),
        ("2027-03-27T22:00", "2027-03-28T06:00", {Worth.WEEKEND_NIGHT: 2, Worth.HOLIDAY_NIGHT: 5}),
        (
            "2026-12-24T20:00",
            "2026-12-25T08:00",
            {Worth.WEEKDAY: 2, Worth.WEEKDAY_NIGHT: 2, Worth.HOLIDAY: 2, Worth.HOLIDAY_NIGHT: 6},
        ),
        (
            "2026-12-26T12:00",
            "2026-12-27T12:00",
            {Worth.WEEKEND: 6, Worth.WEEKEND_NIGHT: 6, Worth.HOLIDAY: 10, Worth.HOLIDAY_NIGHT: 2},
        ),
        ("2028-02-28T22:00", "2028-03-01T22:00", {Worth.WEEKDAY: 32, Worth.WEEKDAY_NIGHT: 16}),
        ("2026-12-31T22:00", "2027-01-01T06:00", {Worth.WEEKDAY_NIGHT: 8}),
    ],
)
def test_an_hour_is_of_one_class(start: str, end: str, hours: dict[Worth, int]) -> None:
    """R12: the night on which the clocks go back has nine hours from 22 to 6, the other one seven; a holiday beats a weekend."""
    found = duty_hours.split([Span(starts_at=moment(start), ends_at=moment(end))], HOLIDAYS)

    assert found == {worth: count * HOUR for worth, count in hours.items()}


@settings(max_examples=60, deadline=None)
@given(BEGINNINGS, some.lists(some.tuples(some.integers(0, 2 * 10**11), some.integers(1, 10**11)), min_size=1, max_size=4))
def test_the_classes_add_up_to_the_whole(start: str, some_spans: list[tuple[int, int]]) -> None:
    """R12: to the microsecond, in both nights on which the clocks turn."""
    first = moment(start)
    begins = [(first + timedelta(microseconds=after), timedelta(microseconds=length)) for after, length in some_spans]
    spans = [Span(starts_at=at, ends_at=at + length) for at, length in begins]

    found = duty_hours.split(spans, HOLIDAYS)

    assert duty_hours.total(found) == sum((one.ends_at - one.starts_at for one in spans), timedelta())
    assert duty_hours.total(found, *duty_hours.BY_DAY) + duty_hours.total(found, *duty_hours.AT_NIGHT) == duty_hours.total(found)


def test_a_rest_is_short_under_eleven_hours_from_the_last_call() -> None:
    """R12: shown, never forbidden. Duty that goes on has no rest in between, and a call behind its end shortens the next one."""
    duty = [span("2026-11-23T16:00", "2026-11-24T08:00"), span("2026-11-24T08:00", "2026-11-24T12:00")]
    duty += [span("2026-11-24T22:00", "2026-11-25T06:00"), span("2026-11-25T17:00", "2026-11-25T20:00")]
    duty += [span("2026-11-26T07:00", "2026-11-26T08:00"), span("2026-11-26T19:00", "2026-11-26T20:00")]
    late = span("2026-11-25T19:50", "2026-11-25T20:20")

    found = duty_hours.short_rests(duty, [late])

    assert found == [
        ShortRest(since=moment("2026-11-24T12:00"), until=moment("2026-11-24T22:00"), by_call=False),
        ShortRest(since=moment("2026-11-25T20:20"), until=moment("2026-11-26T07:00"), by_call=True),
    ]


def test_eleven_hours_are_real_ones() -> None:
    """R12: from 20 to 7 the clocks of March leave ten hours, those of October twelve."""
    march = [span("2027-03-27T12:00", "2027-03-27T20:00"), span("2027-03-28T07:00", "2027-03-28T12:00")]
    october = [span("2026-10-24T12:00", "2026-10-24T20:00"), span("2026-10-25T06:00", "2026-10-25T12:00")]

    assert [len(duty_hours.short_rests(duty, [])) for duty in (march, october)] == [1, 0]


def test_a_call_into_the_next_duty_leaves_no_rest() -> None:
    """R12."""
    duty = [span("2026-11-23T08:00", "2026-11-23T16:00"), span("2026-11-24T08:00", "2026-11-24T16:00")]

    (found,) = duty_hours.short_rests(duty, [span("2026-11-24T07:50", "2026-11-24T08:30")])

    assert (found.since, found.until, found.by_call) == (duty[1].starts_at, duty[1].starts_at, True)
