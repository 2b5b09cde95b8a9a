"""A clock of the house that is wrong by more than two seconds alarms: calls are measured by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from app import webclock
from app.clock import wall
from app.database import Database
from app.heart import Heart
from app.webclock import WebClock
from helpdesk import skew
from models import Alarm
from tests.house import House
from tests.serving import served

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("told", "seconds"), [(-9.5, 8), (-3, 1.5), (-1, 0), (0, 0), (0.5, 0), (1, -0.5), (7, -6.5)])
def test_what_another_clock_shows_tells_how_far_ours_is_ahead(told: float, seconds: float) -> None:
    after = NOON + timedelta(seconds=0.5)

    wrong_by = skew.ahead(NOON + timedelta(seconds=told), before=NOON - timedelta(seconds=0.5), after=after)

    assert wrong_by == timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "alarms"), [(-40, 0), (1, 0), (6, 1)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_report_of_what_has_not_happened_yet_alarms(house: House, seconds: int, alarms: int) -> None:
    """R7: once; a late one proves nothing."""
    caller = house.caller()
    house.identifies(caller).hangs_up()
    moment = format_datetime(house.now + timedelta(seconds=seconds))

    for number in ("7", "8"):
        house.delivers(house.status_of(caller, Timestamp=moment, SequenceNumber=number))

    assert house.alarmed() == ["clock_behind"] * alarms


@pytest.mark.parametrize(("seconds", "notice"), [(-30, "clock_ahead"), (30, "clock_behind"), (0, None)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_date_of_the_providers_answers_tells_too(database: Database, seconds: int, notice: str | None) -> None:
    date = format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)

    Heart(database, clock=lambda: NOON).compare(date, before=NOON)

    with database.reading() as session:
        found = set(session.scalars(select(Alarm.notice)))
    assert found == ({notice} if notice else set())


@pytest.mark.parametrize(("seconds", "notice"), [(40, "web_clock_ahead"), (-40, "web_clock_behind"), (2, None), (None, None)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_web_process_whose_clock_is_another_is_told_of_by_the_clock_process(
    database: Database, seconds: int | None, notice: str | None
) -> None:
    """R7: a fast one shows nowhere else; with this machine's name, once, and nobody at home is no error."""
    told = None if seconds is None else NOON + timedelta(seconds=seconds)
    web = WebClock(database, lambda: told, clock=lambda: NOON, machine="clock-2", every=0)

    assert web.look() == web.look() == 0

    with database.reading() as session:
        found = [(alarm.notice, alarm.told["machine"]) for alarm in session.scalars(select(Alarm))]
    assert found == ([(notice, "clock-2")] if notice else [])


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_date_of_our_own_front_door_is_read_if_somebody_answers(house: House) -> None:
    """Over HTTP, as `doegnvagt clock` asks; the server writes the Date."""
    with served(house.app) as address:
        shown = webclock.over_http(address)()

    assert shown is not None
    assert abs(wall() - shown) < timedelta(seconds=30)
    assert webclock.over_http(address)() is None
