"""The desk: telephones over HTTP, driven in virtual time here and as a process in test_process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from simulator import Exchange, HttpTransport, Phone, WallClock
from simulator.control import desk_app
from simulator.pacemaker import Pacemaker
from simulator.shelf import Shelf
from tests.simulator.house import ANNA, CALLER, LINE, House

PLAIN = CALLER.removeprefix("+")
QUESTION = '<Gather action="/keyed"><Say>Tast din pinkode.</Say></Gather><Hangup/>'
DIAL = f'<Say>Vent.</Say><Dial action="/after" callerId="{LINE}"><Number>{ANNA}</Number></Dial>'


@pytest.fixture
def desk(exchange: Exchange) -> FlaskClient:
    client = desk_app(exchange, Pacemaker(exchange, WallClock())).test_client()
    client.environ_base["HTTP_HOST"] = "127.0.0.1:5000"
    return client


class Telephone:
    """One telephone over HTTP."""

    def __init__(self, desk: FlaskClient, exchange: Exchange, number: str) -> None:
        self.desk, self.exchange, self.number = desk, exchange, number

    def does(self, act: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
        answer = self.desk.post(f"/phones/{self.number}/{act}", json=body)
        assert answer.status_code == 200, answer.text
        self.exchange.forward(seconds=0)
        return answer.json

    def seen(self, **args: int) -> Any:  # noqa: ANN401 - JSON
        return self.desk.get(f"/phones/{self.number}", query_string=args).json


@pytest.fixture
def telephone(desk: FlaskClient, exchange: Exchange) -> Telephone:
    return Telephone(desk, exchange, PLAIN)


def test_the_numbers_that_can_be_called(desk: FlaskClient) -> None:
    assert desk.get("/numbers").json == {"numbers": [{"number": LINE, "name": LINE}]}


def test_a_telephone_that_nobody_used_is_idle(telephone: Telephone, exchange: Exchange) -> None:
    assert telephone.seen() == {
        "number": CALLER,
        "state": "idle",
        "rings": False,
        "call": None,
        "with": None,
        "shows": None,
        "keyed": "",
        "since": exchange.now.isoformat(),
        "behaviour": {"kind": "hand", "after": 3.0, "says": ""},
        "last": 0,
        "events": [],
    }


def test_a_call_is_led_by_telephone(exchange: Exchange, house: House, telephone: Telephone) -> None:
    house["/voice"] = QUESTION
    house["/keyed"] = "<Say>Farvel.</Say><Hangup/>"

    telephone.does("dial", to=LINE)
    asking = telephone.seen()
    telephone.does("key", keys="12")
    exchange.forward(seconds=1)
    keyed = telephone.seen(after=asking["last"])
    telephone.does("key", keys="#")
    exchange.forward(seconds=3)
    over = telephone.seen(after=keyed["last"])

    assert (asking["state"], asking["with"]) == ("asking", LINE)
    assert [(it["kind"], it["text"]) for it in asking["events"]] == [("dialled", LINE), ("said", "Tast din pinkode.")]
    assert (keyed["state"], keyed["keyed"], keyed["call"]) == ("listening", "12", asking["call"])
    assert [it["kind"] for it in over["events"]] == ["key", "said", "ended"]
    assert over["state"] == "idle"


def test_two_telephones_talk(exchange: Exchange, house: House, desk: FlaskClient, telephone: Telephone) -> None:
    house["/voice"] = DIAL
    house["/after"] = "<Hangup/>"
    anna = Telephone(desk, exchange, ANNA)
    telephone.does("dial", to=LINE, caller_id="anonymous")
    exchange.forward(seconds=2)
    assert (anna.seen()["state"], anna.seen()["shows"], telephone.seen()["state"]) == ("ringing", LINE, "dialling")

    anna.does("pick-up")

    assert (anna.seen()["state"], anna.seen()["with"]) == ("bridged", CALLER)
    assert house.forms("/voice")[0]["From"] == "anonymous"
    anna.does("hang-up")
    assert anna.seen()["state"] == "idle"
    assert {it["number"] for it in desk.get("/phones").get_json()["phones"]} == {CALLER, ANNA}


def test_telephones_may_do_things_by_themselves(exchange: Exchange, house: House, desk: FlaskClient, telephone: Telephone) -> None:
    house["/voice"] = DIAL
    house["/after"] = "<Say>Ingen.</Say><Hangup/>"
    anna = Telephone(desk, exchange, ANNA)

    told = anna.does("behaviour", kind="declines", after=1)
    telephone.does("dial", to=LINE)
    exchange.forward(seconds=4)

    assert told["behaviour"] == {"kind": "declines", "after": 1.0, "says": ""}
    assert house.forms("/after")[0]["DialCallStatus"] == "busy"


def test_a_message_is_spoken_and_a_connection_lost(
    exchange: Exchange, house: House, desk: FlaskClient, telephone: Telephone
) -> None:
    house["/voice"] = '<Record action="/message"/>'
    house["/message"] = QUESTION
    telephone.does("dial", to=LINE)
    assert telephone.seen()["state"] == "recording"

    telephone.does("speak", seconds=4)
    exchange.forward(seconds=10)
    telephone.does("drop")
    exchange.forward(seconds=20)

    assert house.forms("/message")[0]["RecordingDuration"] == "4"
    assert telephone.seen()["state"] == "idle"
    assert desk.post(f"/phones/{ANNA}/decline", json={}).status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        (f"/phones/{PLAIN}/dial", {"to": "+4599999999"}, 409, "leads to no URL"),
        (f"/phones/{PLAIN}/pick-up", {}, 409, "does not ring"),
        (f"/phones/{PLAIN}/key", {"keys": "1"}, 409, "not on a call"),
        (f"/phones/{PLAIN}/key", {"keys": ""}, 400, "keys must be"),
        (f"/phones/{PLAIN}/key", [], 400, "JSON object"),
        (f"/phones/{PLAIN}/sing", {}, 400, "a telephone can"),
        (f"/phones/{PLAIN}/behaviour", {"kind": "sulks"}, 400, "kind must be one of"),
        (f"/phones/{PLAIN}/behaviour", {"kind": "busy", "after": "x"}, 400, "after must be a number"),
        ("/phones/Anna/dial", {"to": LINE}, 400, "no telephone number"),
        (f"/phones/{LINE}/dial", {"to": LINE}, 409, "a number of the account"),
        ("/clock", {"speed": 0}, 400, "speed must be from 1"),
        ("/clock", {"speed": "fast"}, 400, "speed must be a number"),
        ("/nothing", {}, 404, "not found"),
    ],
)
def test_what_cannot_be_done_is_said(desk: FlaskClient, path: str, body: object, status: int, words: str) -> None:
    answer = desk.post(path, json=body)

    assert (answer.status_code, words in answer.get_json()["error"]) == (status, True)


def test_keys_that_no_telephone_has_press_none(house: House, desk: FlaskClient, telephone: Telephone) -> None:
    house["/voice"] = QUESTION
    telephone.does("dial", to=LINE)

    answer = desk.post(f"/phones/{PLAIN}/key", json={"keys": "12x"})

    assert answer.status_code == 409
    assert telephone.seen()["keyed"] == ""


def test_keys_asked_for_one_behind_the_other_keep_their_order(
    house: House, exchange: Exchange, desk: FlaskClient, telephone: Telephone
) -> None:
    house["/voice"] = QUESTION
    telephone.does("dial", to=LINE)

    for keys in ("04417392#", "1", "2#"):
        assert desk.post(f"/phones/{PLAIN}/key", json={"keys": keys}).status_code == 200
    exchange.forward(seconds=5)

    pressed = [it["text"] for it in telephone.seen()["events"] if it["kind"] == "key"]
    assert "".join(pressed).startswith("04417392#1")


def test_keys_of_a_call_that_is_over_do_not_delay_the_next(
    house: House, exchange: Exchange, desk: FlaskClient, telephone: Telephone
) -> None:
    house["/voice"] = QUESTION
    telephone.does("dial", to=LINE)
    desk.post(f"/phones/{PLAIN}/key", json={"keys": "1" * 64})
    telephone.does("hang-up")

    telephone.does("dial", to=LINE)
    telephone.does("key", keys="7")
    exchange.forward(seconds=0)

    assert telephone.seen()["keyed"] == "7"


def test_only_this_machine_and_only_json_get_in(desk: FlaskClient) -> None:
    assert desk.get("/numbers", headers={"Host": "evil.example"}).status_code == 403
    assert desk.get("/numbers", headers={"Host": "localhost:5000"}).status_code == 200
    assert desk.post(f"/phones/{PLAIN}/dial", data='{"to": "1"}', content_type="text/plain").status_code == 415


def test_events_are_told_in_order_from_any_point(exchange: Exchange, house: House, caller: Phone, desk: FlaskClient) -> None:
    house["/voice"] = QUESTION
    caller.dials(LINE).hears("pinkode").hangs_up()

    everything: Any = desk.get("/events?after=0&wait=0").json
    rest: Any = desk.get("/events?after=2&wait=0").json
    nothing: Any = desk.get(f"/events?after={everything['last']}&wait=0").json

    assert [it["kind"] for it in everything["events"]] == ["dialled", "webhook", "said", "ended", "webhook"]
    assert [it["id"] for it in everything["events"]] == [1, 2, 3, 4, 5]
    assert rest["events"] == everything["events"][2:]
    assert nothing == {"events": [], "last": 5}
    assert everything["events"][2] == {
        "id": 3,
        "at": exchange.now.isoformat(),
        "kind": "said",
        "number": CALLER,
        "call": caller.call_sid,
        "text": "Tast din pinkode.",
    }


@pytest.mark.parametrize("query", ["after=x", "wait=x"])
def test_a_poll_that_makes_no_sense_is_refused(desk: FlaskClient, query: str) -> None:
    assert desk.get(f"/events?{query}").status_code == 400


def test_the_chosen_speed_is_remembered(desk: FlaskClient, exchange: Exchange) -> None:
    answer = desk.post("/clock", json={"speed": 60})

    assert answer.json == {"virtual": exchange.now.timestamp(), "speed": 1.0, "chosen": 60.0}
    assert desk.get("/clock").json == answer.json


def test_a_call_can_be_read_again_from_its_first_key_to_its_last_word(
    exchange: Exchange, house: House, desk: FlaskClient, telephone: Telephone
) -> None:
    house["/voice"] = DIAL
    house["/after"] = "<Hangup/>"
    exchange.phone("+4520009999").dials(LINE).hangs_up()
    telephone.does("dial", to=LINE)
    exchange.forward(seconds=2)
    Telephone(desk, exchange, ANNA).does("pick-up")
    telephone.does("hang-up")

    made: Any = desk.get("/calls").json
    again: Any = desk.get(f"/calls/{made['calls'][0]['call']}").json

    assert [(it["from"], it["over"]) for it in made["calls"]] == [(CALLER, True), ("+4520009999", True)]
    assert again["telephones"] == [CALLER, ANNA]
    assert {it["number"] for it in again["events"]} == {CALLER, ANNA}
    told = [it["kind"] for it in again["events"] if it["kind"] != "webhook"]
    assert told[:5] == ["dialled", "said", "ringing", "ring_tone", "picked_up"]
    assert sorted(told[5:]) == ["bridged", "bridged", "ended", "ended", "parted"]
    assert desk.get("/calls/CA0").status_code == 404


def test_a_recorded_call_is_there_again_after_the_exchange_was_started_anew(
    exchange: Exchange, house: House, desk: FlaskClient, tmp_path: Path
) -> None:
    house["/voice"] = "<Say>Velkommen.</Say><Pause length='5'/><Hangup/>"
    Shelf(tmp_path, most=2).watch(exchange)
    for _ in range(3):
        exchange.phone(CALLER).dials(LINE).hears("velkommen").hangs_up()
        exchange.forward(seconds=1)
    exchange.phone(CALLER).dials(LINE).hears("velkommen")
    first, second, third, _running = reversed(desk.get("/calls").get_json()["calls"])
    before = desk.get(f"/calls/{third['call']}").get_json()
    (tmp_path / f"{second['call']}.json").write_text('{"call": ')

    anew = started_anew(tmp_path)
    after = {it["call"]: anew.get(f"/calls/{it['call']}") for it in (first, second, third)}

    assert [answer.status_code for answer in after.values()] == [404, 410, 200]
    assert after[third["call"]].get_json() == before
    assert anew.get("/calls").get_json() == {"calls": [third], "last": 0}
    assert [oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()] == ["0o600", "0o600"]


SPOILT = f'{{"call": "CA{"0" * 32}", "from": "", "to": "", "over": true, "telephones": [], "events": [], "at": 5}}'


@pytest.mark.parametrize("spoilt", ["[" * 100_000, '{"call":' * 100_000, "\0" * 9, "1" * 9_000, SPOILT])
def test_no_recording_keeps_the_exchange_from_starting(tmp_path: Path, spoilt: str) -> None:
    sid, gone = f"CA{'0' * 32}", f"CA{'1' * 32}"
    (tmp_path / f"{sid}.json").write_text(spoilt)
    (tmp_path / f"{gone}.json").symlink_to(tmp_path / "nowhere")

    anew = started_anew(tmp_path)

    assert anew.get("/calls").get_json() == {"calls": [], "last": 0}
    assert [anew.get(f"/calls/{one}").status_code for one in (sid, gone)] == [410, 404]


def test_a_body_nested_too_deep_is_nonsense(desk: FlaskClient) -> None:
    answer = desk.post("/clock", data="[" * 4_000, content_type="application/json")

    assert (answer.status_code, answer.get_json()) == (400, {"error": "the body is nested too deep"})


def started_anew(folder: Path) -> FlaskClient:
    """The desk of another exchange that keeps its recordings in the same folder."""
    anew = Exchange("AC" + "1" * 32, "token", HttpTransport())
    client = desk_app(anew, Pacemaker(anew, WallClock()), Shelf(folder)).test_client()
    client.environ_base["HTTP_HOST"] = "127.0.0.1:5000"
    return client


@pytest.mark.parametrize(("fault", "came", "told"), [("double", 2, "double"), ("lost", 1, "lost"), ("late", 1, "late")])
def test_a_fault_is_ordered_for_the_next_webhook_alone(
    exchange: Exchange, house: House, desk: FlaskClient, telephone: Telephone, fault: str, came: int, told: str
) -> None:
    house["/voice"] = "<Hangup/>"

    ordered = desk.post("/network", json={"fault": fault}).json
    telephone.does("dial", to=LINE)
    exchange.forward(seconds=30)
    telephone.does("dial", to=LINE)
    exchange.forward(seconds=30)

    events: Any = desk.get("/events?after=0&wait=0").json
    assert ordered == {"fault": fault}
    assert desk.get("/network").json == {"fault": None}
    assert len(house.forms("/voice")) == came + 1
    assert [it["text"] for it in events["events"] if it["kind"] == "network"] == [f"{told} voice"]
    assert desk.post("/network", json={"fault": "rain"}).status_code == 400
