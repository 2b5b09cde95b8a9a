"""Everyone on duty, and whoever is alarmed, is reminded of a task: after 30 minutes, then every 15, until it is taken (R14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import alarms, cases, resending
from models import Call, Task
from models.values import ErrandState, Language
from tests.house import ACaller, House

CHIEF = "+4520999999"


def wants_a_callback(house: House) -> ACaller:
    """Nobody answers, the caller is to be called back."""
    caller = house.caller()
    house.accepts_price(caller).hears("bliver du ringet op").keys("1").waits(20)
    return caller


def takes(house: House, supporter: int) -> None:
    with house.database.writing() as session:
        cases.take(session, house.tasks()[0].id, supporter, now=house.now)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_nobody_is_told_of_a_task_while_its_call_is_being_settled(house: House) -> None:
    """R14: whoever settles it may end the alarm, and each would wait for the other; found by a simulated night."""
    house.is_connected_to_the_world()
    wants_a_callback(house)
    house.clock_works = False
    house.skip(minutes=31)
    with house.database.writing() as session:
        assert cases.alarm_due(session, house.now) == 1

    with house.database.writing() as settling, house.database.writing() as session:
        settling.execute(select(Call).with_for_update())
        meanwhile = alarms.tell_due(session, house.now, ways=())
    with house.database.writing() as session:
        afterwards = alarms.tell_due(session, house.now, ways=())

    assert (meanwhile, afterwards) == (0, 1)


def asked_after(house: House) -> dict[str, list[float]]:
    """How many minutes behind the task's beginning each recipient was to be told."""
    opened_at = house.tasks()[0].opened_at
    told: dict[str, list[float]] = {}
    for errand in house.errands():
        told.setdefault(f"{errand.payload['to']} by {errand.kind.value}", []).append(
            (errand.asked_at - opened_at) / timedelta(minutes=1)
        )
    return told


def nobody_answers(house: House, kind: str) -> ACaller:
    """A caller whom nobody answers: they ask to be called back, leave a message, or hang up."""
    caller = house.caller()
    phone = house.accepts_price(caller)
    if kind == "missed":
        phone.hangs_up()
    else:
        phone.hears("bliver du ringet op").keys("1" if kind == "callback" else "2")
    if kind == "message":
        phone.speaks_message(6).keys("#").waits(5)
    return caller


@pytest.mark.parametrize("kind", ["callback", "message", "missed"])
def test_everyone_is_told_at_once_after_thirty_minutes_and_every_fifteen_then(house: House, kind: str) -> None:
    """R14: whatever sort of task it is, and without drifting; those off duty hear nothing."""
    anna = house.supporter("Anna", email="anna@house.example")
    house.supporter("Off duty", on_duty=False)
    house.phone(anna).behaves("no_answer")
    house.is_connected_to_the_world()
    nobody_answers(house, kind)

    house.forward(minutes=65)

    told = asked_after(house)
    assert [house.tasks()[0].kind.value] == [kind]
    assert set(told) == {f"supporter:{anna.id} by text", f"supporter:{anna.id} by mail", "alarm by mail"}
    for moments in told.values():
        assert moments == pytest.approx([0, 30, 45, 60], abs=1)  # the clock of a test beats by the minute


REMINDED = {
    "callback": "Påmindelse: Nordvig Camping, Mette Holm har ventet på opkald i 30 minutter",
    "message": "Påmindelse: Nordvig Camping, Mette Holm indtalte en besked for 30 minutter siden",
    "missed": "Påmindelse: Nordvig Camping, Mette Holm kom ikke igennem for 30 minutter siden",
}


