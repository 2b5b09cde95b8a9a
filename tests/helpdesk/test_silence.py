"""How long a call may be silent, as arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from helpdesk import silence

HEARD = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)


def test_a_call_that_was_not_bridged_is_asked_about_after_ten_minutes() -> None:
    """R20."""
    assert silence.ends_at(HEARD, accepted_at=None, time_limit=None) == HEARD + timedelta(minutes=10)


def test_a_talk_is_asked_about_after_thirty_minutes() -> None:
    """R20."""
    assert silence.ends_at(HEARD, accepted_at=HEARD, time_limit=14_400) == HEARD + timedelta(minutes=30)


def test_a_talk_is_asked_about_five_minutes_behind_its_limit() -> None:
    """R20."""
    accepted_at = HEARD - timedelta(minutes=1)

    assert silence.ends_at(HEARD, accepted_at=accepted_at, time_limit=900) == accepted_at + timedelta(minutes=20)
