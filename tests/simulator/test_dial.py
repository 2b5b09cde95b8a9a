"""Every way in which a Dial can go (twilio-contract §3.2, §3.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import Exchange, Phone
from simulator.handset import Kind
from tests.simulator.house import ANNA, BO, CALLER, LINE, House

DIAL = '<Dial action="/after" answerOnBridge="true" timeout="10" callerId="+4563186363" {0}>{1}</Dial>'
TO_ANNA = f'<Number url="/whisper">{ANNA}</Number>'
WHISPER = '<Gather action="/accept" numDigits="1" timeout="5" actionOnEmptyResult="true"><Say>Tryk 1.</Say></Gather><Hangup/>'


@pytest.fixture(autouse=True)
def screened(house: House) -> None:
    """A line that rings Anna, asks her, and says good-bye."""
    house["/voice"] = "<Say>Vi ringer.</Say>" + DIAL.format("", TO_ANNA)
    house["/whisper"] = WHISPER
    house["/accept"] = ""
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"


def outcome(house: House) -> dict[str, str]:
    """What Dial's action was told."""
    [form] = house.forms("/after")
    names = ("DialCallStatus", "DialBridged", "DialCallDuration", "CallStatus")
    return {name: form[name] for name in names if name in form}


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


@pytest.mark.parametrize("from_", ["anonymous", "", "client:bob", "+266696687x"])
def test_an_odd_number_may_not_be_passed_on(exchange: Exchange, house: House, caller: Phone, from_: str) -> None:
    house["/voice"] = f'<Say>Vent.</Say><Dial action="/after"><Number>{ANNA}</Number></Dial>'

    caller.dials(LINE, caller_id=from_).hears("farvel")

    assert house.forms("/voice")[0]["From"] == from_
    assert outcome(house) == {"DialCallStatus": "failed", "DialBridged": "false", "CallStatus": "in-progress"}
    assert [problem.code for problem in exchange.problems] == [13214]


def test_only_numbers_of_the_call_or_the_account_may_be_shown(house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = [
        f'<Say>Vent.</Say><Dial action="/after" callerId="{number}"><Number>{ANNA}</Number></Dial>'
        for number in ("+4599999999", CALLER)
    ]

    caller.dials(LINE).hears("farvel").waits(2)
    caller.dials(LINE).hears_ringing()

    assert anna.ringing_from == CALLER


def test_a_number_of_the_account_cannot_be_reached_from_the_account(house: House, caller: Phone) -> None:
    house["/voice"] = f'<Say>Vent.</Say><Dial action="/after">{LINE}</Dial>'

    caller.dials(LINE).hears("farvel")

    assert outcome(house)["DialCallStatus"] == "failed"


def test_the_first_to_answer_cuts_the_others_off(exchange: Exchange, house: House, caller: Phone, anna: Phone, bo: Phone) -> None:
    house["/accept"] = "<Hangup/>"
    house["/voice"] = DIAL.format("", TO_ANNA + f'<Number url="/whisper">{BO}</Number>')
    bo.behaves("voicemail", after=2)

    caller.dials(LINE).hears_ringing()
    assert anna.rings
    exchange.forward(seconds=2)
    assert not anna.rings
    caller.hears("farvel")

    states = [attempt.state for attempt in exchange.truth(caller.call_sid).attempts]
    assert states == ["canceled", "completed"]
    assert outcome(house)["DialBridged"] == "false"


def test_sequential_numbers_ring_one_after_another(house: House, caller: Phone, anna: Phone, bo: Phone) -> None:
    house["/voice"] = DIAL.format('sequential="true"', TO_ANNA + f'<Number url="/whisper">{BO}</Number>')

    caller.dials(LINE)
    anna.does_not_answer()
    bo.picks_up().keys("1")

    assert caller.bridged_with == BO


def test_a_dial_without_an_action_goes_on_in_its_document(house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = f"<Say>Vent.</Say><Dial>{ANNA}</Dial><Say>Slut.</Say><Hangup/>"

    caller.dials(LINE)
    anna.picks_up().waits(10).hangs_up()

    caller.hears("slut")


def test_a_star_of_the_caller_ends_the_bridge_where_it_may(house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = DIAL.format('hangupOnStar="true"', f"<Number>{ANNA}</Number>")

    caller.dials(LINE)
    anna.picks_up().keys("*")
    assert caller.bridged_with == ANNA
    caller.keys("1").keys("*")

    assert anna.is_over
    caller.hears("farvel")


def test_a_recorded_conversation_is_told_to_the_action(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = DIAL.format('record="record-from-answer"', f"<Number>{ANNA}</Number>")

    caller.dials(LINE)
    anna.picks_up().waits(12).hangs_up()

    form = house.forms("/after")[0]
    assert form["RecordingDuration"] == "12"
    assert form["RecordingSid"] in exchange.recordings


def test_the_whisper_is_asked_about_the_dialled_leg(house: House, caller: Phone, anna: Phone) -> None:
    caller.dials(LINE)
    anna.picks_up()

    form = house.forms("/whisper")[0]
    assert form["CallSid"] == anna.call_sid
    assert form["ParentCallSid"] == caller.call_sid
    assert (form["Direction"], form["CallStatus"]) == ("outbound-dial", "in-progress")
    assert (form["From"], form["To"], form["Caller"], form["Called"]) == (LINE, ANNA, LINE, ANNA)


@pytest.mark.parametrize(
    ("verbs", "words"),
    [
        (f"<Dial>{BO}</Dial>", "leg that was dialled"),
        ("<Redirect>/x</Redirect>", "does not work before the bridge"),
        ("<Pause/>", "does not work before the bridge"),
        ("<Record/>", "does not work before the bridge"),
        ('<Gather action="/accept"><Say>Tryk 1</Say></Gather>', "voicemail"),
        ('<Gather action="/accept"><Say>Tryk 1</Say></Gather><Say>Intet</Say>', "voicemail"),
    ],
)
def test_a_whisper_may_do_little(caller: Phone, anna: Phone, house: House, verbs: str, words: str) -> None:
    house["/whisper"] = verbs
    caller.dials(LINE).hears_ringing()

    with pytest.raises(Exception, match=words):
        anna.picks_up()


def test_digits_may_be_sent_to_an_extension_first(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    house["/voice"] = DIAL.format("", f'<Number sendDigits="wW1">{ANNA}</Number>')

    caller.dials(LINE)
    anna.picks_up()
    answered = exchange.now
    exchange.forward(seconds=5)

    assert exchange.truth(caller.call_sid).bridged_at == answered + timedelta(seconds=1.6)


def test_status_callbacks_of_the_dialled_leg(house: House, caller: Phone, anna: Phone) -> None:
    events = 'statusCallback="/events" statusCallbackEvent="initiated ringing answered completed"'
    house["/voice"] = DIAL.format("", f'<Number url="/whisper" {events}>{ANNA}</Number>')
    house["/events"] = ""

    caller.dials(LINE)
    anna.picks_up().keys("1").waits(61).hangs_up()

    forms = house.forms("/events")
    assert [form["CallStatus"] for form in forms] == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert [form.get("CallDuration") for form in forms] == [None, None, None, "61"]
    assert (forms[-1]["Duration"], forms[-1]["SipResponseCode"]) == ("2", "200")
    assert {form["CallbackSource"] for form in forms} == {"call-progress-events"}
    assert {form["ParentCallSid"] for form in forms} == {caller.call_sid}
    assert forms[0]["Timestamp"] == "Tue, 03 Mar 2026 20:00:00 +0000"
