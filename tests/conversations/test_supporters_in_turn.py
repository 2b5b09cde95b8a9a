"""Who is rung, in which order, and for how long (R12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Supporter
from models.values import AttemptOutcome, CallOutcome
from tests.house import House


def test_tiers_come_one_after_another_and_within_a_tier_the_lowest_shift(house: House) -> None:
    """R12 (interface.md, shift add)."""
    house.supporter("Zoe", tier=2)
    house.supporter("Anna", tier=3)
    late = house.supporter("Bo", on_duty=False)
    house.supporter("Carla", tier=1)
    house.shift(late, "2026-11-23T00:00", "2026-11-24T00:00", tier=1)
    house.supporter("Off duty", on_duty=False)
    caller = house.caller()

    house.accepts_price(caller)
    house.forward(seconds=140)

    assert [name for name, _outcome in house.attempts(caller)] == ["Carla", "Bo", "Zoe", "Anna"]


def test_only_those_on_duty_now_are_rung(house: House) -> None:
    """R12: a shift that has ended, one that has not begun, and one that begins this very minute (03:10)."""
    for name, start, end in (
        ("Over", "2026-11-22T20:00", "2026-11-23T03:10"),
        ("Later", "2026-11-23T03:15", "2026-11-23T08:00"),
        ("Now", "2026-11-23T03:10", "2026-11-23T08:00"),
    ):
        supporter = house.supporter(name, on_duty=False)
        house.shift(supporter, start, end)
        house.phone(supporter).behaves("no_answer")
    caller = house.caller()

    house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("Farvel")

    assert [name for name, _outcome in house.attempts(caller)] == ["Now"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_who_cannot_take_it_is_passed_over_without_a_word(house: House) -> None:
    """R12: not to be reached, talking, in wrap-up, and the caller's own number: the first who is rung is rung at once."""
    anna, bo, carla, dan, eva = (house.supporter(name) for name in ("Anna", "Bo", "Carla", "Dan", "Eva"))
    with house.database.writing() as session:
        session.get_one(Supporter, anna.id).away_since = house.now
        session.get_one(Supporter, carla.id).free_at = house.now + timedelta(minutes=2)
    house.connects(house.caller(company="Hotel Strand"), bo)
    caller = house.caller(phone=dan.phone)

    phone = house.accepts_price(caller).hears("Jeg ringer til en supporter")
    house.phone(eva).picks_up().hears("Tast 1").keys("1")

    assert house.attempts(caller) == [("Eva", None)]
    assert not [words for words in phone.said if "næste" in words or "optaget" in words]
    house.phone(bo).hangs_up()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_behind_a_pressed_2_the_next_telephone_rings_within_seconds(house: House) -> None:
    """R12: nobody sits out the time for which the first would have rung."""
    anna, bo = house.supporter("Anna", rings=30), house.supporter("Bo")
    house.accepts_price(house.caller())
    house.phone(anna).picks_up().hears("Tast 1").keys("2")
    pressed_at = house.now

    house.phone(bo).hears_ringing()

    assert house.now - pressed_at <= timedelta(seconds=8)


def test_a_supporter_with_two_shifts_is_rung_once_a_call(house: House) -> None:
    """R12: each once."""
    anna = house.supporter("Anna")
    house.shift(anna, "2026-11-23T00:00", "2026-11-24T00:00", tier=2)
    house.phone(anna).behaves("no_answer")
    caller = house.caller()

    house.accepts_price(caller).hears("bliver du ringet op").hangs_up()

    assert house.attempts(caller) == [("Anna", AttemptOutcome.NO_ANSWER)]


def test_with_nobody_on_duty_the_caller_is_offered_a_callback_at_once(house: House) -> None:
    """R12, R14."""
    caller = house.caller()
    house.supporter("Off duty", on_duty=False)
    began = house.now

    house.accepts_price(caller).hears("Ingen supporter kunne tage telefonen").keys("1")

    assert house.now - began < timedelta(seconds=30)
    assert house.attempts(caller) == []
    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED


