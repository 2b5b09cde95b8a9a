"""The telephone of a test: what it waits for, and what it says when a line does not come true."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from simulator import Exchange, Phone
from tests.simulator.house import ANNA, CALLER, LINE, House

QUESTION = '<Gather action="/keyed"><Say>{0}</Say></Gather><Say>Farvel.</Say><Hangup/>'
DIAL = f'<Say>{"Vi ringer nu. " * 12}</Say><Dial action="/after" callerId="{LINE}"><Number>{ANNA}</Number></Dial>'


@dataclass
class Person:
    """Somebody with a telephone."""

    phone: str


def test_a_telephone_belongs_to_a_number_or_to_anybody_who_has_one(exchange: Exchange) -> None:
    assert exchange.phone(CALLER) is exchange.phone(Person(CALLER)) is exchange.phone("+45 20 30 40 50")


@pytest.mark.parametrize("number", ["20304050", "Anna", "", "+0123456"])
def test_a_telephone_needs_a_number(exchange: Exchange, number: str) -> None:
    with pytest.raises(ValueError, match="no telephone number"):
        exchange.phone(number)


def test_the_account_has_no_telephone_at_its_own_numbers(exchange: Exchange) -> None:
    with pytest.raises(Exception, match="a number of the account"):
        exchange.phone(LINE)


def test_words_are_found_in_any_capitals_across_prompts_and_by_pattern(house: House, caller: Phone) -> None:
    house["/voice"] = "<Say>Du har 15</Say><Say>point tilbage.</Say>" + QUESTION.format("Tryk 1.")

    caller.dials(LINE).hears("DU HAR").hears("15 point").hears(re.compile(r"\d\d point")).hears("tryk 1")


def test_hearing_moves_time_to_where_the_words_begin(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = f"<Say>{'a' * 45}</Say>" + QUESTION.format("Tryk 1.")
    begun = exchange.now

    caller.dials(LINE).hears("tryk")

    assert (exchange.now - begun).total_seconds() == 3


def test_words_that_never_come_fail_with_the_conversation(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format("Tast din pinkode.")

    with pytest.raises(AssertionError, match="never heard 'velkommen'; it is now listening") as raised:
        caller.dials(LINE).hears("velkommen")

    assert "Tast din pinkode." in str(raised.value)


def test_what_was_said_before_a_key_does_not_count_after_it(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format("Tast din pinkode.")
    house["/keyed"] = QUESTION.format("Forkert.")
    caller.dials(LINE).hears("pinkode").keys("1#")

    caller.hears("forkert")

    with pytest.raises(AssertionError, match="never heard"):
        caller.hears("pinkode")


def test_what_is_being_said_counts_although_a_key_was_pressed(house: House, caller: Phone) -> None:
    house["/voice"] = f"<Say>Velkommen til {'os ' * 30}</Say>" + QUESTION.format("Tast.")

    caller.dials(LINE).waits(1).keys("5").hears("velkommen")


def test_what_was_said_before_a_silence_does_not_count_after_it(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format("Tast din pinkode.")
    caller.dials(LINE).hears("pinkode").is_silent().hears("farvel")

    with pytest.raises(AssertionError, match="never heard"):
        caller.hears("pinkode")


def test_a_question_asked_again_is_heard_again(house: House, caller: Phone) -> None:
    house["/voice"] = '<Gather action="/voice" actionOnEmptyResult="true"><Say>Tast din pinkode.</Say></Gather>'

    caller.dials(LINE).hears("pinkode").is_silent().hears("pinkode").is_silent().hears("pinkode")

    assert caller.said == ["Tast din pinkode."] * 3


def test_only_somebody_who_is_asked_can_be_silent(house: House, caller: Phone) -> None:
    house["/voice"] = "<Say>Farvel</Say><Hangup/>"

    with pytest.raises(AssertionError, match="was not asked"):
        caller.dials(LINE).is_silent()


def test_words_that_must_not_come(house: House, caller: Phone) -> None:
    house["/voice"] = "<Say>Velkommen.</Say>" + QUESTION.format("Tast din pinkode.")

    caller.dials(LINE).does_not_hear("point")

    with pytest.raises(AssertionError, match="heard 'pinkode'"):
        caller.does_not_hear("pinkode")


def test_a_telephone_waits_for_its_ringing(house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = DIAL
    caller.dials(LINE)
    assert not anna.rings

    anna.picks_up()

    assert anna.bridged_with == CALLER
    assert (anna.ringing_from, anna.on_the_line, anna.is_over) == (LINE, True, False)


@pytest.mark.parametrize("line", ["picks_up", "declines", "does_not_answer", "hears_ringing", "hangs_up"])
def test_a_telephone_that_does_not_ring_says_so(anna: Phone, line: str) -> None:
    with pytest.raises(AssertionError, match=rf"\{ANNA} .*idle"):
        getattr(anna, line)()


def test_a_caller_stops_listening_when_it_is_somebody_elses_turn(house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = DIAL
    house["/after"] = "<Say>Ingen svarede.</Say><Hangup/>"

    with pytest.raises(AssertionError, match="never heard 'ingen svarede'; it is now dialling"):
        caller.dials(LINE).hears("ingen svarede")
    assert anna.rings
    anna.does_not_answer()

    caller.hears("ingen svarede")


def test_a_telephone_has_no_other_keys(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format("Tast.")

    with pytest.raises(AssertionError, match="no key 'a'"):
        caller.dials(LINE).keys("a")


def test_nobody_dials_twice_at_once(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format("Tast.")

    with pytest.raises(AssertionError, match="on a call already"):
        caller.dials(LINE).dials(LINE)


def test_nobody_reaches_a_number_that_is_not_there(caller: Phone) -> None:
    with pytest.raises(AssertionError, match="leads to no URL"):
        caller.dials("+4563186318")


def test_a_transcript_tells_a_call_line_by_line(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION.format("Tast din pinkode.")
    house["/keyed"] = "<Hangup/>"

    caller.dials(LINE).hears("pinkode").keys("1#")

    assert [line.split(maxsplit=2)[1:] for line in caller.transcript.splitlines()] == [
        ["dialled", LINE],
        ["said", "Tast din pinkode."],
        ["key", "1"],
        ["key", "#"],
        ["ended", "completed (document)"],
    ]


def test_keys_in_a_conversation_are_heard_by_the_other(house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = DIAL
    caller.dials(LINE)
    anna.picks_up()

    caller.keys("5")

    assert "tone  5" in anna.transcript
