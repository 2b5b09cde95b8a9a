"""While every supporter is busy: music, the order of arrival, three minutes at most (R12)."""

from __future__ import annotations

from datetime import timedelta

from models.values import CallOutcome
from tests.house import House


def test_two_callers_never_ring_one_supporter(house: House) -> None:
    """R12: Anna is being rung for the first, so Bo is rung for the second."""
    first, second = house.caller(), house.caller(company="Hotel Strand")
    anna, bo = house.supporter("Anna"), house.supporter("Bo")

    house.accepts_price(first)
    house.phone(anna).hears_ringing()
    house.accepts_price(second)
    house.phone(bo).hears_ringing()

    assert house.attempts(first) == [("Anna", None)]
    assert house.attempts(second) == [("Bo", None)]


def test_a_caller_waits_with_music_until_the_only_supporter_is_free(house: House) -> None:
    """R12: in spoken turns, told at once for how long at most; put through when the first call and the wrap-up are over."""
    first, second, anna = house.caller(), house.caller(company="Hotel Strand"), house.supporter("Anna")
    house.connects(first, anna)
    waiting = house.accepts_price(second).hears("Alle supportere taler med andre kunder").hears_music()
    assert "Bliver ingen ledig inden for 3 minutter, kan du blive ringet op. Bliv i røret." in waiting.said[-1]

    house.forward(seconds=20)
    house.phone(first).hangs_up()
    house.forward(seconds=110)
    still = house.phone(anna).rings
    house.phone(anna).picks_up().hears("Hotel Strand").keys("1")

    assert not still
    assert waiting.bridged_with == anna.phone
    assert "Alle supportere er stadig optaget. Du er nummer et i køen. Bliv i røret." in waiting.said


def test_waiting_costs_nothing_and_ends_after_three_minutes_in_a_callback(house: House) -> None:
    """R12, R14: who waited in vain is no worse off than who rang in vain."""
    first, second, anna = house.caller(), house.caller(company="Hotel Strand"), house.supporter("Anna")
    house.connects(first, anna)
    waiting = house.accepts_price(second).hears("Du står i kø")
    began = house.now

    waiting.waits(150).hears("Ingen supporter")
    waited = house.now - began
    waiting.keys("2").speaks_message(5).keys("#").hears("Beskeden er gemt").waits(20)

    assert timedelta(minutes=2, seconds=45) <= waited <= timedelta(minutes=3, seconds=15)
    assert house.outcome(second) is CallOutcome.MESSAGE_LEFT
    assert house.balance(second) == (60, 0)


def test_those_who_wait_are_served_in_the_order_of_their_arrival(house: House) -> None:
    """R12: oldest first, with three callers; one who comes when Anna is free again does not overtake."""
    talking, anna = house.caller(company="Talking"), house.supporter("Anna")
    callers = [house.caller(company=name) for name in ("First", "Second", "Third")]
    house.connects(talking, anna)
    for caller in callers:
        house.accepts_price(caller).hears("Du står i kø")
        house.forward(seconds=2)
    served = []

    house.phone(talking).hangs_up()
    house.forward(seconds=118)
    for _ in range(3):
        whisper = house.phone(anna).picks_up().hears("Tast 1").said[0]
        served.append(whisper.split(".")[1].split(",")[0].strip())
        house.phone(anna).keys("2").waits(4)

    assert served == ["First", "Second", "Third"]


def test_a_newcomer_does_not_overtake_whoever_waits(house: House) -> None:
    """R12: the wrap-up ends while one waits for the next turn; somebody accepts in that moment and is put behind."""
    talking, waits, newcomer = house.caller(), house.caller(company="Waits"), house.caller(company="Newcomer")
    anna = house.supporter("Anna")
    house.connects(talking, anna)
    house.phone(talking).hangs_up()
    free_at = house.now + timedelta(minutes=2)
    house.accepts_price(waits).hears("Du står i kø")
    house.forward(seconds=112)
    presses = house.identifies(newcomer).hears("Tast 1")
    house.forward(seconds=(free_at - house.now).total_seconds())

    before = house.attempts(waits)

    presses.keys("1").hears("Du står i kø")

    house.phone(anna).picks_up().hears("Waits")
    assert (before, house.attempts(newcomer)) == ([], [])


def test_waiting_stays_within_three_minutes_with_the_music_that_we_play(house: House) -> None:
    """R12: the music lasts eight seconds."""
    house.exchange.knobs.play_seconds = 8
    first, second, anna = house.caller(), house.caller(company="Hotel Strand"), house.supporter("Anna")
    house.connects(first, anna)
    waiting = house.accepts_price(second)
    began = house.now

    waiting.hears("kø").waits(160).hears("Ingen supporter")

    assert (house.now - began).total_seconds() <= 180
    house.phone(first).hangs_up()
