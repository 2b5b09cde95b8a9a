"""Every way in which a Dial can go: who is bridged, and for how long (twilio-contract §3.2, §3.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import Exchange, Phone
from simulator.handset import Kind
from tests.simulator.dials import DIAL, TO_ANNA, outcome
from tests.simulator.house import ANNA, CALLER, LINE, House

pytestmark = pytest.mark.usefixtures("screened")


def test_a_supporter_who_accepts_is_bridged(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE).hears_ringing()
    assert anna.ringing_from == LINE
    anna.picks_up().hears("tryk 1").waits(2).keys("1")
    assert (caller.bridged_with, anna.bridged_with) == (ANNA, CALLER)
    exchange.forward(seconds=60)
    anna.hangs_up()
    caller.hears("farvel")

    assert outcome(house) == {
        "DialCallStatus": "completed",
        "DialBridged": "true",
        "DialCallDuration": "62",
        "CallStatus": "in-progress",
    }
    truth = exchange.truth(caller.call_sid)
    assert (truth.talked_seconds, truth.attempts[0].ended_by) == (60, "callee")
    assert truth.attempts[0].sid == house.forms("/after")[0]["DialCallSid"] == anna.call_sid


@pytest.mark.parametrize("keys", ["2", "*", "#"])
def test_a_supporter_who_is_not_let_through_is_not_bridged(house: House, caller: Phone, anna: Phone, keys: str) -> None:
    house["/accept"] = "<Hangup/>"

    caller.dials(LINE)
    anna.picks_up().hears("tryk").waits(3).keys(keys)
    caller.hears("farvel")

    assert outcome(house) == {
        "DialCallStatus": "completed",
        "DialBridged": "false",
        "DialCallDuration": "3",
        "CallStatus": "in-progress",
    }
    assert anna.is_over


def test_an_empty_answer_to_the_whisper_bridges(house: House, caller: Phone, anna: Phone) -> None:
    house["/whisper"] = ""

    caller.dials(LINE)
    anna.picks_up()

    assert caller.bridged_with == ANNA
    assert house.forms("/accept") == []


def test_without_a_whisper_the_answer_bridges(house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = DIAL.format("", f"<Number>{ANNA}</Number>")

    caller.dials(LINE)
    anna.picks_up()

    assert anna.bridged_with == CALLER


@pytest.mark.parametrize("says", ["", "Du har ringet til Anna, læg en besked"])
def test_a_voicemail_answers_and_never_accepts(house: House, caller: Phone, anna: Phone, says: str) -> None:
    house["/accept"] = "<Hangup/>"
    anna.behaves("voicemail", after=4, says=says)

    caller.dials(LINE).hears("farvel")

    assert house.forms("/accept")[0]["Digits"] == ""
    assert (outcome(house)["DialCallStatus"], outcome(house)["DialBridged"]) == ("completed", "false")


@pytest.mark.parametrize(
    ("kind", "status", "seconds"), [("busy", "busy", 0.5), ("failed", "failed", 0.5), ("declines", "busy", 3.5)]
)
def test_a_telephone_that_cannot_or_will_not(
    exchange: Exchange, house: House, caller: Phone, anna: Phone, kind: Kind, status: str, seconds: float
) -> None:
    anna.behaves(kind)
    caller.dials(LINE).hears("vi ringer").waits(1)
    begun = exchange.now

    caller.hears("farvel")

    assert outcome(house) == {"DialCallStatus": status, "DialBridged": "false", "CallStatus": "in-progress"}
    assert exchange.now - begun == timedelta(seconds=seconds)


def test_it_rings_five_seconds_longer_than_it_was_told(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE).waits(1)
    begun = exchange.now

    anna.does_not_answer()

    assert exchange.now - begun == timedelta(seconds=15)
    assert outcome(house) == {"DialCallStatus": "no-answer", "DialBridged": "false", "CallStatus": "in-progress"}
    caller.hears("farvel")


def test_a_supporter_declines_by_hand(house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE)
    anna.declines()
    caller.hears("farvel")

    assert outcome(house)["DialCallStatus"] == "busy"


def test_somebody_who_is_on_a_call_is_busy(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    exchange.phone("+4520304051").dials(LINE)
    anna.picks_up().keys("1")

    caller.dials(LINE).hears("farvel")

    assert house.forms("/after")[0]["DialCallStatus"] == "busy"


def test_a_telephone_that_answers_by_itself_is_asked(house: House, caller: Phone, anna: Phone) -> None:
    anna.behaves("answers", after=2)

    caller.dials(LINE).hears_ringing().waits(2)
    anna.hears("tryk 1").keys("1")

    assert caller.bridged_with == ANNA
    assert house.forms("/accept")[0]["Digits"] == "1"


def test_the_time_limit_runs_from_the_answer(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = DIAL.format('timeLimit="900"', TO_ANNA)

    caller.dials(LINE)
    anna.picks_up().hears("tryk").waits(4).keys("1")
    exchange.forward(seconds=895)
    assert caller.bridged_with == ANNA
    exchange.forward(seconds=1)

    assert anna.is_over
    caller.hears("farvel")
    assert outcome(house)["DialCallDuration"] == "900"
    truth = exchange.truth(caller.call_sid)
    assert (truth.talked_seconds, truth.attempts[0].ended_by) == (896, "time limit")


def test_the_time_limit_may_run_from_the_bridge(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    exchange.knobs.time_limit_from = "bridge"
    house["/voice"] = DIAL.format('timeLimit="900"', TO_ANNA)

    caller.dials(LINE)
    anna.picks_up().hears("tryk").waits(4).keys("1")
    exchange.forward(minutes=30)

    assert exchange.truth(caller.call_sid).talked_seconds == 900


def test_an_older_account_is_not_told_whether_they_were_bridged(
    exchange: Exchange, house: House, caller: Phone, anna: Phone
) -> None:
    exchange.knobs.dial_bridged = False

    caller.dials(LINE)
    anna.picks_up().keys("1").hangs_up()
    caller.hears("farvel")

    assert "DialBridged" not in outcome(house)


def test_a_dial_first_leaves_the_call_unanswered_until_the_bridge(
    exchange: Exchange, house: House, caller: Phone, anna: Phone
) -> None:
    house["/voice"] = DIAL.format("", TO_ANNA)

    caller.dials(LINE)
    anna.picks_up().waits(3)
    assert exchange.truth(caller.call_sid).answered_at is None
    anna.keys("1")

    assert exchange.truth(caller.call_sid).answered_at == exchange.truth(caller.call_sid).bridged_at
