"""Messages (twilio-contract §3.4)."""

from __future__ import annotations

from datetime import timedelta

from simulator import Exchange, Phone
from tests.simulator.house import ACCOUNT, LINE, House

RECORD = '<Say>Læg en besked.</Say><Record action="/message" maxLength="60" timeout="5" finishOnKey="#" trim="do-not-trim" {0}/>'
TAKEN = "<Say>Beskeden er gemt.</Say><Hangup/>"


def test_a_key_ends_a_message(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = RECORD.format("")
    house["/message"] = TAKEN

    caller.dials(LINE).hears("læg en besked").speaks_message(seconds=12).keys("#").hears("gemt")

    [form] = house.forms("/message")
    assert (form["RecordingDuration"], form["Digits"]) == ("12", "#")
    assert form["RecordingUrl"].endswith(f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{form['RecordingSid']}")
    assert exchange.recordings[form["RecordingSid"]].call_sid == caller.call_sid


def test_other_keys_do_not(house: House, caller: Phone) -> None:
    house["/voice"] = RECORD.format("")
    house["/message"] = TAKEN

    caller.dials(LINE).speaks_message(seconds=3).keys("12").waits(1).keys("#")

    assert house.forms("/message")[0]["RecordingDuration"] == "4"


def test_any_key_does_where_none_is_named(house: House, caller: Phone) -> None:
    house["/voice"] = '<Record action="/message"/>'
    house["/message"] = TAKEN

    caller.dials(LINE).speaks_message(seconds=3).keys("7")

    assert house.forms("/message")[0]["Digits"] == "7"


def test_silence_ends_a_message(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = RECORD.format("")
    house["/message"] = TAKEN

    caller.dials(LINE).speaks_message(seconds=12)
    spoken = exchange.now
    caller.is_silent().hears("gemt")

    assert exchange.now - spoken == timedelta(seconds=5)
    assert (house.forms("/message")[0]["RecordingDuration"], house.forms("/message")[0]["Digits"]) == ("17", "")


def test_a_message_has_a_longest_length(house: House, caller: Phone) -> None:
    house["/voice"] = RECORD.format("")
    house["/message"] = TAKEN

    caller.dials(LINE).speaks_message(seconds=90).hears("gemt")

    assert house.forms("/message")[0]["RecordingDuration"] == "60"


def test_a_caller_hangs_up_after_the_message(house: House, caller: Phone) -> None:
    house["/voice"] = RECORD.format("")
    house["/message"] = TAKEN

    caller.dials(LINE).speaks_message(seconds=8).hangs_up()

    [form] = house.forms("/message")
    assert (form["Digits"], form["RecordingDuration"], form["CallStatus"]) == ("hangup", "8", "completed")
    assert caller.said == ["Læg en besked."]


def test_an_empty_message_is_told_too(house: House, caller: Phone) -> None:
    house["/voice"] = RECORD.format("")
    house["/message"] = TAKEN

    caller.dials(LINE).hears("læg en besked").is_silent().hears("gemt")

    assert house.forms("/message")[0]["RecordingDuration"] == "5"


def test_an_empty_message_may_fall_through(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.empty_recording_action = False
    house["/voice"] = RECORD.format("") + "<Say>Ingen besked.</Say><Hangup/>"

    caller.dials(LINE).is_silent().hears("ingen besked")

    assert house.forms("/message") == []


def test_a_recording_is_reported_without_the_call(house: House, caller: Phone) -> None:
    house["/voice"] = RECORD.format('recordingStatusCallback="/recorded"')
    house["/message"] = TAKEN
    house["/recorded"] = ""

    caller.dials(LINE).speaks_message(seconds=8).keys("#")

    [form] = house.forms("/recorded")
    assert (form["RecordingStatus"], form["RecordingDuration"], form["CallSid"]) == ("completed", "8", caller.call_sid)
    assert not {"CallStatus", "From"} & set(form)
