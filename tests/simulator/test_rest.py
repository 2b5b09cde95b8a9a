"""The REST API: what it takes, what it refuses, and what it does to calls (twilio-contract §5)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from flask.testing import FlaskClient

from simulator import Exchange, Phone
from simulator.rest import rest_app
from tests.simulator.house import ACCOUNT, ANNA, BASE, BO, CALLER, LINE, TOKEN, House

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
QUESTION = '<Gather action="/keyed" actionOnEmptyResult="true"><Say>Tast.</Say></Gather>'
DIAL = f'<Say>Vent.</Say><Dial action="/after" callerId="{LINE}"><Number url="/whisper">{ANNA}</Number></Dial>'
ENDED = "<Response><Say>Tiden er gået.</Say><Hangup/></Response>"


def basic(user: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


class Api:
    """The API as a client of the account sees it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **filters: str) -> Any:  # noqa: ANN401 - JSON
        answer = self.client.get(ROOT + path, query_string=filters, headers=basic(ACCOUNT, TOKEN))
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, **form: str | list[str]) -> tuple[int, Any]:
        answer = self.client.post(ROOT + path, data=form, headers=basic(ACCOUNT, TOKEN))
        return answer.status_code, answer.json

    def refused(self, path: str, **form: str) -> tuple[int, int]:
        status, error = self.post(path, **form)
        assert set(error) == {"code", "message", "more_info", "status"}
        assert error["status"] == status
        return status, error["code"]


@pytest.fixture
def api(exchange: Exchange) -> Api:
    return Api(rest_app(exchange).test_client())


@pytest.mark.parametrize("headers", [{}, basic(ACCOUNT, "wrong"), basic("AC0", TOKEN), {"Authorization": f"Bearer {TOKEN}"}])
def test_only_the_account_gets_in(api: Api, headers: dict[str, str]) -> None:
    answer = api.client.get(f"{ROOT}/Calls.json", headers=headers)

    assert (answer.status_code, answer.json and answer.json["code"]) == (401, 20003)


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/Calls/CA{'0' * 32}.json",
        f"{ROOT}/Messages/SM{'0' * 32}.json",
        f"{ROOT}/Recordings/RE{'0' * 32}.json",
        f"{ROOT}/IncomingPhoneNumbers/PN{'0' * 32}.json",
        f"{ROOT}/Nothing.json",
        f"/2010-04-01/Accounts/AC{'0' * 32}/Calls.json",
        "/2008-08-01/Accounts",
    ],
)
def test_what_is_not_there_is_20404(api: Api, path: str) -> None:
    answer = api.client.get(path, headers=basic(ACCOUNT, TOKEN))

    assert (answer.status_code, answer.json and answer.json["code"]) == (404, 20404)


def test_a_wrong_method_is_20004(api: Api) -> None:
    answer = api.client.delete(f"{ROOT}/Calls.json", headers=basic(ACCOUNT, TOKEN))

    assert (answer.status_code, answer.json and answer.json["code"]) == (405, 20004)


def test_the_account_itself_can_be_fetched(api: Api) -> None:
    assert (api.get(".json")["sid"], api.get(".json")["status"]) == (ACCOUNT, "active")


def test_a_call_is_told_through_all_its_states(exchange: Exchange, house: House, caller: Phone, api: Api) -> None:
    house["/voice"] = "<Pause length='3'/>" + QUESTION

    caller.dials(LINE)
    first = api.get(f"/Calls/{caller.call_sid}.json")
    exchange.forward(seconds=10)
    second = api.get(f"/Calls/{caller.call_sid}.json")
    caller.hangs_up()
    third = api.get(f"/Calls/{caller.call_sid}.json")

    assert [it["status"] for it in (first, second, third)] == ["ringing", "in-progress", "completed"]
    assert [it["duration"] for it in (first, second, third)] == [None, None, "7"]
    assert third["start_time"] == "Tue, 03 Mar 2026 20:00:03 +0000"
    assert third["end_time"] == "Tue, 03 Mar 2026 20:00:10 +0000"
    assert (third["from"], third["to"], third["direction"], third["price"]) == (CALLER, LINE, "inbound", None)


