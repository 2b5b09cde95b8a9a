"""Which quarters have begun: every figure of R8, in pure arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import quarters

ACCEPTED = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "begun"),
    [(0, 0), (1, 1), (899, 1), (900, 1), (901, 2), (1800, 2), (1801, 3), (14_400, 16), (14_401, 17)],
)
def test_a_quarter_has_begun_once_a_second_of_it_has_passed(seconds: int, begun: int) -> None:
    """R8."""
    assert quarters.begun(seconds) == begun


@given(st.integers(min_value=0, max_value=100_000))
def test_a_second_more_begins_at_most_one_quarter(seconds: int) -> None:
    """R8."""
    before, after = quarters.begun(seconds), quarters.begun(seconds + 1)

    assert after - before == (1 if seconds % 900 == 0 else 0)


@pytest.mark.parametrize(
    ("microseconds", "seconds"),
    [(0, 0), (999_999, 0), (1_000_000, 1), (900_999_999, 900), (901_000_000, 901), (-1, 0), (-5_000_000, 0)],
)
def test_fractions_are_dropped_and_an_end_before_the_start_is_no_time(microseconds: int, seconds: int) -> None:
    """R8: whole elapsed seconds."""
    assert quarters.elapsed(ACCEPTED, ACCEPTED + timedelta(microseconds=microseconds)) == seconds


@pytest.mark.parametrize("night", [datetime(2026, 3, 29, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 0, 50, tzinfo=UTC)])
def test_a_night_on_which_the_clocks_turn_changes_nothing(night: datetime) -> None:
    """R8: in UTC."""
    assert quarters.begun(quarters.elapsed(night, night + timedelta(hours=1))) == 4


@pytest.mark.parametrize(
    ("seconds", "granted", "owed"),
    [
        (899, 1, 1),
        (900, 1, 1),
        (901, 1, 1),  # the carrier cuts a little late
        (915, 1, 1),
        (916, 1, 2),  # that is no cut: they talked on
        (1805, 2, 2),
        (1816, 2, 3),
        (890, 1, 1),
        (100, 2, 1),
        (14_405, 16, 16),
    ],
)
def test_a_bridge_that_its_limit_ended_owes_what_was_granted(seconds: int, granted: int, owed: int) -> None:
    """R8, R11: never one more; what is talked beyond the limit is owed."""
    assert quarters.owed(seconds, time_limit=900 * granted, granted=granted) == owed


@pytest.mark.parametrize(("quarter", "starts", "charged", "held"), [(1, 0, 1, -120), (2, 900, 901, 780), (5, 3600, 3601, 3480)])
def test_when_a_quarter_is_held_begins_and_is_charged(quarter: int, starts: int, charged: int, held: int) -> None:
    """R9, R10, R11: held two minutes before it begins, charged a second into it."""
    moments = (
        quarters.starts_at(ACCEPTED, quarter),
        quarters.charge_at(ACCEPTED, quarter),
        quarters.hold_at(ACCEPTED, quarter),
    )

    assert [(moment - ACCEPTED).total_seconds() for moment in moments] == [starts, charged, held]
