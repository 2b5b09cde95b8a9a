"""The REST API: calls that are made, sent elsewhere and ended from outside (twilio-contract §5)."""

from __future__ import annotations

import pytest

from simulator import Exchange, Phone
from simulator.handset import Kind
from tests.simulator.api import DIAL, ENDED, QUESTION, ROOT, Api, basic
from tests.simulator.house import ACCOUNT, ANNA, BASE, LINE, TOKEN, House


def test_a_call_is_made(exchange: Exchange, house: House, anna: Phone, api: Api) -> None:
    house["/called"] = '<Gather action="/keyed" numDigits="1"><Say>Her er døgnvagten.</Say></Gather><Hangup/>'
    house["/keyed"] = "<Hangup/>"
    house["/events"] = ""
    events = ["initiated", "ringing", "answered", "completed"]

    status, made = api.post(
        "/Calls.json",
        To=ANNA,
        From=LINE,
        Url=f"{BASE}/called",
        StatusCallback=f"{BASE}/events",
        StatusCallbackEvent=events,
    )
    assert (status, made["status"], made["direction"]) == (201, "queued", "outbound-api")
    assert house.asked == []
    anna.picks_up().hears("døgnvagten").keys("1")

    assert house.forms("/called")[0]["Direction"] == "outbound-api"
    assert (anna.call_sid, house.forms("/keyed")[0]["Digits"]) == (made["sid"], "1")
    reported = [form["CallStatus"] for form in house.forms("/events")]
    assert reported == ["initiated", "ringing", "in-progress", "completed"]
    assert exchange.truth(made["sid"]).ended_by == "document"


@pytest.mark.parametrize(("kind", "by"), [("answers", "human"), ("voicemail", "machine_start")])
def test_who_picked_up_is_told_beside_the_conversation(house: House, anna: Phone, api: Api, kind: Kind, by: str) -> None:
    house["/called"] = "<Say>Her er døgnvagten.</Say><Pause length='9'/><Hangup/>"
    house["/heard"] = ""
    listens = {"MachineDetection": "Enable", "AsyncAmd": "true", "AsyncAmdStatusCallback": f"{BASE}/heard"}
    anna.behaves(kind)

    refused, _ = api.post("/Calls.json", To=ANNA, From=LINE, Url=f"{BASE}/called", MachineDetection="Enable")
    _, made = api.post("/Calls.json", To=ANNA, From=LINE, Url=f"{BASE}/called", **listens)
    anna.waits(20)

    assert refused == 400
    [told] = house.forms("/heard")
    assert (told["CallSid"], told["AnsweredBy"]) == (made["sid"], by)


def test_a_call_may_bring_its_document_along(api: Api, anna: Phone) -> None:
    api.post("/Calls.json", To=ANNA, From=LINE, Twiml=ENDED)

    anna.picks_up().hears("tiden er gået").waits(5)

    assert anna.is_over


def test_a_call_that_nobody_answers_ends(exchange: Exchange, anna: Phone, api: Api) -> None:
    _status, made = api.post("/Calls.json", To=ANNA, From=LINE, Twiml=ENDED, Timeout="10")
    begun = exchange.now

    anna.does_not_answer()

    assert (exchange.now - begun).total_seconds() == 15.5
    assert api.get(f"/Calls/{made['sid']}.json")["status"] == "no-answer"


def test_only_one_call_begins_in_a_second(exchange: Exchange, api: Api) -> None:
    made = [api.post("/Calls.json", To=f"+452000000{n}", From=LINE, Twiml=ENDED)[1]["sid"] for n in range(1, 4)]

    exchange.forward(seconds=1)

    statuses = [api.get(f"/Calls/{sid}.json")["status"] for sid in made]
    assert statuses == ["ringing", "queued", "queued"]
    assert [exchange.legs[sid].queue_milliseconds for sid in made] == [0, 1000, 2000]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": ""}, 21201),
        ({"To": "Anna"}, 21211),
        ({"From": ""}, 21213),
        ({"From": "+4599999999"}, 21210),
        ({"Url": ""}, 21205),
        ({"Url": "house"}, 21205),
        ({"Twiml": ENDED}, 20001),
        ({"Url": "", "Twiml": "x" * 4001}, 20001),
        ({"Timeout": "601"}, 20001),
        ({"StatusCallback": f"{BASE}/events", "StatusCallbackEvent": "over"}, 21626),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(exchange: Exchange, api: Api, change: dict[str, str], code: int) -> None:
    form = {"To": ANNA, "From": LINE, "Url": f"{BASE}/called"} | change

    assert api.refused("/Calls.json", **form) == (400, code)
    assert exchange.legs == {}


def test_a_number_that_cannot_be_called_is_refused_with_the_code_that_was_turned(exchange: Exchange, api: Api) -> None:
    exchange.knobs.rest_refuses = {ANNA: 21214}

    assert api.refused("/Calls.json", To=ANNA, From=LINE, Url=f"{BASE}/called") == (400, 21214)


def test_a_call_is_ended_from_outside(exchange: Exchange, house: House, caller: Phone, api: Api) -> None:
    house["/voice"] = QUESTION
    caller.dials(LINE)

    status, told = api.post(f"/Calls/{caller.call_sid}.json", Status="completed")

    assert (status, told["status"]) == (200, "completed")
    assert caller.is_over
    assert exchange.truth(caller.call_sid).ended_by == "api"
    assert api.refused(f"/Calls/{caller.call_sid}.json", Status="completed") == (400, 21220)