def test_the_api_may_lag_behind(exchange: Exchange, house: House, caller: Phone, api: Api) -> None:
    exchange.knobs.rest_lag = 10
    house["/voice"] = QUESTION
    caller.dials(LINE).waits(5)
    assert api.get("/Calls.json")["calls"] == []
    caller.waits(4).hangs_up().waits(5)

    assert api.get(f"/Calls/{caller.call_sid}.json")["status"] == "in-progress"
    assert [it["status"] for it in api.get("/Calls.json", Status="in-progress")["calls"]] == ["in-progress"]
    exchange.forward(seconds=5)
    assert api.get(f"/Calls/{caller.call_sid}.json")["status"] == "completed"


def test_the_api_may_be_down_or_busy(exchange: Exchange, api: Api) -> None:
    exchange.knobs.rest_busy = 2
    assert [api.refused("/Calls.json") for _time in range(2)] == [(429, 20429)] * 2
    assert api.get("/Calls.json")["calls"] == []

    exchange.knobs.rest_down = True
    assert api.refused("/Calls.json") == (503, 20503)


def test_calls_are_listed_newest_first_and_filtered(exchange: Exchange, house: House, caller: Phone, anna: Phone, api: Api) -> None:
    house["/voice"] = [DIAL, QUESTION]
    house["/whisper"] = ""
    house["/after"] = "<Hangup/>"
    caller.dials(LINE)
    anna.picks_up()
    exchange.phone(BO).dials(LINE).waits(1).hangs_up()

    def found(**filters: str) -> list[str]:
        return [it["from"] for it in api.get("/Calls.json", **filters)["calls"]]

    assert found() == [BO, LINE, CALLER]
    assert found(ParentCallSid=caller.call_sid) == [LINE]
    assert found(From=BO) == found(Status="completed") == [BO]
    assert found(To=ANNA) == [LINE]
    assert found(StartTime="2026-03-03") == found(**{"StartTime<": "2026-03-03"}) == [BO, LINE, CALLER]
    assert found(**{"StartTime>": "2026-03-03T23:00:00Z"}) == [BO, LINE, CALLER]
    assert found(**{"StartTime>": "2026-03-04"}) == found(StartTime="2026-03-02") == []
    assert found(**{"EndTime>": "2026-03-03"}) == [BO]


def test_lists_come_in_pages(exchange: Exchange, house: House, api: Api) -> None:
    house["/voice"] = "<Reject/>"
    for number in range(5):
        exchange.phone(f"+452030405{number}").dials(LINE).waits(1)

    first = api.get("/Calls.json", PageSize="2", To=LINE)
    path = first["next_page_uri"].removeprefix(ROOT)
    second = api.client.get(ROOT + path, headers=basic(ACCOUNT, TOKEN)).json
    last = api.get("/Calls.json", PageSize="2", Page="2")

    assert second is not None
    assert [len(page["calls"]) for page in (first, second, last)] == [2, 2, 1]
    assert [it["from"][-1] for it in (*first["calls"], *second["calls"], *last["calls"])] == list("43210")
    assert (last["next_page_uri"], last["start"], last["end"]) == (None, 4, 4)


@pytest.mark.parametrize(
    ("filters", "code"),
    [({"PageSize": "0"}, 20006), ({"PageSize": "1001"}, 20006), ({"Page": "x"}, 20001), ({"StartTime": "now"}, 20001)],
)
def test_a_filter_that_makes_no_sense_is_refused(house: House, caller: Phone, api: Api, filters: dict[str, str], code: int) -> None:
    house["/voice"] = QUESTION
    caller.dials(LINE)

    answer = api.client.get(f"{ROOT}/Calls.json", query_string=filters, headers=basic(ACCOUNT, TOKEN))

    assert (answer.status_code, answer.json and answer.json["code"]) == (400, code)


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


