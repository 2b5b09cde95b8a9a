"""What a Dial may say besides: numbers shown, several at once, recordings, whispers, callbacks (twilio-contract §3.2, §3.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import Exchange, Phone
from tests.simulator.dials import DIAL, TO_ANNA, outcome
from tests.simulator.house import ANNA, BO, CALLER, LINE, House

pytestmark = pytest.mark.usefixtures("screened")


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
