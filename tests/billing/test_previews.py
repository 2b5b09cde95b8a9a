"""A price list before it charges anybody: its week as spans, a talk tried out, and what differs from another list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from billing import previews, price_drafts, price_file, tariff
from billing.previews import Changed, Day, Span
from billing.tariff import Period, Tariff
from models.local import from_local
from models.values import Points, Seconds
from tests.price_lists import DAY_AND_NIGHT

OLD = Tariff(1, price_file.parse(DAY_AND_NIGHT).periods, frozenset({date(2026, 12, 25)}))
DAY = OLD.periods[0]


def test_a_week_is_told_in_spans_and_holidays_beside_it() -> None:
    """R10: the first period that fits decides."""
    week = dict(previews.week(OLD))

    assert len(week) == 14
    assert week[Day(1, is_holiday=False)] == (
        Span(0, 480, 1, Points(15)),
        Span(480, 960, 0, Points(10)),
        Span(960, 1440, 1, Points(15)),
    )
    assert week[Day(6, is_holiday=False)] == week[Day(1, is_holiday=True)] == (Span(0, 1440, 1, Points(15)),)


def test_a_period_over_midnight_stands_on_the_day_it_began() -> None:
    night = Period("Nat", frozenset({5}), None, 1320, 360, Points(20))
    week = dict(previews.week(Tariff(None, (night, OLD.periods[1]), frozenset())))

    assert [span.points for span in week[Day(5, is_holiday=False)]] == [15, 20]
    assert week[Day(6, is_holiday=False)][0] == Span(0, 360, 0, Points(20))
    assert week[Day(7, is_holiday=False)] == (Span(0, 1440, 1, Points(15)),)


def test_every_minute_of_the_week_is_what_a_quarter_that_begins_then_costs() -> None:
    """The picture and the meter never disagree (R10): a week of November, every 15 minutes."""
    week = dict(previews.week(OLD))

    for number in range(7 * 96):
        local = datetime.combine(date(2026, 11, 2), time()) + timedelta(minutes=15 * number)
        spans = week[Day(local.isoweekday(), is_holiday=False)]
        shown = next(one.points for one in spans if one.from_minute <= local.hour * 60 + local.minute < one.to_minute)
        assert shown == tariff.price(OLD, from_local(local))


def test_a_talk_that_is_tried_costs_what_each_quarter_begins_under() -> None:
    """R8, R10: 37 minutes from Friday 15:50 are three quarters, of which the first begins by day."""
    friday = datetime(2026, 11, 27, 14, 50, tzinfo=UTC)

    quarters = previews.tried(OLD, friday, Seconds(37 * 60))

    assert [(one.quarter, one.period.points) for one in quarters] == [(1, 10), (2, 15), (3, 15)]
    assert previews.tried(OLD, friday, Seconds(0)) == ()


def test_lists_are_compared_by_what_a_quarter_costs_and_by_their_holidays() -> None:
    new = Tariff(2, (replace(DAY, to_minute=1080), OLD.periods[1]), frozenset({date(2026, 12, 24), date(2026, 12, 25)}))

    assert previews.changes(OLD, OLD) == []
    (changed,) = previews.changes(OLD, new)
    assert changed == Changed(
        weekdays=(1, 2, 3, 4, 5), holidays=False, from_minute=960, to_minute=1080, before=Points(15), after=Points(10)
    )
    assert previews.days(OLD, new, since=date(2026, 12, 1)) == ([date(2026, 12, 24)], [])
    assert previews.days(OLD, new, since=date(2026, 12, 25)) == ([], [])


def test_a_file_is_the_same_list_after_it_was_a_draft() -> None:
    text = DAY_AND_NIGHT.replace('name = "Dag"', 'name = "Dag \\" \\\\ æ"').replace(
        "[[period]]", "extra_holidays = [2026-12-24]\n[[period]]", 1
    )

    remade = price_file.parse(price_drafts.as_file(price_drafts.of_file(text)))

    assert replace(remade, source="") == replace(price_file.parse(text), source="")
