"""Questions by keypad (twilio-contract §3.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import Exchange, Phone
from tests.simulator.house import LINE, House

QUESTION = '<Gather action="/keyed" {0}><Say>Tast din pinkode.</Say></Gather><Say>Ingen tast.</Say><Hangup/>'


def test_the_digits_go_to_the_action_without_the_finish_key(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format("")
    house["/keyed"] = "<Say>Tak.</Say><Hangup/>"

    caller.dials(LINE).hears("pinkode").keys("0042#").hears("tak")

    assert [form["Digits"] for form in house.forms("/keyed")] == ["0042"]
    assert house.forms("/keyed")[0]["CallStatus"] == "in-progress"


def test_a_key_stops_the_prompt_and_counts(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = f'<Gather action="/keyed" numDigits="1"><Say>{"Lang tale. " * 40}</Say><Say>Mere.</Say></Gather><Hangup/>'
    house["/keyed"] = "<Say>Tak.</Say><Hangup/>"
    begun = exchange.now

    caller.dials(LINE).hears("lang tale").waits(2).keys("7").hears("tak")

    assert house.forms("/keyed")[0]["Digits"] == "7"
    assert exchange.now - begun == timedelta(seconds=2)
    assert "Mere." not in caller.said


def test_keys_typed_ahead_of_the_end_of_the_prompt_all_count(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format("")
    house["/keyed"] = "<Say>Tak.</Say><Hangup/>"

    caller.dials(LINE).keys("12345678#").hears("tak")

    assert house.forms("/keyed")[0]["Digits"] == "12345678"


def test_keys_outside_a_question_are_lost(house: House, caller: Phone) -> None:
    house["/voice"] = "<Say>Velkommen til os alle sammen.</Say><Pause/>" + QUESTION.format("")
    house["/keyed"] = "<Say>Tak.</Say><Hangup/>"

    caller.dials(LINE).keys("99").hears("velkommen").hears("pinkode").keys("1#").hears("tak")

    assert house.forms("/keyed")[0]["Digits"] == "1"


def test_silence_falls_through_to_the_next_verb(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format('timeout="6"')

    caller.dials(LINE).hears("pinkode").is_silent().hears("ingen tast")

    assert house.forms("/keyed") == []


def test_the_timeout_runs_from_the_end_of_the_prompt(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = f'<Gather action="/keyed" timeout="6"><Say>{"a" * 150}</Say></Gather><Say>Ingen.</Say><Hangup/>'
    begun = exchange.now

    caller.dials(LINE).is_silent()

    assert exchange.now - begun == timedelta(seconds=10 + 6)


def test_the_timeout_begins_anew_with_each_key(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format('timeout="6"')
    house["/keyed"] = "<Say>Tak.</Say><Hangup/>"
    begun = exchange.now

    caller.dials(LINE).keys("1").waits(5).keys("2").waits(5).keys("3").is_silent().hears("tak")

    assert house.forms("/keyed")[0]["Digits"] == "123"
    assert exchange.now - begun == timedelta(seconds=5 + 5 + 6)


@pytest.mark.parametrize("keys", ["#", ""])
def test_the_finish_key_alone_is_no_input(house: House, caller: Phone, keys: str) -> None:
    house["/voice"] = QUESTION.format("")

    caller.dials(LINE).hears("pinkode")
    caller.keys(keys) if keys else caller.is_silent()

    caller.hears("ingen tast")
    assert house.forms("/keyed") == []


@pytest.mark.parametrize("keys", ["#", ""])
@pytest.mark.parametrize(("knob", "digits"), [("empty", ""), ("absent", None)])
def test_no_input_is_told_when_it_is_asked_for(
    exchange: Exchange, house: House, caller: Phone, keys: str, knob: str, digits: str | None
) -> None:
    exchange.knobs.empty_digits = "empty" if knob == "empty" else "absent"
    house["/voice"] = QUESTION.format('actionOnEmptyResult="true"')
    house["/keyed"] = "<Say>Du tastede intet.</Say><Hangup/>"

    caller.dials(LINE).hears("pinkode")
    caller.keys(keys) if keys else caller.is_silent()

    caller.hears("tastede intet")
    assert house.forms("/keyed")[0].get("Digits") == digits


def test_the_number_of_digits_submits_at_once_and_the_next_question_gets_the_rest(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format('numDigits="4"')
    house["/keyed"] = ['<Gather action="/keyed" finishOnKey=""><Say>Og nu?</Say></Gather><Hangup/>', "<Hangup/>"]

    caller.dials(LINE).keys("1234#").is_silent()

    assert [form["Digits"] for form in house.forms("/keyed")] == ["1234", "#"]


def test_a_star_is_a_digit_like_others_unless_it_finishes(house: House, caller: Phone) -> None:
    house["/voice"] = [QUESTION.format(""), QUESTION.format('finishOnKey="*"')]
    house["/keyed"] = "<Hangup/>"

    caller.dials(LINE).keys("1*2#")
    caller.dials(LINE).keys("1#2*")

    assert [form["Digits"] for form in house.forms("/keyed")] == ["1*2", "1#2"]


def test_without_a_finish_key_only_the_timeout_ends_it(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format('finishOnKey=""')
    house["/keyed"] = "<Hangup/>"

    caller.dials(LINE).keys("12#").is_silent()

    assert house.forms("/keyed")[0]["Digits"] == "12#"


def test_an_unstoppable_prompt_goes_on_and_the_keys_count(house: House, caller: Phone) -> None:
    house["/voice"] = '<Gather action="/keyed" bargeIn="false"><Say>En lang sætning her.</Say><Say>To.</Say></Gather><Hangup/>'
    house["/keyed"] = "<Hangup/>"

    caller.dials(LINE).hears("lang").keys("1").hears("to").keys("#")

    assert house.forms("/keyed")[0]["Digits"] == "1"


def test_a_question_for_speech_alone_hears_no_keys(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format('input="speech"')

    caller.dials(LINE).keys("1").is_silent().hears("ingen tast")

    assert house.forms("/keyed") == []