@pytest.mark.parametrize("kind", ["callback", "message", "missed"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_reminder_says_that_it_is_one_and_how_it_stops(house: House, kind: str) -> None:
    """R14: how long it has waited, which task, and the command by which the supporter who reads it takes it."""
    house.supporter("Off duty", on_duty=False)
    anna = house.supporter("Anna")
    house.phone(anna).behaves("no_answer")
    house.is_connected_to_the_world()
    caller = nobody_answers(house, kind)
    house.forward(minutes=2)

    house.skip(seconds=(house.tasks()[0].opened_at + timedelta(minutes=30, seconds=2) - house.now).total_seconds())
    house.forward(seconds=5)

    first, reminder = house.phone(anna).texts
    assert "Påmindelse" not in first
    assert "opgave 1." in first
    assert reminder.partition("\n")[0] == REMINDED[kind]
    assert f"Nummer {caller.phone}. Sag 20001. Opgave 1 er ikke taget." in reminder
    assert reminder.endswith(f"så stopper påmindelserne: i konsollen under Opgaver eller med doegnvagt task take 1 {anna.id}")


def test_an_english_supporter_is_reminded_in_english(house: House) -> None:
    """R14, R22."""
    anna = house.supporter("Anna", language=Language.ENGLISH)
    house.phone(anna).behaves("no_answer")
    house.is_connected_to_the_world()
    wants_a_callback(house)

    house.skip(minutes=76)
    house.forward(seconds=5)

    assert house.phone(anna).texts[-1].startswith("Reminder: Nordvig Camping, Mette Holm has waited 1 hour and ")


def test_whoever_is_alarmed_by_number_gets_a_text(house: House) -> None:
    """R14: ALARM_ADDRESS may be a number."""
    shelf = house.is_connected_to_the_world()
    house.ports = replace(house.ports, alarm_address=CHIEF)
    caller = wants_a_callback(house)

    house.skip(minutes=31)
    house.forward(seconds=5)

    texts = house.exchange.phone(CHIEF).texts
    assert len(texts) == 2
    assert texts[0].startswith(f"Ring op: Nordvig Camping, Mette Holm\nNummer {caller.phone}. Sag 20001, opgave 1.")
    assert texts[1].startswith("Påmindelse: Nordvig Camping, Mette Holm har ventet på opkald i 3")
    assert "Opgave 1 er ikke taget. Tag den, så stopper påmindelserne: i konsollen" in texts[1]
    assert texts[1].endswith("under Opgaver eller med doegnvagt task take 1 SUPPORTER")
    assert shelf.letters == []


def test_a_clock_that_stood_still_alarms_once_and_goes_on_in_its_rhythm(house: House) -> None:
    """R14: nobody is woken five times at once."""
    house.is_connected_to_the_world()
    wants_a_callback(house)
    house.clock_works = False
    house.forward(minutes=100)
    house.clock_works = True

    house.forward(minutes=16)

    assert house.tasks()[0].alarms == 2


def test_an_alarm_that_waits_is_not_sent_once_the_task_is_taken(house: House) -> None:
    """R14: kept without an account; by the time that there is one, somebody has taken it."""
    anna = house.supporter("Anna")
    house.phone(anna).behaves("no_answer")
    wants_a_callback(house)
    assert {errand.state for errand in house.errands()} == {ErrandState.KEPT}
    shelf = house.is_connected_to_the_world()

    takes(house, anna.id)
    with house.database.writing() as session:
        resending.resend_kept(session, now=house.now)
    house.forward(seconds=5)
    house.forward(seconds=5)

    assert (house.phone(anna).texts, shelf.letters) == ([], [])
    assert {errand.outcome for errand in house.errands()} == {"not sent: somebody has taken the task"}


def test_nobody_on_duty_is_told_means_whoever_is_alarmed_is(house: House) -> None:
    """R14."""
    shelf = house.is_connected_to_the_world()

    wants_a_callback(house)
    house.skip(minutes=31)

    assert [letter[0] for letter in shelf.letters] == ["admin@house.example"] * 2


def test_a_task_that_is_taken_at_the_very_moment_alarms_nobody_any_more(house: House) -> None:
    """R14."""
    anna = house.supporter("Anna")
    house.phone(anna).behaves("no_answer")
    wants_a_callback(house)
    house.clock_works = False
    house.forward(minutes=31)

    takes(house, anna.id)
    with house.database.writing() as session:
        did = cases.alarm_due(session, house.now)
        task = session.get_one(Task, house.tasks()[0].id)

        assert (did, task.alarms, task.alarm_at) == (0, 0, None)
