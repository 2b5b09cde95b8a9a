"""What nobody has confirmed about Twilio, turned: the exchange does the other thing (twilio-contract §8)."""

from __future__ import annotations

from typing import Literal

import pytest

from simulator import BrokenTwiML, Exchange, Phone
from tests.simulator.api import QUESTION, Api
from tests.simulator.dials import outcome
from tests.simulator.house import BASE, CALLER, LINE, Answered, House

RECORD = '<Record action="/message" timeout="5" {0}/>'
GREETED = '<Say>Velkommen til os alle sammen.</Say><Gather action="/keyed" {0}><Say>Tast din pinkode.</Say></Gather><Hangup/>'


def test_a_request_may_name_itself_otherwise_and_carry_less(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.user_agent, exchange.knobs.legacy_twins, exchange.knobs.unknown_places = "Twilio/2", False, "absent"
    exchange.knobs.first_status = "in-progress"
    house["/voice"] = "<Hangup/>"

    caller.dials(LINE)

    asked = house.asked[0]
    assert asked.headers["USER_AGENT"] == "Twilio/2"
    assert asked.form.keys() == {
        *("CallSid", "AccountSid", "From", "To", "FromCountry", "ToCountry", "CallStatus", "ApiVersion", "Direction")
    }
    assert asked.form["CallStatus"] == "in-progress"


@pytest.mark.parametrize(("knob", "keyed"), [("lost", ["1"]), ("kept", ["991"])])
def test_keys_before_a_question_are_lost_or_the_questions(
    exchange: Exchange, house: House, caller: Phone, knob: Literal["lost", "kept"], keyed: list[str]
) -> None:
    exchange.knobs.keys_between = knob
    house["/voice"] = GREETED.format("")
    house["/keyed"] = "<Hangup/>"

    caller.dials(LINE)
    exchange.handset(CALLER).press_all("99")
    caller.waits(4).keys("1#").waits(10)

    assert [form["Digits"] for form in house.forms("/keyed")] == keyed
    assert ("Tast din pinkode." in caller.said) is (knob == "lost")


def test_kept_keys_answer_one_question_after_another(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.keys_between = "kept"
    house["/voice"] = GREETED.format('numDigits="2"')
    house["/keyed"] = ['<Gather action="/keyed"><Say>Og nu?</Say></Gather><Hangup/>', "<Hangup/>"]

    caller.dials(LINE)
    exchange.handset(CALLER).press_all("123#")
    caller.waits(10)

    assert [form["Digits"] for form in house.forms("/keyed")] == ["12", "3"]
    assert caller.said == ["Velkommen til os alle sammen."]


def test_a_say_may_have_so_many_letters(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.longest_speech = 10
    house["/voice"] = "<Say>Velkommen!.</Say><Hangup/>"

    with pytest.raises(BrokenTwiML, match="11 letters, more than 10"):
        caller.dials(LINE)


def test_a_loop_for_ever_has_so_many_rounds(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.most_rounds = 3
    house["/voice"] = '<Say loop="0">Hej.</Say><Hangup/>'

    caller.dials(LINE).waits(10)

    assert caller.said == ["Hej."] * 3


@pytest.mark.parametrize("status", ["canceled", "no-answer", "completed"])
@pytest.mark.usefixtures("screened")
def test_a_hang_up_while_it_rings_may_be_told_otherwise(
    exchange: Exchange, house: House, caller: Phone, status: Literal["canceled", "no-answer", "completed"]
) -> None:
    exchange.knobs.hangup_in_ringing, exchange.knobs.status_of_gone = status, "in-progress"

    caller.dials(LINE).hears_ringing().hangs_up()

    assert outcome(house) == {"DialCallStatus": status, "DialBridged": "false", "CallStatus": "in-progress"}


@pytest.mark.usefixtures("screened")
def test_a_hang_up_in_talk_may_be_told_otherwise(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    exchange.knobs.hangup_in_talk = "canceled"
    caller.dials(LINE)
    anna.picks_up().keys("1")

    caller.hangs_up()

    assert (outcome(house)["DialCallStatus"], outcome(house)["DialBridged"]) == ("canceled", "true")


@pytest.mark.usefixtures("screened")
def test_who_was_not_let_through_may_count_as_nobody(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    exchange.knobs.never_bridged = "no-answer"
    house["/accept"] = "<Hangup/>"

    caller.dials(LINE)
    anna.picks_up().keys("2")
    caller.hears("farvel")

    assert (outcome(house)["DialCallStatus"], outcome(house)["DialBridged"]) == ("no-answer", "false")


def test_the_callers_own_number_may_not_be_shown_any_more(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    exchange.knobs.shows_callers_number = False
    house["/voice"] = '<Dial action="/after">+4520000001</Dial>'
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"

    caller.dials(LINE).hears("farvel")

    assert [problem.code for problem in exchange.problems] == [13214]
    assert anna.transcript == ""


@pytest.mark.parametrize(("knob", "digits"), [("hangup", "hangup"), ("empty", ""), ("absent", None)])
def test_a_hang_up_in_a_message_may_be_told_otherwise(
    exchange: Exchange, house: House, caller: Phone, knob: Literal["hangup", "empty", "absent"], digits: str | None
) -> None:
    exchange.knobs.hangup_as_digits = knob
    house["/voice"] = RECORD.format("")
    house["/message"] = "<Hangup/>"

    caller.dials(LINE).speaks_message(seconds=8).hangs_up()

    assert house.forms("/message")[0].get("Digits") == digits


@pytest.mark.parametrize(("trims", "written", "seconds"), [(True, "", "4"), (False, "", "10"), (False, "trim-silence", "4")])
def test_the_silence_around_a_message_counts_or_not(
    exchange: Exchange, house: House, caller: Phone, written: str, seconds: str, *, trims: bool
) -> None:
    exchange.knobs.trims_silence = trims
    house["/voice"] = RECORD.format(f'trim="{written}"' if written else "")
    house["/message"] = "<Hangup/>"

    caller.dials(LINE).waits(1).speaks_message(seconds=4).is_silent()

    assert house.forms("/message")[0]["RecordingDuration"] == seconds


def test_a_recording_may_be_reported_with_the_call(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.recording_tells_call = True
    house["/voice"] = RECORD.format('recordingStatusCallback="/recorded"')
    house["/message"] = "<Hangup/>"
    house["/recorded"] = ""

    caller.dials(LINE).speaks_message(seconds=8).keys("#")

    assert house.forms("/recorded")[0]["From"] == CALLER


def test_the_fallback_may_not_be_told_why(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.fallback_names_error = False
    exchange.number(LINE, voice_url=f"{BASE}/voice", fallback_url=f"{BASE}/fallback")
    house["/voice"] = Answered(b"", 500)
    house["/fallback"] = "<Hangup/>"

    caller.dials(LINE)

    assert not {"ErrorCode", "ErrorUrl"} & house.forms("/fallback")[0].keys()


def test_an_answered_call_may_be_canceled_and_an_ended_one_refused_in_other_words(
    exchange: Exchange, house: House, caller: Phone, api: Api
) -> None:
    exchange.knobs.cancels_answered, exchange.knobs.not_in_progress = True, 20009
    house["/voice"] = QUESTION
    caller.dials(LINE)

    status, told = api.post(f"/Calls/{caller.call_sid}.json", Status="canceled")

    assert (status, told["status"]) == (200, "canceled")
    assert api.refused(f"/Calls/{caller.call_sid}.json", Status="completed") == (400, 20009)
