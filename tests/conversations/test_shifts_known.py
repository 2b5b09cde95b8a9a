"""Shifts that are to be acknowledged: who is asked, and what becomes of one that nobody acknowledges (issue 6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from helpdesk import look_ahead, shifts
from helpdesk.customers import Unknown
from models import Alarm, Line, Shift
from models.alarms import AlarmKind
from models.values import Flow
from tests.house import ASupporter, House
from tests.oncall.rotas import span

BEGINS = "2026-11-24T08:00"


@pytest.fixture
def house(house: House) -> House:
    """Whose line asks for it twelve hours ahead."""
    with house.database.writing() as session:
        session.scalars(select(Line)).one().acknowledge_hours = 12
    house.nobody_is_on_duty()
    return house


def on_tuesday(house: House, name: str) -> ASupporter:
    """Somebody who has the shift on Tuesday from eight to four."""
    somebody = house.supporter(name, on_duty=False, email=f"{name.lower()}@house.example")
    house.shift(somebody, BEGINS, "2026-11-24T12:00")
    house.shift(somebody, "2026-11-24T12:00", "2026-11-24T16:00")
    return somebody


def looked(house: House) -> list[tuple[str, bool, int]]:
    """Every alarm of a shift: whose it is, whether it is open, and how often somebody was reminded of it."""
    with house.database.writing() as session:
        look_ahead.look(session, now=house.now)
    house.forward(seconds=2)
    with house.database.reading() as session:
        found = session.scalars(select(Alarm).where(Alarm.kind == AlarmKind.SHIFT).order_by(Alarm.id))
        return [(one.told["name"], one.closed_at is None, one.reminders) for one in found]


def acknowledges(house: House, somebody: ASupporter) -> None:
    with house.database.writing() as session:
        [asked] = shifts.to_acknowledge(session, somebody.id, now=house.now)
        shifts.acknowledge(session, somebody.id, asked.line, asked.span.starts_at, by="test", now=house.now)


def test_whoever_acknowledges_in_time_is_asked_once_and_nobody_is_alarmed(house: House) -> None:
    """It is Monday, 03:10: the shift begins in 29 hours, and is to be acknowledged within 17."""
    anna = on_tuesday(house, "Anna")
    looked(house)
    looked(house)

    acknowledges(house, anna)
    house.skip(hours=20)

    assert looked(house) == []
    asked = [one for one in house.errands() if one.payload["notice"] == "shift_to_acknowledge"]
    assert sorted(one.kind.value for one in asked) == ["mail", "text"]


def test_one_that_nobody_acknowledged_is_one_alarm_until_somebody_does(house: House) -> None:
    anna = on_tuesday(house, "Anna")
    before = looked(house)
    house.skip(hours=17)

    late = looked(house)
    house.skip(hours=1)
    reminded = looked(house)
    acknowledges(house, anna)

    assert (before, late, reminded) == ([], [("Anna", True, 0)], [("Anna", True, 1)])
    assert looked(house) == [("Anna", False, 1)]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_it_is_over_when_the_shift_goes_to_somebody_else_who_is_asked_anew(house: House) -> None:
    anna = on_tuesday(house, "Anna")
    house.skip(hours=17)
    late = looked(house)
    with house.database.writing() as session:
        session.execute(delete(Shift).where(Shift.supporter_id == anna.id))

    bo = on_tuesday(house, "Bo")
    given = looked(house)
    acknowledges(house, bo)

    assert (late, given) == ([("Anna", True, 0)], [("Anna", False, 0), ("Bo", True, 0)])
    assert looked(house) == [("Anna", False, 0), ("Bo", False, 0)]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_it_stays_open_while_the_shift_runs_and_is_over_with_it(house: House) -> None:
    on_tuesday(house, "Anna")
    house.skip(hours=18)
    looked(house)

    house.skip(hours=11)
    running = [open_ for _, open_, _ in looked(house)]
    house.skip(hours=8)

    assert (running, [open_ for _, open_, _ in looked(house)]) == ([True], [False])


@pytest.mark.parametrize("backend", ["sqlite"])
def test_nobody_is_asked_where_no_line_asks_and_nobody_acknowledges_what_is_not_theirs(house: House) -> None:
    anna, bo = on_tuesday(house, "Anna"), house.supporter("Bo", on_duty=False)
    with house.database.writing() as session:
        [asked] = shifts.to_acknowledge(session, anna.id, now=house.now)
        assert asked.span.ends_at - asked.span.starts_at == timedelta(hours=8)
        with pytest.raises(Unknown):
            shifts.acknowledge(session, bo.id, Flow.SUPPORT, asked.span.starts_at, by="test", now=house.now)
        with pytest.raises(Unknown):
            shifts.acknowledge(session, anna.id, Flow.SUPPORT, asked.span.starts_at + timedelta(hours=4), by="test", now=house.now)
        session.scalars(select(Line)).one().acknowledge_hours = None
        assert shifts.to_acknowledge(session, anna.id, now=house.now) == []
    house.skip(hours=18)

    assert looked(house) == []


def test_a_shift_of_a_week_is_acknowledged_whole(house: House) -> None:
    """Whoever presses "Yes, I take it" has read when it ends, which is further away than anybody is asked."""
    anna, bo = house.supporter("Anna", on_duty=False), house.supporter("Bo", on_duty=False)
    house.rota(f'[[layer]]\nname = "Nat"\npeople = [{anna.id}, {bo.id}]\nstarts = 2026-11-23T16:00:00\nevery = "week"')

    with house.database.reading() as session:
        [asked] = shifts.to_acknowledge(session, anna.id, now=house.now)

    assert asked.span == span("2026-11-23T16:00", "2026-11-30T16:00")
