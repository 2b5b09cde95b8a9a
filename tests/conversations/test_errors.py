"""A step that raises: an apology, the question again, at the second error the end of the search; the call goes on (R21)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models import Call
from models.values import AttemptOutcome, CallOutcome, TaskKind
from tests.broken import breaks
from tests.house import SUPPORT, House

SORRY = "Undskyld, der opstod en fejl hos os."


def test_behind_an_error_the_question_is_put_again_and_no_try_is_counted(house: House) -> None:
    """R21, R3: the wrong PIN that was lost in the error was no try."""
    caller = house.caller()
    breaks(house, support__check_pin=1)
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")

    phone.keys("1#").hears(SORRY).hears("pinkode på otte cifre")
    phone.keys("2#").hears("kender jeg ikke").keys("3#").hears("kender jeg ikke").keys(f"{caller.pin}#")

    phone.hears("Goddag")


def test_behind_an_error_nobody_is_reproached_anew(house: House) -> None:
    """R21: the question is put again without what was wrong with the answer before."""
    caller = house.caller()
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode").keys("1#").hears("kender jeg ikke")
    breaks(house, support__check_pin=1)

    phone.keys("2#").hears(SORRY).hears("Tast din personlige pinkode")

    assert sum("kender jeg ikke" in words for words in phone.said) == 1


@pytest.mark.parametrize("step", ["support__greet", "support__choose", "support__check_case", "support__confirm_case"])
def test_one_error_anywhere_before_the_bridge_leaves_a_call_that_connects(house: House, step: str) -> None:
    """R21: the call goes on, in Danish."""
    caller, anna = house.caller(), house.supporter("Anna")
    case = house.case(caller)
    breaks(house, **{step: 1})
    phone = house.phone(caller).dials(SUPPORT)
    answers = [("pinkode på", f"{caller.pin}#"), ("Tast 1 for", "2"), ("sagens nummer", f"{case}#"), ("Er det rigtigt", "1")]

    for question, keys in answers:
        phone.hears(question).keys(keys)
        if not house.phone(anna).rings and SORRY in " ".join(phone.said[-1:]):
            phone.hears(question).keys(keys)
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=10)
    phone.hangs_up()

    assert sum(SORRY in words for words in phone.said) == 1
    assert house.charges(caller) == [-15]


def test_a_second_error_hands_a_known_caller_over_to_where_nobody_answers(house: House) -> None:
    """R14, R21."""
    caller = house.caller()
    house.supporter("Anna")
    breaks(house, support__choose=2)
    phone = house.identifies(caller).hears("Tast 1").keys("1").hears(SORRY).hears("Tast 1 for at acceptere").keys("1")

    phone.hears("bliver du ringet op").keys("1").hears("inden for 30 minutter")

    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED
    assert len(house.tasks()) == 1


def test_a_second_error_lets_an_unknown_caller_go_with_a_word(house: House) -> None:
    """R14, R21: the outcome is `failed`."""
    caller = house.caller()
    breaks(house, support__check_pin=2)
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode").keys("1#").hears(SORRY).hears("pinkode på").keys("1#")

    phone.hears("Ring igen om lidt").waits(15)

    assert phone.is_over
    assert house.outcome(caller) is CallOutcome.FAILED


def test_when_even_giving_up_fails_the_emergency_number_is_rung(build: Callable[..., House]) -> None:
    """R14, R21: never in silence."""
    house = build(env={"EMERGENCY_NUMBER": "+4540506070"})
    caller = house.caller()
    breaks(house, support__check_pin=9, support__broken=9)
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode").keys("1#").hears(SORRY).hears("pinkode på").keys("1#")

    house.phone("+4540506070").picks_up().hears("Tast 1").keys("1")

    assert phone.bridged_with == "+4540506070"


@pytest.mark.parametrize("step", ["screen__whisper", "screen__answer"])
def test_an_error_on_the_supporters_leg_hangs_up_there_and_the_next_one_is_rung(house: House, step: str) -> None:
    """R13, R21: never connected by accident."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    breaks(house, **{step: 1})
    phone = house.accepts_price(caller)

    other = house.phone(anna).picks_up()
    if step == "screen__answer":
        other.hears("Tast 1").keys("1")
    other.hears("der opstod en fejl hos os, så du er ikke stillet igennem. Farvel.").waits(10)
    house.phone(bo).picks_up().hears("Tast 1").keys("1")

    assert other.is_over
    assert phone.bridged_with == bo.phone
    assert house.attempts(caller) == [("Anna", AttemptOutcome.NOT_ACCEPTED), ("Bo", None)]


