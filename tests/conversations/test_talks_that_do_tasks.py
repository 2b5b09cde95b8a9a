"""Whoever waits to be called back, calls again and is put through: the talk was what they were to be called back for (R14)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from helpdesk import queue
from models import Call
from models.values import TaskKind
from tests.house import ACaller, ASupporter, House


@pytest.fixture
def caller(house: House) -> ACaller:
    return house.caller(company="Hotel Strand")


@pytest.fixture
def anna(house: House) -> ASupporter:
    house.is_connected_to_the_world()
    return house.supporter("Anna")


def waits_for(house: House, caller: ACaller, anna: ASupporter, kind: TaskKind) -> None:
    """Nobody took the telephone, and a task of that kind waits for whoever is on duty."""
    house.phone(anna).behaves("no_answer")
    his = house.accepts_price(caller)
    if kind is TaskKind.MISSED:
        his.waits(4).hangs_up()
        house.forward(minutes=2)
    else:
        his.hears("bliver du ringet op").keys("1" if kind is TaskKind.CALLBACK else "2")
    if kind is TaskKind.MESSAGE:
        his.speaks_message(7).keys("#").hears("Beskeden er gemt")
    his.waits(60)
    house.phone(anna).behaves("hand")
    assert [task.kind for task in house.tasks()] == [kind]


def talks(house: House, caller: ACaller, anna: ASupporter, *, seconds: float) -> None:
    """They call again, and talk for so long."""
    house.forward(minutes=8)
    house.connects(caller, anna)
    house.forward(seconds=seconds)
    house.phone(caller).hangs_up()
    house.forward(seconds=20)


@pytest.mark.parametrize("kind", [TaskKind.CALLBACK, TaskKind.MISSED])
def test_nobody_is_woken_for_a_caller_who_was_talked_to(house: House, caller: ACaller, anna: ASupporter, kind: TaskKind) -> None:
    """R14: the supporter of that talk has the task, is reminded of nothing, and the call that left it says why."""
    waits_for(house, caller, anna, kind)
    was_told = len(house.phone(anna).texts)

    talks(house, caller, anna, seconds=120)
    house.skip(hours=2)
    house.forward(seconds=5)

    task = house.tasks()[0]
    (said,) = (mark for mark in house.audit() if mark.action == f"{kind.value}_is_needless")
    assert (task.taken_by_id, task.alarm_at, task.alarms) == (anna.id, None, 0)
    assert (said.subject, said.call_id, said.details) == (
        f"task:{task.id}",
        task.call_id,
        {"supporter": anna.id, "call": house.sid(caller)},
    )
    assert [text for text in house.phone(anna).texts[was_told:] if "Påmindelse" in text] == []


@pytest.mark.parametrize("kind", [TaskKind.CALLBACK, TaskKind.MISSED, TaskKind.MESSAGE])
def test_nobody_is_reminded_of_whoever_is_being_talked_to(house: House, caller: ACaller, anna: ASupporter, kind: TaskKind) -> None:
    """R14: the deadline passes in the middle of a long talk; of a message that nobody has heard somebody is."""
    waits_for(house, caller, anna, kind)

    house.connects(caller, anna)
    house.forward(minutes=40)

    assert house.tasks()[0].alarms == (kind is TaskKind.MESSAGE)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_behind_a_talk_that_broke_off_the_reminder_comes_at_once(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14: its deadline passed meanwhile."""
    waits_for(house, caller, anna, TaskKind.CALLBACK)
    house.skip(seconds=(house.tasks()[0].due_at - house.now).total_seconds() - 20)

    house.connects(caller, anna)
    house.forward(seconds=50)
    before = house.tasks()[0].alarms
    house.phone(caller).hangs_up()
    house.forward(minutes=2)

    assert (before, house.tasks()[0].alarms, house.tasks()[0].taken_at) == (0, 1, None)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_supporter_hands_back_what_was_not_spoken_of(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14: it waits again, and its alarms go on, whatever is told of the talk later."""
    waits_for(house, caller, anna, TaskKind.CALLBACK)
    talks(house, caller, anna, seconds=120)

    with house.database.writing() as session:
        queue.hand_back(session, house.tasks()[0].id, by=anna.id, actor="anna", now=house.now)
        session.execute(update(Call).where(Call.link_at.is_(None)).values(link_at=house.now))  # as where a report moves a fact
    house.forward(minutes=31)

    assert (house.tasks()[0].taken_at, house.tasks()[0].alarms) == (None, 1)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_talk_that_broke_off_at_once_leaves_them_to_be_called_back(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14: nobody knows yet what it is about."""
    waits_for(house, caller, anna, TaskKind.CALLBACK)

    talks(house, caller, anna, seconds=40)

    assert (house.tasks()[0].taken_at, house.tasks()[0].alarm_at) == (None, house.tasks()[0].due_at)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_message_is_listened_to_whoever_was_talked_to_meanwhile(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14: it says something that may not have come up."""
    waits_for(house, caller, anna, TaskKind.MESSAGE)

    talks(house, caller, anna, seconds=120)

    assert (house.tasks()[0].taken_at, house.tasks()[0].alarm_at) == (None, house.tasks()[0].due_at)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_colleagues_talk_calls_nobody_else_back(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14: another person of the same customer, from the same telephone."""
    waits_for(house, caller, anna, TaskKind.CALLBACK)
    colleague = house.caller(name="Ole Lund", colleague_of=caller, phone=caller.phone)

    talks(house, colleague, anna, seconds=120)

    assert (house.tasks()[0].taken_at, house.tasks()[0].alarm_at) == (None, house.tasks()[0].due_at)
