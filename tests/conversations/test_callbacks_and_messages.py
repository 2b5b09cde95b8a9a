"""Nobody answered: a callback or a message, with a deadline that somebody is alarmed about until the task is taken (R14, R16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk import cases
from models.values import CallOutcome, TaskKind
from simulator.phone import Phone
from tests.broken import breaks
from tests.house import SUPPORT, ACaller, House


def reaches_nobody(house: House, caller: ACaller) -> Phone:
    return house.accepts_price(caller).hears("bliver du ringet op")


@pytest.mark.parametrize(
    ("keys", "kind", "title"),
    [
        ("1", TaskKind.CALLBACK, "Ubesvaret opkald til døgnvagten"),
        ("2", TaskKind.MESSAGE, "Besked indtalt på døgnvagten"),
        ("", TaskKind.CALLBACK, "Ubesvaret opkald til døgnvagten"),
    ],
)
def test_an_urgent_case_and_a_task_with_a_deadline_are_left_behind(house: House, keys: str, kind: TaskKind, title: str) -> None:
    """R14, R16: within 30 minutes, whatever the caller did at the last question."""
    caller = house.caller()
    phone = reaches_nobody(house, caller).keys(keys)
    if keys == "2":
        phone.speaks_message(7).keys("#").hears("Beskeden er gemt")
    phone.waits(90)

    task = house.tasks()[0]

    assert (task.kind, task.case.title, task.case.severity) == (kind, title, 4)
    assert task.due_at - task.opened_at == timedelta(minutes=30)
    assert len(house.cases()) == len(house.tasks()) == 1


def test_everyone_on_duty_is_told_at_once_by_text_and_letter(house: House) -> None:
    """R14: with company, person, number, case and deadline; those off duty are left alone."""
    anna, bo = house.supporter("Anna", email="anna@house.example"), house.supporter("Bo")
    off = house.supporter("Off duty", on_duty=False)
    shelf = house.is_connected_to_the_world()
    for supporter in (anna, bo):
        house.phone(supporter).behaves("no_answer")
    caller = house.caller(company="Hotel Strand", name="Per Lund")

    reaches_nobody(house, caller).keys("1").waits(5)
    house.forward(seconds=5)

    due = house.tasks()[0].due_at
    expected = f"Ring op: Hotel Strand, Per Lund\nNummer {caller.phone}. Sag 20001, opgave 1. Senest kl. 03.{due:%M}."
    assert [house.phone(who).texts for who in (anna, bo, off)] == [[expected], [expected], []]
    assert [letter[0] for letter in shelf.letters] == ["anna@house.example", "admin@house.example"]


def test_a_message_is_recorded_only_behind_the_announcement(house: House) -> None:
    """R23, R14: key 2, what will happen is said, then the beep; where the recording lies is kept with its length."""
    caller = house.caller()
    phone = reaches_nobody(house, caller).keys("2").hears("Beskeden bliver optaget og hørt af en supporter")

    phone.speaks_message(9).keys("#").hears("Beskeden er gemt")

    task = house.tasks()[0]
    assert task.kind is TaskKind.MESSAGE
    assert task.recording_url is not None
    assert task.recording_url.startswith("https://")
    assert task.recording_seconds in {9, 10}
    assert house.outcome(caller) is CallOutcome.MESSAGE_LEFT


def test_a_message_of_a_caller_who_hangs_up_in_it_is_kept(house: House) -> None:
    """R14: no # needed."""
    caller = house.caller()
    phone = reaches_nobody(house, caller).keys("2").speaks_message(6)

    phone.hangs_up()
    house.forward(seconds=30)

    assert house.outcome(caller) is CallOutcome.MESSAGE_LEFT
    assert [(task.kind, bool(task.recording_url)) for task in house.tasks()] == [(TaskKind.MESSAGE, True)]


@pytest.mark.parametrize("empty", ["# at once", "silence"])
def test_an_empty_message_is_asked_for_once_more_and_then_somebody_calls_back(house: House, empty: str) -> None:
    """R14: that is no message, and the caller is not dropped over it."""
    house.exchange.knobs.empty_recording_action = False
    caller = house.caller()
    phone = reaches_nobody(house, caller).keys("2").hears("efter tonen")

    for _ in range(2):
        phone.waits(9 if empty == "# at once" else 25)
        if empty == "# at once":
            phone.keys("#").hears("e")
    phone.waits(60)

    assert any("Jeg hørte ingen besked" in words for words in phone.said)

    assert phone.is_over
    assert house.outcome(caller) is CallOutcome.NOBODY_ANSWERED
    assert [task.kind for task in house.tasks()] == [TaskKind.CALLBACK]