def test_an_error_behind_a_talk_does_not_ring_anybody_again(house: House) -> None:
    """R7, R9, R21: what the provider reported is not lost with the step: the call is over, and charged once."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    breaks(house, support__after_ring=1)
    house.connects(caller, anna)
    house.forward(seconds=901)

    house.phone(anna).hangs_up()
    house.phone(caller).hears("Tak for opkaldet").hears("to kvarter").waits(20)

    assert not house.phone(bo).rings
    assert house.attempts(caller) == [("Anna", AttemptOutcome.ACCEPTED)]
    assert house.charges(caller) == [-15, -15]
    assert house.outcome(caller) is CallOutcome.TALKED


def test_a_call_that_cannot_be_charged_holds_up_no_other(house: House) -> None:
    """R9, R21: it is marked, tried again in a minute, and charged when it can be."""
    broken, anna = house.caller(company="Hotel Strand"), house.supporter("Anna")
    sound, bo = house.caller(), house.supporter("Bo")
    house.connects(broken, anna)
    house.clock_works = False
    house.connects(sound, bo)
    house.forward(seconds=5)
    with house.database.writing() as session:
        call = session.scalars(select(Call).where(Call.sid == house.sid(broken))).one()
        prices, call.price_list_id = call.price_list_id, None
        call.next_quarter_at = call.next_hold_at = house.now
    house.clock_works = True

    house.forward(seconds=2)
    meanwhile = (house.charges(broken), house.charges(sound), house.marks(broken))
    with house.database.writing() as session:
        session.scalars(select(Call).where(Call.sid == house.sid(broken))).one().price_list_id = prices
    house.forward(seconds=62)

    assert meanwhile == ([], [-15], ["charge_failed"])
    assert house.charges(broken) == [-15]
    house.phone(broken).hangs_up()
    house.phone(sound).hangs_up()


def test_an_error_behind_a_ring_that_nobody_answered_rings_the_next_one(house: House) -> None:
    """R12, R21: and what became of the first is known."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    house.phone(anna).behaves("busy")
    breaks(house, support__after_ring=1)

    phone = house.accepts_price(caller)
    house.phone(bo).picks_up().hears("Tast 1").keys("1")

    assert phone.bridged_with == bo.phone
    assert house.attempts(caller) == [("Anna", AttemptOutcome.BUSY), ("Bo", None)]


def test_an_error_at_the_end_of_a_message_keeps_the_message_or_asks_for_it_again(house: House) -> None:
    """R14, R21: in any case a task is left."""
    caller = house.caller()
    breaks(house, unanswered__recorded=1)
    phone = house.accepts_price(caller).hears("indtale").keys("2").speaks_message(6).keys("#").hears(SORRY)

    phone.waits(90)

    assert phone.is_over
    assert len(house.tasks()) == 1


def test_an_error_behind_a_hang_up_is_nobodys_loss(house: House) -> None:
    """R6, R21: the caller left in the talk and the step fails twice: the books are in order, nothing is held."""
    caller, anna = house.caller(), house.supporter("Anna")
    breaks(house, support__after_ring=9)
    house.connects(caller, anna)
    house.forward(seconds=30)

    house.phone(caller).hangs_up()
    house.forward(minutes=2)

    assert house.charges(caller) == [-15]
    assert house.balance(caller) == (45, 0)
    assert house.outcome(caller) is CallOutcome.TALKED


def test_a_talk_whose_end_meets_two_errors_is_told_all_the_same(house: House) -> None:
    """R14, R21: the second error ends the talk in words, and not in silence."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    breaks(house, support__after_ring=2)

    house.forward(minutes=1)
    house.phone(anna).hangs_up()

    house.phone(caller).hears("Tak for opkaldet")
    assert house.charges(caller) == [-15]
    assert house.outcome(caller) is CallOutcome.TALKED


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_step_that_always_fails_still_ends_the_call(house: House) -> None:
    """R14, R21: no loop without an end, and the caller is rung back."""
    caller = house.caller()
    breaks(house, unanswered__choose=100_000)

    phone = house.accepts_price(caller).hears("ringet op")
    house.skip(minutes=20)

    assert phone.is_over
    assert [task.kind for task in house.tasks()] == [TaskKind.CALLBACK]