@pytest.mark.parametrize("how", ["Twiml", "Url"])
def test_a_talking_caller_is_sent_to_a_spoken_end(
    exchange: Exchange, house: House, caller: Phone, anna: Phone, api: Api, how: str
) -> None:
    house["/voice"] = DIAL
    house["/whisper"] = ""
    house["/after"] = "<Say>Dette hører ingen.</Say><Hangup/>"
    house["/end"] = "<Say>Tiden er gået.</Say><Hangup/>"
    caller.dials(LINE)
    anna.picks_up().waits(30)

    status, _told = api.post(f"/Calls/{caller.call_sid}.json", **{how: ENDED if how == "Twiml" else f"{BASE}/end"})
    caller.hears("tiden er gået").waits(5)

    assert (status, anna.is_over, caller.said) == (200, True, ["Vent.", "Tiden er gået."])
    [form] = house.forms("/after")
    assert (form["CallStatus"], form["DialCallStatus"], form["DialBridged"]) == ("in-progress", "completed", "true")
    assert exchange.truth(caller.call_sid).talked_seconds == 30


def test_a_document_without_an_address_needs_whole_ones(exchange: Exchange, house: House, caller: Phone, api: Api) -> None:
    house["/voice"] = QUESTION
    caller.dials(LINE)

    api.post(f"/Calls/{caller.call_sid}.json", Twiml="<Response><Redirect>/there</Redirect></Response>")

    caller.hears("application error")
    assert [problem.code for problem in exchange.problems] == [11100]


def test_a_dialled_leg_may_be_sent_elsewhere_from_its_whisper(
    exchange: Exchange, house: House, caller: Phone, anna: Phone, api: Api
) -> None:
    house["/voice"] = DIAL
    house["/whisper"] = '<Gather action="/accept"><Say>Tryk 1.</Say></Gather><Hangup/>'
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"
    caller.dials(LINE)
    anna.picks_up()

    api.post(f"/Calls/{anna.call_sid}.json", Twiml=ENDED)
    anna.hears("tiden er gået").waits(5)

    caller.hears("farvel")
    assert (anna.is_over, exchange.truth(caller.call_sid).bridged_at) == (True, None)


def test_a_ringing_dial_is_taken_back_when_its_caller_is_sent_elsewhere(house: House, caller: Phone, anna: Phone, api: Api) -> None:
    house["/voice"] = DIAL
    house["/after"] = "<Hangup/>"
    caller.dials(LINE).hears_ringing()

    api.post(f"/Calls/{caller.call_sid}.json", Twiml=ENDED)
    caller.hears("tiden er gået")

    assert not anna.rings
    assert house.forms("/after")[0]["DialCallStatus"] == "canceled"


def test_a_dialled_leg_that_is_sent_elsewhere_goes_its_own_way(house: House, caller: Phone, anna: Phone, api: Api) -> None:
    house["/voice"] = DIAL
    house["/whisper"] = ""
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"
    caller.dials(LINE)
    anna.picks_up().waits(30)

    api.post(f"/Calls/{anna.call_sid}.json", Twiml=ENDED)

    caller.hears("farvel")
    anna.hears("tiden er gået")
    assert "DialCallDuration" not in house.forms("/after")[0]


def test_a_dialled_leg_is_ended_from_outside(house: House, caller: Phone, anna: Phone, api: Api) -> None:
    house["/voice"] = DIAL
    house["/whisper"] = ""
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"
    caller.dials(LINE)
    anna.picks_up().waits(30)

    api.post(f"/Calls/{anna.call_sid}.json", Status="completed")

    caller.hears("farvel")
    assert house.forms("/after")[0]["DialCallDuration"] == "30"


def test_only_what_nobody_answered_can_be_canceled(house: House, caller: Phone, anna: Phone, api: Api) -> None:
    house["/voice"] = QUESTION
    house["/events"] = ""
    caller.dials(LINE)
    assert api.refused(f"/Calls/{caller.call_sid}.json", Status="canceled") == (400, 21220)
    _status, made = api.post("/Calls.json", To=ANNA, From=LINE, Twiml=ENDED, StatusCallback=f"{BASE}/events")

    api.post(f"/Calls/{made['sid']}.json", Status="canceled")
    caller.waits(3)

    assert api.get(f"/Calls/{made['sid']}.json")["status"] == "canceled"
    assert (anna.transcript, house.forms("/events")) == ("", [])


@pytest.mark.parametrize(
    ("form", "code"),
    [({}, 20001), ({"Status": "busy"}, 20001), ({"Url": f"{BASE}/x", "Twiml": ENDED}, 20001), ({"Url": "x"}, 21205)],
)
def test_an_update_that_makes_no_sense_is_refused(house: House, caller: Phone, api: Api, form: dict[str, str], code: int) -> None:
    house["/voice"] = QUESTION
    caller.dials(LINE)

    assert api.refused(f"/Calls/{caller.call_sid}.json", **form) == (400, code)
    assert caller.on_the_line


def test_a_call_that_is_over_can_be_forgotten(house: House, caller: Phone, api: Api) -> None:
    house["/voice"] = QUESTION
    caller.dials(LINE)
    path = f"{ROOT}/Calls/{caller.call_sid}.json"

    assert api.client.delete(path, headers=basic(ACCOUNT, TOKEN)).status_code == 409
    caller.hangs_up()
    assert api.client.delete(path, headers=basic(ACCOUNT, TOKEN)).status_code == 204
    assert api.client.get(path, headers=basic(ACCOUNT, TOKEN)).status_code == 404