def test_the_whole_chain_rings_for_three_minutes_at_most(house: House) -> None:
    """R12: twenty on duty, none answers; then the callback, and no ring begun that could last beyond."""
    for number in range(20):
        house.phone(house.supporter(f"Number {number}")).behaves("no_answer")
    caller = house.caller()
    phone = house.accepts_price(caller)
    began = house.now

    phone.hears("Ingen supporter")

    assert timedelta(minutes=2, seconds=30) <= house.now - began <= timedelta(minutes=3)
    assert 8 <= len(house.attempts(caller)) <= 12


def test_the_caller_is_told_each_time_that_the_next_one_is_rung(house: House) -> None:
    """R14: never in silence."""
    caller = house.caller()
    house.supporter("Anna")
    house.supporter("Bo")

    phone = house.accepts_price(caller).hears("Jeg ringer til en supporter")
    house.forward(seconds=22)

    phone.hears("Jeg ringer til den næste")


def test_a_supporter_who_phones_the_line_is_not_rung_for_the_own_call(house: House) -> None:
    """R12: the own number is skipped; alone on duty means nobody."""
    anna = house.supporter("Anna")
    caller = house.caller(phone=anna.phone)

    phone = house.accepts_price(caller)
    phone.hears("Ingen supporter kunne tage telefonen")

    assert house.attempts(caller) == []


def test_for_a_supporter_who_phones_the_line_the_next_one_is_rung(house: House) -> None:
    """R12."""
    anna, bo = house.supporter("Anna"), house.supporter("Bo")
    caller = house.caller(phone=anna.phone)

    phone = house.accepts_price(caller)
    house.phone(bo).picks_up().hears("Tast 1").keys("1")

    assert phone.bridged_with == bo.phone
    assert house.attempts(caller) == [("Bo", None)]


@pytest.mark.parametrize(("seconds", "is_rung"), [(119, False), (121, True)])
def test_wrap_up_after_a_talked_call_is_two_minutes(house: House, seconds: int, *, is_rung: bool) -> None:
    """R12 (interface.md): from the end of the talk on."""
    first, second, anna = house.caller(), house.caller(), house.supporter("Anna")
    house.connects(first, anna)
    house.forward(seconds=10)
    house.phone(first).hangs_up()
    ended = house.now
    house.forward(seconds=110)
    phone = house.identifies(second).hears("Tast 1")
    house.forward(seconds=seconds - (house.now - ended).total_seconds())

    phone.keys("1")

    assert bool(house.attempts(second)) is is_rung


def test_an_attempt_that_nobody_talked_in_has_no_wrap_up(house: House) -> None:
    """R12: Anna declined one caller and is rung for the next at once."""
    first, second, anna = house.caller(), house.caller(company="Hotel Strand"), house.supporter("Anna")
    house.accepts_price(first)
    house.phone(anna).picks_up().hears("Tast 1").keys("2").waits(5)

    house.accepts_price(second)

    house.phone(anna).picks_up().hears("Hotel Strand")


def test_a_supporter_who_is_on_the_line_as_a_caller_is_busy(house: House) -> None:
    """R12: one that is on a call is skipped, whichever side of it; the caller waits."""
    anna, bo = house.supporter("Anna"), house.supporter("Bo")
    house.connects(house.caller(phone=anna.phone), bo)
    second = house.caller(company="Hotel Strand")

    house.accepts_price(second)
    house.forward(seconds=5)

    assert house.attempts(second) == []
    house.phone(second).hangs_up()
    house.phone(bo).hangs_up()


def test_a_chain_of_voicemails_stays_within_three_minutes(house: House) -> None:
    """R12: the whisper that a voicemail listens to counts."""
    for number in range(20):
        house.phone(house.supporter(f"N{number}")).behaves("voicemail", after=14)
    phone = house.accepts_price(house.caller())
    began = house.now

    phone.hears("Ingen supporter")

    assert (house.now - began).total_seconds() <= 180