def test_a_text_is_delivered(exchange: Exchange, house: House, caller: Phone, api: Api) -> None:
    house["/text"] = ""

    status, sent = api.post("/Messages.json", To=CALLER, From=LINE, Body="Kvittering: 15 point", StatusCallback=f"{BASE}/text")
    exchange.forward(seconds=5)

    assert (status, sent["status"], sent["num_segments"]) == (201, "queued", "1")
    assert caller.texts == ["Kvittering: 15 point"]
    assert api.get(f"/Messages/{sent['sid']}.json")["status"] == "delivered"
    assert [form["MessageStatus"] for form in house.forms("/text")] == ["sent", "delivered"]
    assert [it["sid"] for it in api.get("/Messages.json", To=CALLER)["messages"]] == [sent["sid"]]
    assert api.get("/Messages.json", To=ANNA)["messages"] == []


def test_a_text_to_an_unreachable_telephone_is_not(exchange: Exchange, caller: Phone, api: Api) -> None:
    caller.behaves("failed")
    _status, sent = api.post("/Messages.json", To=CALLER, From="Dognvagt", Body="a" * 161)
    exchange.forward(seconds=5)

    told = api.get(f"/Messages/{sent['sid']}.json")
    assert (told["status"], told["error_code"], told["num_segments"], caller.texts) == ("undelivered", 30003, "2", [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "Anna"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "+4599999999"}, 21606),
        ({"Body": ""}, 21602),
        ({"Body": "a" * 1601}, 21617),
    ],
)
def test_a_text_that_makes_no_sense_is_refused(api: Api, change: dict[str, str], code: int) -> None:
    assert api.refused("/Messages.json", **({"To": CALLER, "From": LINE, "Body": "Hej"} | change)) == (400, code)


def test_a_number_is_configured(house: House, exchange: Exchange, caller: Phone, api: Api) -> None:
    [listed] = api.get("/IncomingPhoneNumbers.json", PhoneNumber=LINE)["incoming_phone_numbers"]
    house["/new"] = "<Say>Ny adresse.</Say><Hangup/>"

    status, _told = api.post(f"/IncomingPhoneNumbers/{listed['sid']}.json", VoiceUrl=f"{BASE}/new", StatusCallback="")

    assert status == 200
    caller.dials(LINE).hears("ny adresse").waits(5)
    read = api.get(f"/IncomingPhoneNumbers/{listed['sid']}.json")
    assert (read["voice_url"], read["status_callback"]) == (f"{BASE}/new", "")
    assert [asked.path for asked in house.asked] == ["/new"]
    assert exchange.numbers[LINE].status_url == ""
    assert api.get("/IncomingPhoneNumbers.json", PhoneNumber=ANNA)["incoming_phone_numbers"] == []


def test_an_application_overrides_the_urls_of_a_number(exchange: Exchange, caller: Phone, api: Api) -> None:
    sid = exchange.numbers[LINE].sid
    api.post(f"/IncomingPhoneNumbers/{sid}.json", VoiceApplicationSid="AP" + "0" * 32)

    with pytest.raises(AssertionError, match="leads to no URL"):
        caller.dials(LINE)
    assert api.refused(f"/IncomingPhoneNumbers/{sid}.json", VoiceMethod="PUT") == (400, 21403)


def test_a_recording_is_heard_and_deleted(house: House, caller: Phone, api: Api) -> None:
    house["/voice"] = '<Record action="/message"/>'
    house["/message"] = "<Hangup/>"
    caller.dials(LINE).speaks_message(seconds=3).keys("#")
    [told] = api.get("/Recordings.json", CallSid=caller.call_sid)["recordings"]
    path = f"{ROOT}/Recordings/{told['sid']}"

    sound = api.client.get(f"{path}.wav")

    assert (sound.status_code, sound.content_type, len(sound.data)) == (200, "audio/x-wav", 44 + 3 * 8000)
    assert api.get(f"/Recordings/{told['sid']}.json")["duration"] == "3"
    assert api.client.delete(f"{path}.json").status_code == 401
    assert api.client.delete(f"{path}.json", headers=basic(ACCOUNT, TOKEN)).status_code == 204
    assert api.client.get(f"{path}.wav").status_code == 404
