"""A caller who leaves: while it rings, in the whisper, at acceptance, in a question (R7, R14)."""

from __future__ import annotations

import pytest

from models.values import AttemptOutcome, CallOutcome, TaskKind
from tests.house import SUPPORT, House


def test_a_caller_who_hangs_up_while_it_rings_is_called_back(house: House) -> None:
    """R14, R16: a minute later an urgent case and a task, and those on duty know."""
    caller, anna = house.caller(company="Hotel Strand"), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()

    phone.hangs_up()
    house.forward(seconds=55)
    within_the_minute = house.tasks()
    house.forward(seconds=65)

    assert within_the_minute == []
    assert [(task.kind, task.case.severity, task.case.title) for task in house.tasks()] == [
        (TaskKind.MISSED, 4, "Opkald afbrudt, før nogen svarede")
    ]
    assert house.notices("task_missed") == [(f"supporter:{anna.id}", "text"), ("alarm", "mail")]
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert house.attempts(caller) == [("Anna", AttemptOutcome.CALLER_HUNG_UP)]
    assert house.balance(caller) == (60, 0)


def test_a_caller_who_hangs_up_in_the_whisper_is_told_about(house: House) -> None:
    """R7, R13: the supporter hears no more of it, the attempt is the caller's, nothing is owed."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)
    other = house.phone(anna).picks_up().hears("Nordvig Camping")

    phone.hangs_up()
    house.forward(minutes=2)

    assert other.is_over
    assert house.attempts(caller) == [("Anna", AttemptOutcome.CALLER_HUNG_UP)]
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert house.charges(caller) == []
    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]


def test_a_caller_who_hangs_up_in_the_moment_of_the_1_owes_nothing(house: House) -> None:
    """R7, R8: accepted, and no second of talk: 0 quarters; the supporter is free again."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)
    other = house.phone(anna).picks_up().hears("Tast 1")
    house.on_the_second()

    other.keys("1")
    phone.hangs_up()
    house.forward(minutes=2)

    assert house.charges(caller) == []
    assert house.balance(caller) == (60, 0)
    assert house.ask(lambda call: call.state.value, caller) == "ended"


def test_a_1_that_comes_just_behind_the_callers_end_connects_nobody(house: House) -> None:
    """R7, R13: the caller left first; the supporter hears so, and the call is not `talked`."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    late = house.webhook_of(anna, "whisper", Digits="1")
    house.phone(caller).hangs_up()

    answer = house.post(late.url.replace("/1", "/2"), late.params)

    assert b"venter ikke l" in answer.body
    assert b"Hangup" in answer.body
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert house.ask(lambda call: call.accepted_at, caller) is None


def test_a_1_whose_caller_left_before_the_bridge_is_not_talked(house: House) -> None:
    """R7: accepted but never bridged costs nothing; interface.md: the call is not `talked`."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    pressed = house.webhook_of(anna, "whisper", Digits="1")
    house.post(pressed.url.replace("/1", "/2"), pressed.params)

    house.phone(caller).hangs_up()
    house.forward(minutes=2)

    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert house.charges(caller) in ([], [-15, 15])
    assert house.balance(caller) == (60, 0)
    assert house.attempts(caller) == [("Anna", AttemptOutcome.ACCEPTED)]
    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]


def test_a_supporter_who_presses_1_and_is_gone_before_the_bridge_costs_nothing(house: House) -> None:
    """R7, R14: the caller is still there, so the next supporter is rung."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    phone = house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    pressed = house.webhook_of(anna, "whisper", Digits="1")
    house.post(pressed.url.replace("/1", "/2"), pressed.params)

    house.phone(anna).hangs_up()
    phone.hears("Jeg ringer til den næste")
    house.phone(bo).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(bo).keys("1")
    house.forward(seconds=10)
    phone.hangs_up()

    assert house.attempts(caller) == [("Anna", AttemptOutcome.ACCEPTED), ("Bo", AttemptOutcome.ACCEPTED)]
    assert house.cost(caller) == -15
    assert house.ask(lambda call: call.supporter.name if call.supporter else None, caller) == "Bo"


def test_the_first_quarter_is_held_again_when_it_was_charged_too_early(house: House) -> None:
    """R4, R6, R9: pressed 1, charged a second later, never bridged: given back, and held while the next one is rung."""
    caller, anna, bo = house.caller(points=60), house.supporter("Anna"), house.supporter("Bo")
    phone = house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    pressed = house.webhook_of(anna, "whisper", Digits="1")
    house.post(pressed.url.replace("/1", "/2"), pressed.params)
    house.forward(seconds=2)
    charged = house.charges(caller)

    house.phone(anna).hangs_up()
    phone.hears("Jeg ringer til den næste")
    house.phone(bo).hears_ringing()

    assert (charged, house.charges(caller)) == ([-15], [-15, 15])
    assert house.balance(caller) == (60, 15)
    phone.hangs_up()


@pytest.mark.parametrize("question", ["pinkode", "Tast 1", "Tast sagens nummer", "Er det rigtigt", "Ingen supporter"])
def test_a_caller_may_leave_at_any_question(house: House, question: str) -> None:
    """R6, R14: nothing is held any longer; only who had accepted the price is called back."""
    caller = house.caller()
    case = house.case(caller)
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")
    keys = {"Tast 1": f"{caller.pin}#", "Tast sagens nummer": "2", "Er det rigtigt": f"{case}#", "Ingen supporter": "1"}
    for words, pressed in keys.items():
        if question == "pinkode":
            break
        phone.keys(pressed).hears(words)
        if words == question:
            break

    phone.hangs_up()
    house.forward(minutes=2)

    assert house.balance(caller) == (60, 0)
    expected = CallOutcome.NOBODY_ANSWERED if question == "Ingen supporter" else CallOutcome.CALLER_HUNG_UP
    assert house.outcome(caller) is expected
    assert len(house.tasks()) == (question == "Ingen supporter")


def test_a_caller_whose_connection_is_lost_is_a_caller_who_has_left(house: House) -> None:
    """R7, R14: noticed some seconds later; the supporter is free again."""
    house.exchange.knobs.connection_loss_seconds = 5
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()

    phone.loses_connection()
    house.forward(minutes=3)

    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]
