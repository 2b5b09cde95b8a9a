"""Either side leaves, at every moment (twilio-contract §3.2, twilio-pitfalls B1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from simulator import Exchange, Phone
from tests.simulator.house import ANNA, LINE, House

QUESTION = '<Gather action="/keyed"><Say>Tast din pinkode.</Say></Gather><Hangup/>'
DIAL = (
    '<Say>Vi ringer.</Say><Dial action="/after" answerOnBridge="true" timeout="10" callerId="+4563186363">'
    f'<Number url="/whisper" statusCallback="/events">{ANNA}</Number></Dial>'
)


@pytest.fixture(autouse=True)
def screened(house: House) -> None:
    """A line that rings Anna, asks her, and says good-bye."""
    house["/voice"] = DIAL
    house["/whisper"] = '<Gather action="/accept" numDigits="1"><Say>Tryk 1.</Say></Gather><Hangup/>'
    house["/accept"] = ""
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"
    house["/events"] = ""


def told(house: House) -> tuple[str, str, str, str | None]:
    """What Dial's action was told."""
    [form] = house.forms("/after")
    return form["CallStatus"], form["DialCallStatus"], form["DialBridged"], form.get("DialCallDuration")


def test_a_caller_hangs_up_during_a_prompt(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION

    caller.dials(LINE).hears("pinkode").hangs_up()

    assert [form["CallStatus"] for form in house.forms("/status")] == ["completed"]
    assert house.forms("/keyed") == []
    assert exchange.truth(caller.call_sid).ended_by == "caller"


def test_a_caller_hangs_up_while_keying(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION

    caller.dials(LINE).keys("12").hangs_up().waits(60)

    assert house.forms("/keyed") == []


def test_a_caller_hangs_up_while_it_rings(house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE).hears_ringing().hangs_up()

    assert told(house) == ("completed", "canceled", "false", None)
    assert not anna.rings
    assert [form["CallStatus"] for form in house.forms("/events")] == ["canceled"]


def test_a_caller_hangs_up_before_the_other_telephone_rings(house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE).waits(1.2).hangs_up().waits(30)

    assert told(house) == ("completed", "canceled", "false", None)
    assert anna.transcript == ""


@pytest.mark.parametrize("knob", ["completed", "canceled"])
def test_a_caller_hangs_up_during_the_whisper(exchange: Exchange, house: House, caller: Phone, anna: Phone, knob: str) -> None:
    exchange.knobs.hangup_in_whisper = "completed" if knob == "completed" else "canceled"

    caller.dials(LINE)
    anna.picks_up().waits(3)
    caller.hangs_up()

    assert told(house) == ("completed", knob, "false", "3")
    assert anna.is_over
    assert house.forms("/accept") == []


def test_a_caller_hangs_up_at_the_moment_of_acceptance(house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE)
    anna.picks_up().hears("tryk")
    house.before = lambda asked: caller._handset.hang_up() if asked.path == "/accept" else None

    anna.keys("1")

    assert told(house) == ("completed", "completed", "false", "0")
    assert anna.is_over


def test_a_caller_hangs_up_in_talk(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE)
    anna.picks_up().keys("1")
    exchange.forward(seconds=61.7)
    caller.hangs_up()

    assert told(house) == ("completed", "completed", "true", "61")
    assert house.forms("/status")[0]["CallDuration"] == "63"
    truth = exchange.truth(caller.call_sid)
    assert (truth.talked_seconds, truth.ended_by, truth.attempts[0].ended_by) == (61, "caller", "other leg")


def test_the_answer_to_a_caller_who_is_gone_is_not_carried_out(caller: Phone) -> None:
    caller.dials(LINE).hears_ringing().hangs_up().waits(30)

    assert caller.said == ["Vi ringer."]


def test_the_action_may_never_come_after_the_caller_has_gone(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.action_after_hangup = False

    caller.dials(LINE).hears_ringing().hangs_up().waits(60)

    assert house.forms("/after") == []


def test_a_supporter_hangs_up_during_the_whisper(house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE)
    anna.picks_up().waits(2).hangs_up()
    caller.hears("farvel")

    assert told(house) == ("in-progress", "completed", "false", "2")


def test_a_supporter_hangs_up_in_talk(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE)
    anna.picks_up().keys("1").waits(5).hangs_up()
    caller.hears("farvel").waits(10)

    assert told(house) == ("in-progress", "completed", "true", "5")
    assert exchange.truth(caller.call_sid).ended_by == "document"


@pytest.mark.parametrize("knob", ["no-answer", "canceled", "completed"])
def test_a_call_that_was_never_answered_may_end_in_several_ways(
    exchange: Exchange, house: House, caller: Phone, knob: Literal["no-answer", "canceled", "completed"]
) -> None:
    exchange.knobs.unanswered_hangup = knob
    house["/voice"] = DIAL.replace("<Say>Vi ringer.</Say>", "")

    caller.dials(LINE).hears_ringing().hangs_up()

    assert told(house)[0] == knob
    assert house.forms("/status")[0]["CallStatus"] == knob


def test_a_lost_connection_is_noticed_only_later(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE)
    anna.picks_up().keys("1").waits(10)
    caller.loses_connection().waits(19)
    assert anna.bridged_with is not None

    exchange.forward(seconds=2)

    assert exchange.truth(caller.call_sid).talked_seconds == 30
    assert told(house) == ("completed", "completed", "true", "30")


def test_keys_of_a_lost_telephone_reach_nobody(house: House, caller: Phone) -> None:
    house["/voice"] = QUESTION

    caller.dials(LINE).hears("pinkode").loses_connection().keys("1234#").waits(60)

    assert house.forms("/keyed") == []
    assert caller.is_over


def test_the_same_telephone_may_call_again(exchange: Exchange, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE).hears_ringing().hangs_up()
    first = caller.call_sid
    exchange.forward(minutes=2)
    caller.dials(LINE).hears("vi ringer")
    anna.picks_up().keys("1")

    assert caller.call_sid != first
    assert caller.said == ["Vi ringer."]
    assert exchange.truth(caller.call_sid).bridged_at == exchange.now
    assert exchange.truth(first).ended_at == exchange.now - timedelta(minutes=2, seconds=1.5)
