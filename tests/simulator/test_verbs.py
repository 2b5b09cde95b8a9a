"""The verbs of a caller's leg, apart from Gather, Dial and Record (twilio-contract §3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import BrokenTwiML, Exchange, Phone
from tests.simulator.house import BASE, LINE, Answered, House

SOUND = Answered(b"RIFF", 200, "audio/x-wav")


def test_speech_takes_as_long_as_its_letters(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = f"<Say>{'a' * 150}</Say><Say>b</Say><Say>Farvel</Say><Hangup/>"
    begun = exchange.now

    caller.dials(LINE).hears("farvel")

    assert exchange.now - begun == timedelta(seconds=10 + 1)


def test_speech_is_heard_without_its_marks(house: House, caller: Phone) -> None:
    house["/voice"] = '<Say>Sag <say-as interpret-as="digits">10</say-as>. <sub alias="fire kvarter">4 kv.</sub></Say><Hangup/>'

    caller.dials(LINE).hears("sag 10. fire kvarter")


def test_speech_may_be_repeated(house: House, caller: Phone) -> None:
    house["/voice"] = '<Say loop="3">Igen</Say><Hangup/>'

    caller.dials(LINE).waits(10)

    assert caller.said == ["Igen"] * 3


def test_a_sound_of_the_house_is_fetched_once_and_heard(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = "<Play>/music.wav</Play><Play>/music.wav</Play><Play>https://elsewhere.example/a.mp3</Play><Hangup/>"
    house["/music.wav"] = SOUND
    begun = exchange.now

    caller.dials(LINE).hears_music().waits(15)

    assert caller.is_over
    assert exchange.now - begun == timedelta(seconds=15)
    assert [asked.path for asked in house.asked] == ["/voice", "/music.wav", "/status"]


def test_a_sound_that_is_not_there_breaks_the_test(house: House, caller: Phone) -> None:
    house["/voice"] = "<Play>/music.wav</Play><Hangup/>"

    with pytest.raises(BrokenTwiML, match="HTTP 404"):
        caller.dials(LINE)


def test_a_redirect_goes_on_elsewhere(house: House, caller: Phone) -> None:
    house["/voice"] = "<Say>Her</Say><Redirect>/there?x=1</Redirect>"
    house["/there"] = "<Say>Der</Say><Hangup/>"

    caller.dials(LINE).hears("her der")

    assert house.forms("/there")[0].get("Digits") is None


def test_relative_addresses_start_from_the_document_that_holds_them(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/deep/er/voice")
    house["/deep/er/voice"] = "<Redirect>next</Redirect>"
    house["/deep/er/next"] = "<Redirect>../up#rc=2</Redirect>"
    house["/deep/up"] = '<Redirect method="GET">/root</Redirect>'
    house["/root"] = "<Say>Oppe</Say><Hangup/>"

    caller.dials(LINE).hears("oppe")

    assert house.asked[-1].method == "GET"


def test_endless_redirects_are_noticed(house: House, caller: Phone) -> None:
    house["/voice"] = "<Redirect>/voice</Redirect>"

    with pytest.raises(BrokenTwiML, match="for ever"):
        caller.dials(LINE)


def test_a_pause_first_delays_the_answer(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = '<Pause length="3"/><Say>Hej</Say><Hangup/>'
    begun = exchange.now

    caller.dials(LINE).hears("hej")

    assert exchange.truth(caller.call_sid).answered_at == begun + timedelta(seconds=3)


@pytest.mark.parametrize(("verb", "state"), [("<Reject/>", "no-answer"), ('<Reject reason="busy"/>', "busy")])
def test_a_rejected_call_is_never_answered(exchange: Exchange, house: House, caller: Phone, verb: str, state: str) -> None:
    house["/voice"] = verb

    caller.dials(LINE).waits(1)

    truth = exchange.truth(caller.call_sid)
    assert (truth.state, truth.answered_at, truth.ended_by) == (state, None, "document")
    assert (house.forms("/status")[0]["CallStatus"], house.forms("/status")[0]["CallDuration"]) == (state, "0")


def test_the_first_request_rings_and_later_ones_are_in_progress(house: House, caller: Phone) -> None:
    house["/voice"] = "<Say>Hej</Say><Redirect>/on</Redirect>"
    house["/on"] = "<Hangup/>"

    caller.dials(LINE).waits(2)

    assert house.forms("/voice")[0]["CallStatus"] == "ringing"
    assert house.forms("/on")[0]["CallStatus"] == "in-progress"
    assert house.forms("/status")[0]["CallStatus"] == "completed"


def test_a_call_ends_after_four_hours(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = '<Pause length="600"/><Redirect>/voice</Redirect>'

    caller.dials(LINE)
    exchange.forward(minutes=249)
    assert caller.on_the_line
    exchange.forward(minutes=1)

    assert exchange.truth(caller.call_sid).ended_by == "time limit"