def test_somebody_is_reminded_every_quarter_of_an_hour_until_the_task_is_taken(house: House) -> None:
    """R14: first at the deadline; the one who takes it stops the alarms."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.is_connected_to_the_world()
    house.phone(anna).behaves("no_answer")
    reaches_nobody(house, caller).keys("1").waits(20)
    opened_at = house.tasks()[0].opened_at
    counts = []

    for minutes in (29, 31, 44, 46, 61):
        house.skip(seconds=(opened_at + timedelta(minutes=minutes) - house.now).total_seconds())
        house.forward(seconds=5)
        counts.append(len(house.phone(anna).texts))
    with house.database.writing() as session:
        cases.take(session, house.tasks()[0].id, anna.id, now=house.now)
    house.skip(hours=2)
    house.forward(seconds=5)
    counts.append(len(house.phone(anna).texts))

    assert counts == [1, 2, 2, 3, 4, 4]


def test_a_task_stays_with_whoever_took_it_first(house: House) -> None:
    """R14."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    for supporter in (anna, bo):
        house.phone(supporter).behaves("no_answer")
    reaches_nobody(house, caller).keys("1")
    task = house.tasks()[0].id

    with house.database.writing() as session:
        cases.take(session, task, bo.id, now=house.now)
        cases.take(session, task, anna.id, now=house.now + timedelta(minutes=1))

    assert (house.tasks()[0].taken_by_id, house.tasks()[0].taken_at) == (bo.id, house.now)


def test_whoever_is_on_duty_when_the_reminder_is_due_is_reminded(house: House) -> None:
    """R14: the night shift has gone home (04:00), the morning shift is told."""
    night, morning = house.supporter("Night", on_duty=False), house.supporter("Morning", on_duty=False)
    house.shift(night, "2026-11-23T00:00", "2026-11-23T03:30")
    house.shift(morning, "2026-11-23T03:30", "2026-11-23T12:00")
    house.is_connected_to_the_world()
    house.phone(night).behaves("no_answer")
    caller = house.caller()
    reaches_nobody(house, caller).keys("1").waits(20)

    house.skip(minutes=32)
    house.forward(seconds=5)

    assert (len(house.phone(night).texts), len(house.phone(morning).texts)) == (1, 1)


def test_a_caller_without_a_number_is_told_where_the_call_will_come(house: House) -> None:
    """R14: withheld, but the person's own number is known; the task has it."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.phone(anna).behaves("no_answer")
    phone = house.phone(caller).dials(SUPPORT, "anonymous").hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1").keys("1")

    phone.hears("bliver du ringet op").keys("1").hears("ringer til dig inden for 30 minutter på det nummer, vi har til dig")

    assert house.errands()[0].payload["values"]["number"] == caller.phone


@pytest.mark.parametrize("failures", [1, 2])
def test_a_message_whose_webhook_failed_is_not_lost(house: House, failures: int) -> None:
    """R14, R21: it is kept by itself, and the caller need not stay to see it."""
    caller = house.caller()
    breaks(house, unanswered__recorded=failures)
    phone = house.accepts_price(caller).hears("indtale").keys("2").speaks_message(6).keys("#").hears("fejl")
    if failures == 1:
        phone.hangs_up()

    house.forward(minutes=3)

    assert [(task.kind, task.recording_url is not None) for task in house.tasks()] == [(TaskKind.MESSAGE, True)]
    assert house.outcome(caller) is CallOutcome.MESSAGE_LEFT


def test_a_message_behind_the_hang_up_is_told_as_a_message(house: House) -> None:
    """R14: whoever is on duty learns that there is something to hear."""
    caller = house.caller()
    anna = house.supporter("Anna")
    house.phone(anna).behaves("busy")
    phone = house.accepts_price(caller).hears("indtale").keys("2")
    late = house.following(caller, RecordingUrl="https://api.example/Recordings/RE1", RecordingDuration="6")
    phone.hangs_up()
    house.forward(seconds=5)

    house.delivers(late)

    assert [task.kind for task in house.tasks()] == [TaskKind.MESSAGE]
    assert ("supporter:1", "text") in house.notices("task_message")


def test_a_message_whose_length_nobody_told_is_kept(house: House) -> None:
    """R14: a missing duration is no empty recording."""
    caller = house.caller()
    phone = reaches_nobody(house, caller).keys("2")

    house.delivers(house.following(caller, RecordingUrl="https://api.example/Recordings/RE1"))
    phone.hangs_up()

    assert [(task.kind, task.recording_url, task.recording_seconds) for task in house.tasks()] == [
        (TaskKind.MESSAGE, "https://api.example/Recordings/RE1", None)
    ]
    assert house.outcome(caller) is CallOutcome.MESSAGE_LEFT
