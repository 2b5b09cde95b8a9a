"""Alarms in the console and by the interface: the open ones first, acknowledged by somebody, kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk import alarms
from helpdesk.alarms import Matter
from models import Alarm
from models.alarms import AlarmKind
from models.api import Scope
from models.values import Role
from tests.house import House
from tests.web.people import HERE, at_once
from tests.web.programs import a_program


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build(env={"DEMO": "1"}, base=HERE)


def sounded(house: House) -> None:
    """A price list is missing, and a task is past its deadline."""
    told = {"task": 7, "case": "20001", "company": "Nordvig Camping", "due": house.now.isoformat()}
    with house.database.writing() as session:
        alarms.sound(session, Matter(kind=AlarmKind.PRICES, key="support", notice="no_prices"), now=house.now)
        alarms.sound(session, Matter(kind=AlarmKind.TASK, key="7", notice="past_due", told=told), now=house.now)


def test_an_alarm_is_acknowledged_on_its_page_and_counted_on_the_board_until_then(house: House) -> None:
    sounded(house)
    boss = at_once(house, Role.ADMINISTRATOR)

    board, seen = boss.sees("/now").text, boss.sees("/alarms").text
    boss.sends("/alarms/1/acknowledge", page="/alarms")
    after = boss.sees("/alarms").text

    assert "<dd>2</dd>" in board
    assert "Prislisten mangler" in seen
    assert "/alarms/1/acknowledge" in seen
    assert "/alarms/2/acknowledge" not in seen
    assert "/alarms/1/acknowledge" not in after
    with house.database.reading() as session:
        assert session.scalars(select(Alarm.acknowledged_by).order_by(Alarm.id)).all() == [boss.email, None]


def test_an_auditor_sees_alarms_and_acknowledges_none(house: House) -> None:
    sounded(house)
    auditor = at_once(house, Role.AUDITOR)

    assert "/acknowledge" not in auditor.sees("/alarms").text
    assert auditor.sends("/alarms/1/acknowledge", page="/alarms").status_code == 404


def test_an_empty_list_says_what_would_stand_there(house: House) -> None:
    assert "Der er ingen åbne alarmer." in at_once(house, Role.SUPPORTER).sees("/alarms").text


def test_a_program_lists_and_acknowledges_but_no_task(house: House) -> None:
    sounded(house)
    asks = a_program(house, Scope.DUTY_READ, Scope.TASKS_WRITE)

    found = asks.reads("/alarms?open=true")["alarms"]
    known = asks.sends("/alarms/1/acknowledge", {})
    task = asks.sends("/alarms/2/acknowledge", {})
    nobody = asks.sends("/alarms/99/acknowledge", {})

    assert [(one["alarm"], one["kind"], one["acknowledged_by"]) for one in found] == [(2, "task", None), (1, "prices", None)]
    assert (known.status_code, task.status_code, nobody.status_code) == (200, 409, 404)
