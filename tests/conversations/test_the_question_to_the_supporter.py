"""How often a supporter is asked, and what counts as the one key that connects (R13)."""

from __future__ import annotations

import pytest

from models.values import AttemptOutcome
from tests.house import House


@pytest.mark.parametrize("first", ["silence", "another key"])
@pytest.mark.parametrize("then", ["silence", "another key"])
def test_a_supporter_is_asked_twice_at_most(house: House, first: str, then: str) -> None:
    """R13: whatever the mix of silence and other keys."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    other = house.phone(anna).picks_up()

    for answer in (first, then):
        other.hears("Tast 1")
        other.is_silent() if answer == "silence" else other.keys("5")
    other.hears("blev ikke taget").waits(10)

    assert other.is_over
    assert sum("Tast 1" in words for words in other.said) == 2
    assert house.attempts(caller) == [("Anna", AttemptOutcome.NOT_ACCEPTED)]
    house.phone(caller).hangs_up()


def test_a_star_says_it_again_four_times_and_not_for_ever(house: House) -> None:
    """R12, R13: the next supporter is waiting to be rung."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    house.accepts_price(caller)
    other = house.phone(anna).picks_up()

    for _ in range(5):
        other.hears("Tast 1").keys("*")
    other.hears("blev ikke taget")

    house.phone(bo).hears_ringing()
    assert sum("Tast 1" in words for words in other.said) == 5
    assert house.attempts(caller) == [("Anna", AttemptOutcome.NOT_ACCEPTED), ("Bo", None)]
    house.phone(caller).hangs_up()


def test_a_1_behind_a_few_stars_connects(house: House) -> None:
    """R13."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)
    other = house.phone(anna).picks_up()
    for _ in range(4):
        other.hears("Tast 1").keys("*")

    other.hears("Tast 1").keys("1")

    assert phone.bridged_with == anna.phone


@pytest.mark.parametrize("digits", ["A1", "1A", "1,", "D1"])
def test_a_1_beside_what_no_telephone_can_key_connects_nobody(house: House, digits: str) -> None:
    """R13: exactly 1; the question is put again."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")

    answer = house.delivers(house.following(anna, Digits=digits))

    assert b"<Gather" in answer.body
    assert house.ask(lambda call: call.accepted_at, caller) is None
    house.phone(caller).hangs_up()


def test_silence_behind_a_star_is_asked_again(house: House) -> None:
    """R13: `*` repeats the question and is no answer."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)

    house.phone(anna).picks_up().hears("Tast 1").keys("*").hears("Tast 1").is_silent().hears("Tast 1")


def test_an_attempt_does_not_expire_under_a_supporter_who_listens(house: House) -> None:
    """R13, R14: a long name, heard again and again."""
    caller = house.caller(company=("Det lange selskab med hotel og camping ved vandet " * 4)[:190])
    anna = house.supporter("Anna")
    phone, other = house.accepts_price(caller), house.phone(anna)
    other.hears_ringing().waits(13).picks_up()
    for _ in range(3):
        other.hears("Tast 1").waits(22).keys("*")

    other.hears("Tast 1").waits(22).keys("1")

    assert phone.bridged_with == anna.phone
    phone.hangs_up()
