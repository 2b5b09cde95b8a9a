"""Whoever waits to be called back, calls again and is put through: the talk was what they were to be called back for (R14)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update

from helpdesk import cases, queue
from ivr import reporting
from models import Call
from models.values import Flow, TaskKind
from simulator.knobs import at_once
from tests.conversations.silence import loses_every_report
from tests.house import OFFICE, SUPPORT, ACaller, ASupporter, House
from tests.oncall.hours import OFFICE as HOURS


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
    assert (said.subject, said.call_id) == (f"task:{task.id}", task.call_id)
    assert said.details == {"supporter": anna.id, "receipt": 2}
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


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_talk_that_began_before_the_missed_call_does_not_do_it(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14: the same PIN, keyed at another telephone meanwhile; whoever waited there did not call again."""
    house.connects(caller, anna)
    house.forward(minutes=2)
    other = (
        house.phone("+4520777777").dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere").keys("1")
    )
    other.waits(20).hangs_up()
    house.forward(minutes=40)
    alarms_meanwhile = house.tasks()[0].alarms

    house.phone(caller).hangs_up()
    house.forward(seconds=20)

    task = house.tasks()[0]
    assert (task.kind, alarms_meanwhile, task.taken_at) == (TaskKind.MISSED, 1, None)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_talk_of_which_nothing_is_heard_keeps_nobody_unreminded_for_long(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14, R20: it ended after twenty seconds, every report of that is lost, and the provider does not answer."""
    waits_for(house, caller, anna, TaskKind.CALLBACK)
    loses_every_report(house)
    house.skip(seconds=(house.tasks()[0].due_at - house.now).total_seconds() - 60)
    house.exchange.knobs.rest_down = True

    house.connects(caller, anna)
    house.forward(seconds=20)
    house.phone(caller).hangs_up()
    house.forward(minutes=25)
    before = house.tasks()[0].alarms
    house.forward(minutes=14)

    assert (before, house.tasks()[0].alarms) == (0, 1)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_whoever_was_talked_to_before_their_hang_up_was_known_is_not_called_back(
    house: House, caller: ACaller, anna: ASupporter
) -> None:
    """R14, R20: nobody told that they left while it rang; the provider is asked ten minutes later."""
    house.phone(anna).behaves("no_answer")
    loses_every_report(house)
    house.accepts_price(caller).waits(4).hangs_up()
    house.exchange.knobs.status_policy, house.exchange.knobs.action_after_hangup = at_once, True
    house.forward(minutes=2)
    house.phone(anna).behaves("hand")

    house.connects(caller, anna)
    house.forward(minutes=4)
    house.phone(caller).hangs_up()
    house.forward(minutes=20)

    assert house.tasks() == []


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("line", [SUPPORT, OFFICE])
def test_on_a_line_without_pin_a_talk_does_what_was_left_on_that_line(
    house: House, caller: ACaller, anna: ASupporter, line: str
) -> None:
    """R14: there the number alone says who calls; whoever waits by PIN is called back all the same."""
    house.has_office(HOURS)
    house.comes_to("2026-11-23T10:00:00")
    bo = house.supporter("Bo", lines=(Flow.OFFICE,))
    if line == SUPPORT:
        waits_for(house, caller, anna, TaskKind.CALLBACK)
    else:
        house.phone(caller).dials(OFFICE).hears("nummeret på en sag").keys("#").waits(4).hangs_up()
    house.forward(minutes=5)

    house.phone(caller).dials(OFFICE).hears("nummeret på en sag").keys("#")
    house.phone(bo).picks_up().hears("Tast 1").keys("1").talks_with(caller)
    house.forward(minutes=2)
    house.phone(caller).hangs_up()
    house.forward(seconds=20)

    assert house.tasks()[0].taken_by_id == (None if line == SUPPORT else bo.id)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_late_report_of_the_call_that_left_the_task_and_the_clock_wait_for_each_other(
    house: House, caller: ACaller, anna: ASupporter
) -> None:
    """R19: both lock the call before its task."""
    waits_for(house, caller, anna, TaskKind.CALLBACK)
    house.connects(caller, anna)
    house.forward(seconds=120)
    house.clock_works = False
    house.phone(caller).hangs_up()
    left = house.tasks()[0].call_id
    locked, linked = threading.Event(), threading.Event()

    def links() -> None:
        locked.wait(5)
        with house.database.writing() as session:
            cases.link_due(session, house.now)
        linked.set()

    clock = threading.Thread(target=links)
    clock.start()
    with house.database.writing() as session:
        call = session.scalar(reporting.CALL, {"call": session.scalar(select(Call.sid).where(Call.id == left))})
        locked.set()
        assert call is not None
        assert not linked.wait(0.5), "the clock waits for the call"
        cases.open_task(session, call, TaskKind.MESSAGE, now=house.now)
    clock.join(5)
    house.clock_works = True

    assert linked.is_set()
    assert house.tasks()[0].kind is TaskKind.MESSAGE
