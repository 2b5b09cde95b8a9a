"""The REST API: texts, numbers and recordings (twilio-contract §5)."""

from __future__ import annotations

import pytest

from simulator import Exchange, Phone
from tests.simulator.api import ROOT, Api, basic
from tests.simulator.house import ACCOUNT, ANNA, BASE, CALLER, LINE, TOKEN, House


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
